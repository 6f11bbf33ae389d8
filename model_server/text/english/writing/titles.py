"""What titles, offices and the short forms of first names stand for, without their stops. Knows no text around them."""

from __future__ import annotations

from model_server.text.english.tokens import word_set
from model_server.text.english.writing.near import table

# Before a name, with a stop or without one.
TITLES = table("""
    mr Mister
    mrs Missus
    ms Ms
    messrs Messrs
    cllr Councillor
    revd Reverend
    mme Madame
    mlle Mademoiselle
    prof Professor
    profs Professors
    rt Right
    rev Reverend
    msgr Monsignor
    hon Honorable
    gen General
    col Colonel
    maj Major
    capt Captain
    cpt Captain
    lt Lieutenant
    ltc Lieutenant Colonel
    sgt Sergeant
    det Detective
    ssgt Staff Sergeant
    cpl Corporal
    pvt Private
    pfc Private First Class
    adm Admiral
    cmdr Commander
    brig Brigadier
    gov Governor
    sen Senator
    sens Senators
    rep Representative
    reps Representatives
    pres President
    supt Superintendent
    insp Inspector
    amb Ambassador
    atty Attorney
    treas Treasurer
    fr Father
    ens Ensign
    sr Sister
    mt Mount
    mtn Mountain
    ft Fort
    pt Point
    drs Doctors
    wm William
    chas Charles
    geo George
    jas James
    thos Thomas
    robt Robert
    jno John
    benj Benjamin
    saml Samuel
    danl Daniel
    nathl Nathaniel
    edw Edward
    jos Joseph
    richd Richard
    fredk Frederick
    eliz Elizabeth
""")
# Of these only with a stop; without one they are words, names or units.
TITLES_WITH_STOP = word_set("""
    det hon gen rep reps sen sens pres fr pt ft col maj amb adm brig treas insp mtn ens sr rt
    wm chas geo jas thos robt jno benj saml danl nathl edw jos richd fredk eliz
""")
# Behind "Sr." these are what somebody does, not a sister's name.
ROLES = word_set("""
    Dev Developer Engineer Analyst Manager Director Editor Producer Designer Software Data Project Product Account Vice VP
    Associate Consultant Scientist Architect Lecturer Accountant Administrator Staff Technical Sales Marketing Research Officer
    Executive Systems Backend Frontend QA Recruiter Advisor Adviser Partner Correspondent Counsel Researcher Programmer Writer
    Lead Specialist Technician Fellow Tutor Year Program Business Security Network Web Mechanical Electrical Civil
""")
# With a stop these are titles whatever follows.
TITLES_ALONE = word_set("prof profs sgt capt gov lt mrs mr drs ltc cpl cmdr supt atty messrs")

# Offices before "of": "Sec. of State".
OFFICES = {
    "sec": "secretary",
    "pres": "president",
    "treas": "treasurer",
    "supt": "superintendent",
    "dir": "director",
    "ct": "court",
}
# Of these also with "the" behind "of".
OFFICES_OF_THINGS = frozenset(("pres", "treas"))
