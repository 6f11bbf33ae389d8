"""Common words of the open classes, grouped by what they can be. Data, no logic.

Only base forms; what can be told from a word's ending is in `endings.py`, and an unknown word is taken for a noun.
"""

from __future__ import annotations

# Verbs that are nothing else in ordinary prose.
VERBS = """
accept achieve acquire adapt add adjust admire admit adopt advise afford agree allow amuse announce annoy anticipate apologise
apologize appear apply appoint appreciate approve argue arrange arrest arrive ask assert assess assign assist assume assure attach
attend attract avoid bake behave believe belong betray blame bless boil borrow bother breathe build bury buy calculate carry
celebrate cease cite clarify climb collapse collect communicate compare compete complain complete comply compose comprise conceal
concede conceive conclude confer confess confirm consist entail confuse congratulate connect consider constitute consult consume
contain continue contribute converse convey convince cook cope create criticise criticize decide declare decline decorate defend define
delete deliver demonstrate deny depart depend depict derive describe deserve destroy detect determine develop devote differ dig
disagree disappear disappoint discover discuss dislike dismiss display distinguish distribute disturb divide donate drag earn eat
eliminate embarrass embrace emerge emphasise emphasize employ enable encounter encourage engage enjoy enlarge ensure enter entertain
establish evaluate examine exceed exclude exist expand expect explain explode explore expose extend face fail fasten feed
fetch fill fit flee forbid forget forgive form fry fulfil fulfill gain gather generate get give go grab greet grow guess
happen hate hear hesitate hire hit identify ignore illustrate imagine imitate imply impose improve include indicate inform inherit
inject injure inspect inspire install instruct insist integrate intend interpret interrupt introduce invent invest investigate
involve join justify keep kill kneel knit knock know lack laugh launch learn leave like lend let lie link listen load locate lose
maintain make manage manufacture marry matter mean measure mention merge migrate modify multiply murder need negotiate notice notify
obey oblige observe obtain occupy occur offend offer omit operate oppose organise organize overcome owe own participate pay perceive
perform persist persuade please possess postpone polish pour praise pray predict prefer prepare prescribe preserve press pretend prevent
proceed proclaim prohibit promote pronounce propose prosecute prove provide publish punish pursue qualify quit raise reach react
realise realize receive recite recognise recognize recommend reconcile recover recruit recycle reduce refer reflect regain regard
regulate relax release rely remain remember remind remove renew rent repair repeat repent replace reply represent request
require rescue resemble reserve resign resist resolve respond restore restrict retain resume retire retrieve reveal revise ride
rise ruin satisfy save say seek seem select send settle share shave shout show shrink shut simplify sing sit solve
specify spend spoil squeeze stay steal stimulate strengthen struggle submit succeed sue suffer suggest suit summarise
summarize suppose surround survive swallow swear swim take teach tell tend thank think threaten throw tolerate translate treat
tremble trust try understand undertake undo unify update urge utilise utilize vanish vary verify visit vote wait wake wander
want warn wash weaken wear weep weigh welcome wipe wish withdraw worry write yell yield speak sleep stand bring begin become
feel find fight fly hold lead meet put read run sell sink slide spill split spread swing win hang hide
lay light deal draw drink drive drop fall fix grind grip hunt hurry kick kiss pull push roll rub rush scream sew
shake shine shoot slip smell smile snap sneeze sniff snore spin spit sprinkle stare steer stir stretch strike stumble suck sweep tap
taste tear tempt tie tighten tip toss touch trace track trade trap trip turn twist wave weave whisper whistle wrap yawn bathe
bark bleed breed burn burst cast catch mope crook chase cheat check cheer chew choose clap cling close collide combine come compel
conceal crash crawl creep cry dance dare decay dedicate dine dive donate dream dwell echo edit elect emit enclose erase escape
evolve exchange excite exhaust expire fade faint fear fling float flow fold follow forecast freeze frighten glance glow grasp
greet groan growl grumble guard haul heal heat hop hover howl hug hum ignite inhabit insure invade itch jog juggle jump knock
leap lick lift linger lock loosen lower melt mend mimic mix mourn nail nod obscure overhear paint pant pass pat pause peel
pick plant plead plunge poke post pounce preach print proclaim puff punch quote rattle reap reckon reign rejoice relate relieve
remark resent revolve reward rip roam roar rob rot rule sail scare scatter scold scratch scrub seize sharpen shatter shed shelter
shiver shrug sigh skip slam slap slough slice snatch soak sob soothe sort sow spark spray sprout squash stab stamp starve stitch stroll
strive strip stroke stun surrender suspend sway sweat swell swoop tame tarry tease tick tickle trot tug unite vow wag
walk warm weld whine wink withstand wobble wonder work wrestle wriggle
"""

# Nouns that are verbs as well; the noun is the likelier.
NOUNS_THEN_VERBS = """
access account act age rag jag address aim air answer arm attack attempt award back balance ban bank bar base bat battle beam bear beat bed bell
bend benefit bet bid bill bind bite blast block blow board boat body bolt bomb bond book boom border bottle bottom bowl box brake
branch brand break breath bridge brief broadcast brush bubble bug building bump burden bus button cable cage calm camp campaign
cap captain card care cause centre center chain chair challenge champion chance change channel charge chart chat chip circle claim
class clock cloud club coach coat code colour color comb comfort command comment compromise concern contact control copy
corner cost cough count couple course cover crack craft credit crop cross crowd cure curl curve cut cycle damage date
debate decay decision deck defeat delay delight demand design desire detail dial diet dish dispute dock doctor dog dose
doubt draft drain dress drift drill dump dust duty ease edge effect effort end engineer error essay estimate exercise
exhibit experience experiment eye fan farm father favor favour feast feature fence field figure file film finance
finger finish fire fish flash flood floor flower focus fog foot force fork frame fuel function fund game garden gas gate gaze
gift glue grade grant ground group guarantee guard guest guide gun hammer hand handle harbor harbour harm head heap help highlight
hint holiday honor honour hook hope horse host hour house hunger ice idea image impact index influence interest interview iron
issue jail jam job joke journal journey judge juice key label labor labour land laugh lawyer layer leak lecture letter level
light limit line lift list loan look loss love lunch machine mail man map march mark market mask mass master match mate meal mess
milk mind mine mirror miss model monitor mother motion mouse mouth move muscle name nail neck need nerve network noise
nose note number nurse oil order pace pack package page pain pair panel paper parade park part party patch path pay peak pedal pen
permit phone photograph picture piece pile pilot pin pipe pitch place plan plane plate play plot plug point police pool
position post pot pound power practice praise present pressure price process profit program programme promise proof pump
purchase puzzle question queue quiz race rain ram rampage rebound range rank rate reason record reform regret rent report request research rest
result return review rhyme ring risk road rock roof room root rope round route row ruin rule sample sand scale scene schedule
school score screen sea seal search season seat second seed sense sentence sequence service shade shadow shape shelf ship shock
shop shoulder shower side sign signal silence sink sketch skin sleep slope smile smoke snack snow soap sound soup source space spare
spell spice spoon spot staff stage stain star start state station stay steam step stick stock stone stop storage store storm
story stream street stress string strip study style sugar support surface surprise switch table tail talk tank tape target task
tax taxi team telephone test text thumb ticket tie time tip title toast toe tone tongue tool top total tour towel tower toy
train travel tree trial trick trouble trust tube tune type value view voice volume vote wage walk wall war water
weather weight wheel wing winter witness word world worry wound yard zone whole fall work use
"""

# Words of the two kinds that are as likely a verb.
VERBS_THEN_NOUNS = """
wave trade trip track trace stroke strip stamp spark snap sail punch print pause paint nail murder load lift kiss
jump hunt guard glance flow face echo display dance crash catch cast burst burn check cheer chase breed bark smell twist tie spin
slice slap shave shine shelter shed sigh scream scratch scare reward remark rent repair reign puff poke peel pass offer
joke hug howl growl groan gain fold exchange escape embrace dive deal dare crawl curl collapse bother blame
struggle stretch spray sketch skip shrug share plant list picture post rule
call look move run use try want work play start stop help talk walk turn hope need laugh cry visit watch wait wish
travel reply request return sleep smile stay swim touch vote wash worry change cause drive drink drop dream feel fight
increase decrease record hurt kick hit push pull ride rise rush save shake show shout
sound surprise taste trust drag slip doubt love hate rest repair rescue
"""

# Adjectives that no ending gives away.
ADJECTIVES = """
able afraid alive alone ancient angry apt asleep aware awful awkward bad bare best better big bitter blank bland blind
blunt bold bored boring brave brief bright brilliant broad broken bulky busy calm careful cheap chief chilly civil clean clear
clever close clumsy cold common cool correct crazy crisp cross crude cruel cunning curious current damp dark dead
deaf dear deep dense dim direct dirty distant double dry due dull eager early easy elder elderly eldest empty enormous entire equal
eternal evil exact extra extreme faint fair faithful false familiar famous fancy far fast fat fierce final fine firm first fit flat
foolish foreign formal former fortunate foul frail free frequent fresh friendly full fun funny future gentle
glad golden good grand grateful grave great green grey gray blue red black white brown yellow pink purple orange silver
gross guilty handsome handy happy hard harsh healthy heavy hidden high hollow holy honest hot huge humble humid hungry ill
inner innocent intense internal keen key kind large last late lazy lean legal light likely little live lonely long loose lost loud
lovely low loyal lucky mad main male female mature mean mental mere mild minor major misty modern moist monthly mutual naked
narrow nasty native natural neat new next nice noble noisy normal numb odd old only open opposite ordinary original
outer overall own pale past patient peculiar perfect plain pleasant plump polite poor popular possible precious precise
pretty prior private prompt proper proud public pure quick quiet rapid rare raw ready real recent regular remote rich right ripe rough
round royal rude rural sacred sad safe salty same scarce secret secure senior serious severe shallow sharp shiny short shy
sick silent silly similar simple single slender slight slim slippery slow sly small smart smooth sober soft solar sole
solid sore sorry sour spare special square stable stale steady steep stiff still straight strange strict strong stupid subtle
sudden superb supreme sure sweet swift tall tame tasty tender tense terrible thick thin thirsty tidy tight tiny tired top total
tough tragic tropical true twin ugly unable unique upper urban urgent usual vague vain valid vast very vital vivid warm weak wealthy
weary weird well wet whole wicked wide wild wise wooden worse worst worth worthy wrong young minute content absent present
worldwide electric acoustic plastic metal nuclear medical military social political economic digital daily weekly annual
upset complex overweight offbeat separate moderate elaborate intimate deliberate appropriate alternate approximate articulate
desolate degenerate subordinate animate legitimate illegitimate corporate delicate private intricate
accurate adequate considerate desperate fortunate immediate inanimate inadequate inappropriate innate literate obstinate
passionate proportionate temperate ultimate unfortunate coordinate duplicate incarnate affectionate compassionate
invalid abstract compact compound counterfeit frequent learned crooked ragged jagged dogged rugged blessed beloved aged wretched
exempt extinct intact perfect imperfect direct indirect abrupt absolute acute adult average beige bizarre concrete contrary
discrete diverse eerie elite excess expert frantic gallant hostile humane infinite juvenile lame lavish lush marine mobile morbid
mute naive obese obsolete obscure oblique opaque organic parallel passive profound rotten rotund sane scarlet sheer stark
sterile stout supple surplus taut tepid thorough timid trendy trivial vile volatile wary weekly yearly nearby inside
pasty converse overwater underground uphill downhill uptown downstairs  arithmetic
"""

# Adjectives that are verbs as they stand.
ADJECTIVES_THEN_VERBS = """
clean dry open empty cool calm clear dim dirty double free level narrow quiet slow smooth steady thin tidy warm wet correct direct
blunt bare complete humble idle lame lean mature mellow sober sour spare tame thick tense total triple better further own secure
"""

# Adjectives that are as good as nouns.
ADJECTIVES_OR_NOUNS = """
good green red blue black white cold light secret human individual general public evil adult criminal musical official original
personal professional past future present plastic metal gold silver fat right wrong calm dark double equal chemical animal expert
German French English Spanish Italian Russian Chinese Japanese American British Polish Greek Dutch Irish Swiss Welsh Turkish
European African Asian Indian Mexican Canadian Australian Danish Swedish Finnish Norwegian Roman Latin Arab
content subject invalid abstract compound associate subordinate delegate initiate degenerate intimate moderate
minute chief noble native patient novel total average top bottom middle north south east west front back
bass uptown downhill
cardinal rival rebel convict model
"""

# Plurals without -s, and words in -s that are one thing.
PLURALS = """
people men women children feet teeth mice geese police cattle media data criteria bacteria oxen alumni
policemen firemen fishermen businessmen workmen folk folks townsfolk sheep jeans trousers scissors glasses thanks goods clothes lice fish deer
"""
SINGULARS_IN_S = """
news bus gas class glass grass dress boss loss mess pass princess business illness address process success access progress
virus bonus campus focus status census chorus circus crisis basis analysis thesis oasis axis physics mathematics politics economics
series species lens bass cross press stress guess chess brass mass kiss fitness witness lens atlas
christmas canvas compass mattress actress waitress fortress express excess congress buttress caress cactus genius
mistress abacus
"""
NOUNS = """
thing morning evening building ceiling wedding feeling meeting painting king ring string wing spring sibling pudding
hundred bed seed weed feed speed need breed shed sled reed creed deed steed thread bread
butter letter water winter summer paper number river corner finger dinner supper tower flower shower power player
teacher worker writer reader singer driver father mother brother sister daughter computer printer officer soldier
company country century machine city person office house world school problem hand place week case system group
story fact month lot right book eye job word issue side kind head service friend power hour line end member law car
community president team minute idea body information face level door art war history party result morning reason
moment air education institute institution council board committee government union bank market store village
mountain river ocean island forest street lady army navy enemy bird cat horse cow pig wolf lion tiger museum
library kitchen garden hospital doctor engine vehicle plant tree leaf flower stone metal wood iron steel gold silver
factory industry economy energy theory strategy policy agency authority property quality quantity majority
dove moped arithmetic manager leader customer engineer designer developer user server folder buyer owner partner founder
hammer chapter quarter lawyer river theater theatre center cellar dollar collar liar guitar jar
family belly jelly bully lily ally rally assembly butterfly fly reply supply italy july anomaly monopoly melancholy
"""
# Adjectives in -ly.
ADJECTIVES_IN_LY = """
friendly lovely lonely ugly silly early daily weekly monthly yearly elderly likely unlikely deadly lively cowardly costly orderly
heavenly holy jolly ghostly saintly scholarly hourly nightly curly hilly chilly oily woolly wobbly bubbly smelly
cuddly
"""
