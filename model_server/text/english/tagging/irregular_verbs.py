"""Verbs whose past is not made with -ed: base, past, participle; forms alike are written once. Data, no logic."""

from __future__ import annotations

IRREGULAR = """
arise arose arisen, awake awoke awoken, bear bore borne, beat beat beaten, become became become, befall befell befallen,
begin began begun, behold beheld, bend bent, bet bet, bid bid, bind bound, bite bit bitten, bleed bled, blow blew blown,
break broke broken, breed bred, bring brought, broadcast broadcast, build built, burn burnt, burst burst, buy bought,
cast cast, catch caught, choose chose chosen, cling clung, come came come, cost cost, creep crept, cut cut, deal dealt,
dig dug, dive dove dived, draw drew drawn, dream dreamt, drink drank drunk, drive drove driven, dwell dwelt, eat ate eaten,
fall fell fallen, feed fed, feel felt, fight fought, find found, flee fled, fling flung, fly flew flown, forbid forbade
forbidden, forecast forecast, foresee foresaw foreseen, forget forgot forgotten, forgive forgave forgiven, freeze froze
frozen, get got gotten, give gave given, go went gone, grind ground, grow grew grown, hang hung, hear heard, hide hid hidden,
hit hit, hold held, hurt hurt, keep kept, kneel knelt, know knew known, lay laid, lead led, leap leapt, learn learnt,
leave left, lend lent, let let, lie lay lain, light lit, lose lost, make made, mean meant, meet met, mislead misled,
mistake mistook mistaken, mow mowed mown, outdo outdid outdone, overcome overcame overcome, overhear overheard,
oversee oversaw overseen, overtake overtook overtaken, overthrow overthrew overthrown, pay paid, put put, quit quit,
read read, rebuild rebuilt, redo redid redone, repay repaid, reread reread, reset reset, ride rode ridden, ring rang rung,
rise rose risen, run ran run, saw sawed sawn, say said, see saw seen, seek sought, sell sold, send sent, set set,
sew sewed sewn, shake shook shaken, shed shed, shine shone, shoot shot, show showed shown, shrink shrank shrunk, shut shut,
sing sang sung, sink sank sunk, sit sat, sleep slept, slide slid, sling slung, slit slit, sow sowed sown, speak spoke spoken,
speed sped, spend spent, spill spilt, spin spun, spit spat, split split, spread spread, spring sprang sprung, stand stood,
steal stole stolen, stick stuck, sting stung, stink stank stunk, stride strode stridden, strike struck struck, string strung,
strive strove striven, swear swore sworn, sweep swept, swell swelled swollen, swim swam swum, swing swung, take took taken,
teach taught, tear tore torn, tell told, think thought, throw threw thrown, thrust thrust, tread trod trodden,
undergo underwent undergone, understand understood, undertake undertook undertaken, undo undid undone, uphold upheld,
upset upset, wake woke woken, wear wore worn, weave wove woven, weep wept, wet wet, win won, wind wound, withdraw withdrew
withdrawn, withhold withheld, withstand withstood, wring wrung, write wrote written, rewrite rewrote rewritten,
undercut undercut, overrun overran overrun, override overrode overridden, overdo overdid overdone, overhang overhung,
overspend overspent, overshoot overshot, rewind rewound, rethink rethought, retake retook retaken, remake remade,
rerun reran rerun, offset offset, underlie underlay underlain, resit resat, outgo outwent outgone
"""
