"""The words of the closed classes, each with what it can be: data, no logic.

A line is `class tag cost: words`. The class is what neighbours see (see `costs.py`), the tag is Penn's, the cost says how
unlikely the reading is before any neighbour is asked. A word on several lines has several readings.
"""

from __future__ import annotations

CLOSED = """
DT DT 0: the a an every no each either neither another
DT DT 0: this that these those some any all both
DT JJ 0: many several few such own other certain various most
DT PDT 0: half
DT WDT 0.6: what which whichever whatever
DTP DT 0.6: this that these those some any all both each either neither
DTP JJ 1.2: many several few most others
DTP NN 0.2: nothing something anything everything nobody somebody anybody everybody none someone anyone everyone
PSS PRP$ 0: my your his its our their whose thy
PSS PRP$ 0: her
PRO PRP 0.4: her
DTP PRP 1.2: his
PR1 PRP 0: I we they ye thou
PR3 PRP 0: he she
IT PRP 0: it
PRO PRP 0: it
YOU PRP 0: you y'all
PRO PRP 0: you
PRO PRP 0: me him us them thee myself yourself himself herself itself ourselves yourselves themselves
DTP PRP 0: mine yours hers ours theirs
DTP NN 0.3: one
CD CD 0: zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
CD CD 0: seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million
CD CD 0: billion trillion dozen oh
EX EX 0: there
RB RB 0.7: there
MD MD 0: will would can could shall should may might must ought cannot can't couldn't won't wouldn't shouldn't
MD MD 0: mustn't mightn't needn't shan't ain't couldst wouldst dare gonna gotta wanna let's
DO VBP 0: do don't
DO VBZ 0: doesn't does doth
DO VBD 0: did didn't
HV VBP 0: have haven't
HV VBZ 0: has hasn't hath
HV VBD 0: had hadn't
HV VBG 0: having
VBG VBG 0: doing
VBN VBN 0: done
BE VBZ 0: is isn't
BE VBP 0: am are aren't
BE VBD 0: was were wasn't weren't
BE VB 0: be
BE VBN 0: been
BE VBG 0: being
NOT RB 0: not never n't
TO TO 0: to
TOP IN 0.2: to
IN IN 0: of in on at by for with from into onto upon through during between among amongst amid against toward
IN IN 0: towards without within about above across along around behind below beneath beside besides beyond despite
IN IN 0: down except inside like near off out outside over past per plus round throughout under underneath unlike up
IN IN 0: via than as versus minus till until before after since atop amidst concerning regarding alongside nearby
RP RP 0.8: up out off down in on over away back through around along about across under
RB RB 0.8: by
RB RB 1.8: inside outside around before after since nearby near past overhead
SUB IN 0.3: that
SUB IN 0: because if although though unless whereas whether lest once
SUB IN 0.6: as since while before after until till than like so
SUB IN 0: while
CC CC 0: and or but nor yet &
CC CC 0.5: so
RB RB 0.3: so yet
REL WDT 0.2: that
WH WDT 0: which whichever
WH WP 0: who whom whoever what whatever
WRB WRB 0: when where why how whenever wherever however
RB RB 0: very too also just only even still already always often sometimes usually rarely seldom soon now then here
RB RB 0: again almost quite rather really perhaps maybe ever once twice away together apart today tonight tomorrow
RB RB 0: yesterday thus hence therefore instead indeed else otherwise meanwhile anyway somewhere anywhere everywhere
RB RB 0: nowhere abroad ahead aside forward forwards backward backwards upward upwards downward downwards upstairs
RB RB 0: downstairs indoors outdoors ago altogether nevertheless nonetheless moreover furthermore somehow somewhat
RB RB 0: besides likewise afterwards afterward beforehand forever halfway overnight online elsewhere ashore aloud
RB RB 0: merely simply hardly barely nearly mostly
RB RB 1: all more less most least enough much better best worse well far long hard fast early late high low straight
RB RB 1.5: first last next right left home back sideways uptown downtown little
RB RB 0.1: uphill downhill underground overall
RB CC 0.3: either neither both
JJ JJR 0.4: more less fewer better worse further farther
DT JJ 0.8: more less fewer enough much little
DTP JJ 1: more less fewer enough much little
UH UH 0: oh yes yeah please hello hi hey wow ah um uh okay ok thanks goodbye bye alas ouch hurrah hush amen hmm
"""

# "to" behind these is never before a verb.
BEFORE_PREPOSITION_TO = (
    "subject according prior similar contrary thanks owing close next relative addicted equal opposed"
)

# What follows an apostrophe, as the class and Penn tag of the whole word, and how unlikely it is.
CLITICS = {
    "'ll": (("MD", "MD", 0.0),),
    "'re": (("BE", "VBP", 0.0),),
    "'ve": (("HV", "VBP", 0.0),),
    "'m": (("BE", "VBP", 0.0),),
    "'d": (("MD", "MD", 0.0), ("HV", "VBD", 0.0)),
    "s'": (("PSS", "NNS", 0.0),),
    "'s": (("PSS", "NN", 0.0), ("BE", "NN", 1.3), ("HV", "NN", 2.2)),
}
# "'s" behind these is "is" or "has", never a possessive.
PRONOUNS_BEFORE_IS = "it he she that this there here what who where when how why let everything something nothing"

# Capitals that are more often the initials than the word when they stand alone among small letters.
INITIALS = "US IT WHO AM PM UN EU UK AI ID TV PC OS IP VR"

# Verbs behind which someone does something, in the base form: "let him go", "saw it fall".
CAUSATIVES = "let lets letting make makes made making help helps helped watch watched see saw heard hear hears bid"
