"""Words that are said in two ways, by what they are: the ones that the tagger is there for. Data, no logic.

They are those whose entries in misaki's gold lexicons depend on the tag, base forms without initials.
"""

from __future__ import annotations

# Noun and verb; the noun is the likelier.
NOUN_OR_VERB = """
abstract addict advocate affiliate affix aggregate associate attribute buffet bow carbonate certificate commune compact complement
compliment compound concert conduct conflict conglomerate confederate conscript console consort contest contract contrast convert
convict decrease defect delegate desert digest discharge discount discourse document entrance escort essay estimate excuse expatriate
exploit export extract ferment fragment graduate guesstimate house implant implement import impress imprint incense incline increase
indent infix initiate inlay insert insult intercept interchange interdict interlock intern intrigue isolate
laminate merchandise misconduct mismatch misprint miscount misfire misuse mouth object offset opiate orient ornament
outgo outreach overdose overlap overlay overload overlook overpass overhaul overhang overflow overrun overthrow overuse overhead
perfect permit pervert pigment postulate predicate present proceed produce progress project protest quadrate rebel recall
recoil record redial redirect refill refit refund refuse regiment regress reject relapse relaunch relay remake remit
remould remold remount replay repost reprint rerelease rerun reshuffle resit restart restyle retake retard retest retread
reuse revamp rewrite segment sublease subject subordinate sow supplement survey suspect syndicate tear torment transform
transplant transport undercut underlay underuse undertaking uplift upset upturn warehouse wind minute
triplicate replicate counterbalance collocate conjunct conserve converse correlate depute explant overstudy preload prefetch premix
postfix rebid re-count redraft regift rehash reheat remodel reset resell resale
underbid undercharge undercount underestimate undershoot underspend overcharge overestimate override overspend overshoot overprint
overwork overdub overbid overcall overdress overburden overstock overturn oversteer unpeople outcaste boycott interview
"""

# Mostly verbs, though a noun is made of the same letters.
VERB_OR_NOUN = """
convert implement produce restart overcharge undercharge overestimate underestimate overspend underspend overshoot undershoot overturn overwork
undercount override overload restyle insert extract import increase
abuse affect aspirate augment combine compress confine construct conserve convert curate cumulate deviate discard
domesticate excommunicate implicate inebriate interspace invert pontificate purport produce recharge reboot reheat
rehang rebore refresh relet replay reread redo resist respray respawn rethink reuse revert rewatch rewind segregate
foretoken intergrade interlay misplay mishit bombard exploit redirect precipitate saturate sophisticate
agglomerate conjugate renunciate unstick refuse allow invite recall reject use ejaculate approximate alternate redial
retake rewrite remit transform replicate
"""

# Adjective and verb, and some of them nouns too: the costs of each by order.
ADJECTIVE_OR_VERB = """
absent frequent appropriate articulate separate perfect elaborate animate deliberate diffuse consummate obligate mediate nominate
attenuate adulterate enervate bifurcate federate imbricate incorporate incurvate perforate quadruplicate quintuplicate radiate
regenerate reincarnate reticulate seriate situate trifurcate undulate foliate geminate marginate nucleate pustulate lunged
legitimate illegitimate moderate intimate approximate alternate coordinate duplicate desolate degenerate correlate
initiate subordinate orient close live compact incarnate present subject content precipitate replicate
saturate sophisticate aggregate conjugate confederate agglomerate conglomerate predestinate aspirate inebriate
designate
"""
