"""What abbreviations stand for, without their stops, and what decides whether they do. Knows no text around them."""

from __future__ import annotations

from model_server.text.english.tokens import word_set
from model_server.text.english.writing.near import table

# With an apostrophe for what is left out.
CONTRACTED = {
    "gov't": "government",
    "int'l": "international",
    "nat'l": "national",
    "dep't": "department",
    "ass'n": "association",
    "cont'd": "continued",
    "req'd": "required",
    "rec'd": "received",
    "sec'y": "secretary",
    "bldg's": "buildings",
}

# Everywhere, with a stop.
WITH_STOP = table("""
    acct account
    accts accounts
    approx approximately
    appt appointment
    assn association
    assoc association
    asst assistant
    attn attention
    avail available
    avg average
    bldg building
    bros Brothers
    cf compare
    co Company
    conf conference
    cont continued
    contd continued
    corp Corporation
    dept department
    depts departments
    dist district
    div division
    dir director
    eds editors
    eq equation
    esp especially
    esq Esquire
    ibid ibid
    encl enclosed
    est established
    etc et cetera
    excl excluding
    exec executive
    figs figures
    govt government
    hr hour
    hrs hours
    lb pound
    hosp hospital
    incl including
    inc Incorporated
    inst institute
    intl international
    jr Junior
    lab laboratory
    ltd Limited
    max maximum
    mfg manufacturing
    mgmt management
    mgr manager
    mtg meeting
    mtgs meetings
    min minimum
    misc miscellaneous
    natl national
    nos numbers
    obs observations
    orig originally
    pkg package
    poss possibly
    pls please
    plz please
    thx thanks
    thnx thanks
    tmrw tomorrow
    utd United
    flt flight
    ppl people
    prev previous
    prob probably
    prox proximately
    pub published
    qty quantity
    recd received
    ref reference
    refs references
    req required
    reqd required
    sr Senior
    tbsp tablespoon
    tsp teaspoon
    tel telephone
    temp temperature
    trans translated
    univ university
    viz namely
    vol volume
    vols volumes
    vs versus
    wk week
    yr year
    yrs years
    apr April
    aug August
    dec December
    feb February
    jan January
    jul July
    jun June
    mar March
    nov November
    oct October
    sep September
    sept September
    fri Friday
    mon Monday
    sat Saturday
    sun Sunday
    thu Thursday
    thur Thursday
    thurs Thursday
    tue Tuesday
    tues Tuesday
    wed Wednesday
""")
# Of these only in lower case, or before something that goes on in lower case or a digit: "Max." is a name.
NAMES_TOO = word_set("max min ref lab temp pub cont dir div")
VERBS = word_set("is was has had and said says did does can will would went came got who or with")
# Of these never in lower case: "the cat sat."
CAPITALISED = word_set("""
    apr aug dec feb jan jul jun mar nov oct sep sept fri mon sat sun thu thur thurs tue tues wed co sr bros
""")
# Of these also in capitals: "EST." and "SAT." are initialisms.
IN_CAPITALS = word_set("thx pls plz inc ltd co corp etc vs jr sr dept approx bros govt univ assn attn vol no")
# Of these, that are names or things as well, not at a sentence's end behind such a word: "the Sun."
THINGS_TOO = frozenset(["sun", "sat", "jan", "mar"])
BEFORE_THINGS = word_set("the a an our my your his her their and with is was dear hi hello met")
ALSO_WITHOUT_STOP = word_set(
    "acct accts tbsp tsp hr lb appt asst bldg incl mgr mtg mtgs pls plz ppl qty recd reqd thx thnx tmrw utd flt vs dept govt approx attn assn natl intl mfg mgmt"
)
_DAYS = "Mon Monday Tue Tuesday Tues Tuesday Wed Wednesday Thu Thursday Thur Thursday Thurs Thursday Fri Friday Sat Saturday Sun Sunday"
_MONTHS = "Jan January Feb February Mar March Apr April May May Jun June Jul July Aug August Sep September Sept September Oct October"
DAYS = frozenset(_DAYS.split()[::2])
_CALENDAR = f"{_DAYS} {_MONTHS} Nov November Dec December".split()
CALENDAR = dict(zip(_CALENDAR[::2], _CALENDAR[1::2], strict=True))
# What follows these is part of what they abbreviate: no sentence ends before it, capital or not.
GO_ON = word_set("""
    vs cf viz approx esp incl excl avg attn vol vols asst eq dist eds
""")
BEFORE_EVERY_CAPITAL = frozenset(["etc"])

# Before a number (figures or Roman), with a stop; before figures some also without one.
NUMBERED = table("""
    no number
    nos numbers
    nr number
    p page
    pp pages
    pg page
    pgs pages
    ch chapter
    chap chapter
    chs chapters
    vol volume
    vols volumes
    sec section
    secs sections
    sect section
    art article
    arts articles
    fig figure
    figs figures
    eq equation
    eqs equations
    ex example
    exs examples
    pt part
    pts parts
    par paragraph
    para paragraph
    paras paragraphs
    app appendix
    ver version
    yr year
    rev revision
    ext extension
    tel telephone
    tab table
    ep episode
    eps episodes
    ser series
    v verse
    vv verses
    n note
    l line
    ll lines
    col column
    rm room
    ste suite
    apt apartment
    bldg building
    fl floor
    rt route
    rte route
    hwy highway
    ca circa
    pop population
    elev elevation
    alt altitude
    c circa
    fl floor
    b born
    d died
    est established
    op opus
    ph phone
    lot lot
    cat category
    cl clause
    div division
    cls clauses
    sc scene
    def definition
    thm theorem
    lem lemma
    prop proposition
    ref reference
""")
FIGURES_WITHOUT_STOP = word_set("""
    nos pp pg pgs fig figs vol vols chap para eq eqs ext ver rm ste apt bldg rte hwy nr ep
""")
ROOMS = frozenset(["apt", "ste", "rm", "bldg", "fl"])
BEFORE_YEARS = frozenset(["c", "b", "d", "est"])
