"""Words that are said in several ways though their parts of speech are the same, and what tells the senses apart. Data.

The sounds are in misaki's alphabet, in the manner of its gold lexicons, with the tap of Americans as T.
"""

from __future__ import annotations

from model_server.text.english.name_senses import NAME_SENSES
from model_server.text.english.sense import Sense

_SHIP = """ship ships boat boats stern deck hull vessel vessels yacht sailors sailor captain port starboard waves prow
    tanker ferry liner freighter trawler barge cruiser destroyer submarine warship dinghy canoe pier harbor harbour iceberg anchor mast keel"""
_CLOTH = """dress shirt jeans fabric cloth coat sleeve curtain canvas sail net paper page muscle ligament tendon meniscus cartilage retina
    skirt jacket trousers pocket seam lining tent sheet sheets roof rotator cuff upholstery leather
    painting wall mask veil flag carpet blanket pants shorts tights stocking stockings sock bag balloon"""
_METALS = """zinc copper tin metal metals mercury arsenic toxic poisonous gasoline petrol plumbing cadmium bullets molten iron ore
    nickel pewter solder bismuth antimony soil contaminated drinking dense heavier uranium pencil pencils pipes roofing
    contain contains contained paint asbestos church stripped thieves"""
_FISH = """fish fishing caught catch lake sea river striped largemouth smallmouth trout salmon pond angler anglers swam swim fillet
    fillets grilled hook bait cod carp perch rod pike"""

SENSES: tuple[Sense, ...] = (
    # A metal, or what goes before.
    Sense(
        "lead",
        "lˈɛd",
        "lˈɛd",
        tags="NN JJ",
        after="""pipe pipes paint paints poisoning weight weights bullet bullets acid shot ingot ingots mine mines crystal glass solder
            roof roofs ore soldier soldiers lining level levels content sinker sinkers batteries plate plates balloon oxide""",
    ),
    Sense(
        "lead",
        "lˈɛd",
        "lˈɛd",
        tags="NN JJ",
        near=_METALS,
        never="singer guitar role actor vocals track dog story",
    ),
    Sense("lead", "lˈɛd", "lˈɛd", after="levels poisoning pipes pipe paint paints bullets pellets ore ingots"),
    Sense("lead-free lead-lined lead-acid", "lˈɛd", "lˈɛd"),
    Sense(
        "lead",
        "lˈɛd",
        "lˈɛd",
        tags="NN",
        before="of",
        never="singer guitar role actor vocals story roles time times generation engineer engineers",
    ),
    Sense(
        "tear",
        tag="VB",
        tags="NN",
        before="and muscle ligament meniscus",
        never="drop duct eye eyes cheek cheeks gas smile laugh",
    ),
    Sense("tear tears", tag="VB", tags="NN", inside=_CLOTH, never="gas"),
    Sense(
        "tear tears",
        tag="VB",
        tags="NN",
        near="mend mended sew sewed patch patched repair repaired stitch stitched rip ripped",
    ),
    Sense("bass", tag="NN", near=_FISH, never="guitar drum player clef line singer music band"),
    Sense("bass", tag="JJ"),
    Sense(
        "row",
        "ɹˈW",
        "ɹˈW",
        tags="NN",
        before="blazing furious bitter diplomatic political angry flaming heated terrible almighty family",
    ),
    Sense(
        "row",
        "ɹˈW",
        "ɹˈW",
        tags="NN",
        after="with about between among amongst erupted erupts broke flared over",
        never="in front back first second third last boat oars seats each every",
    ),
    Sense(
        "rows", "ɹˈWz", "ɹˈWz", before="blazing furious bitter diplomatic political angry family", after="with about"
    ),
    Sense(
        "rowing",
        "ɹˈWɪŋ",
        "ɹˈWɪŋ",
        near="arguing quarrelling shouting neighbours couple parents",
        never="boat boats river machine lake crew",
    ),
    Sense(
        "bow bows",
        tag="VB",
        tags="NN",
        before="deep low polite slight stiff little final graceful formal respectful curt",
        never="tie arrow ribbon",
    ),
    Sense(
        "bow bows",
        tag="VB",
        tags="NN",
        near=f"{_SHIP} took take takes taking applause curtain",
        never="arrow arrows violin cello ribbon tie string",
    ),
    Sense(
        "invalid",
        tag="NN",
        after="mother father wife husband sister brother child son daughter aunt uncle parent parents soldier soldiers",
    ),
    Sense("deserts", tag="VB", before="just"),
    Sense("content", tag="JJ", before="heart's"),
    Sense(
        "content",
        tag="NN",
        after="""creator creators creation page pages marketing management moderation warning type delivery budget budgets
        strategy provider providers filter filters platform library editor length policy area rating blocks""",
    ),
    Sense(
        "live",
        tag="JJ",
        after="music coverage band bands show audience performance stream streaming concert bait broadcast demo",
    ),
    Sense(
        "live",
        tag="JJ",
        tags="VB",
        behind="""match matches game games show event final finals concert race fight launch ceremony debate speech performance it him
            her them me us news episode""",
        near="television tv radio air youtube twitch bbc cnn espn stage camera stadium watch watched watching stream broadcast",
        never="let make help see forever happily",
    ),
    Sense(
        "graduate", tag="JJ", after="school schools student students program programs programme degree degrees studies"
    ),
    Sense("console", tag="NN", after="output log logs window command commands application error errors game games"),
    Sense(
        "close",
        tag="JJ",
        tags="VB",
        after="to",
        never="""will would must can could may might should shall did does do doors door shop shops store stores school
        schools market markets border borders""",
    ),
    Sense("close", tag="VB", after="lower higher flat mixed"),
    Sense("live", tag="JJ", cased="Xx", tags="VB", after="from at updates"),
    Sense("subject", tag="JJ", after="to"),
    Sense("protest", "pɹətˈɛst", "pɹətˈɛst", tags="VB"),
    Sense("export", "ɛkspˈɔɹt", "ɛkspˈɔːt", tags="VB"),
    Sense("transfer", "tɹænsfˈɜɹ", "tɹansfˈɜː", tags="VB"),
    Sense("transfer", "tɹænsfˈɜɹ", "tɹansfˈɜː", after="the your my it them him her his our their this these"),
    Sense("upgrade", "ʌpɡɹˈAd", "ʌpɡɹˈAd", tags="VB"),
    Sense("wound", "wˈund", "wˈuːnd", before="gunshot flesh stab head bullet knife exit entry puncture gaping"),
    Sense(
        "bowed",
        "bˈWd",
        "bˈWd",
        after="to down out before his her their and low deeply politely",
        never="wood beam legs string",
    ),
    Sense(
        "bowing",
        "bˈWɪŋ",
        "bˈWɪŋ",
        after="to down out before his her their and low deeply politely",
        never="violin cello string",
    ),
    Sense(
        "content",
        tag="JJ",
        before="seemed seem seems looked looks felt feel feels perfectly quite am",
        never="of new more",
    ),
    Sense("content", tag="JJ", before="is are was were be been being", after="with to just merely simply"),
    Sense(
        "minute",
        tag="NN",
        after="later ago earlier longer more or to before after hand hands steak waltz mark book books silence",
    ),
    Sense(
        "perfect",
        tag="JJ",
        after="timing example way place time day for match gift weather conditions score fit storm game",
    ),
    Sense(
        "frequent",
        "fɹikwˈɛnt",
        "fɹɪkwˈɛnt",
        tags="VB",
        after="the this that these those a an our their his her its such it",
    ),
    Sense(
        "learned",
        tag="VBN",
        tags="JJ",
        after="behavior behaviour response responses skill skills helplessness lesson lessons parameters",
    ),
    Sense(
        "axes",
        tag="VB",
        near="""wood chop chopped hammers swords saws tools firemen firefighters lumberjacks battle throwing sharpen sharpened spears
        shields warriors vikings stone trees forest knives weapons pickaxes hatchets handles""",
        never="graph x y coordinate rotation labels plot",
    ),
    # Of a base, unless they are of a basis.
    Sense("bases", before="on legal moral scientific theoretical philosophical ideological factual", after="of for"),
    Sense("bases", "bˈAsᵻz", "bˈAsɪz"),
    # A noun that lost its accents.
    Sense("resume", "ɹˈɛzəmˌA", "ɹˈɛzjʊmA", tags="NN"),
    Sense("resumes", "ɹˈɛzəmˌAz", "ɹˈɛzjʊmAz", tags="NN"),
    Sense("résumé resumé", "ɹˈɛzəmˌA", "ɹˈɛzjʊmA"),
    Sense("résumés resumés", "ɹˈɛzəmˌAz", "ɹˈɛzjʊmAz"),
    Sense(
        "does",
        "dˈOz",
        "dˈQz",
        behind="the two three four some these those many several of and both",
        near="deer bucks buck stag stags fawns fawn antlers",
    ),
    Sense(
        "number",
        "nˈʌməɹ",
        "nˈʌmə",
        before="grew grow felt feel feels feeling got getting became even",
        after="than",
        never="of a",
    ),
    Sense("sewer sewers", after="line lines system systems pipe pipes rat rats grate water"),
    Sense("sewer sewers", "sˈOəɹ", "sˈQə", near="needle thread seamstress stitch stitches quilts quilt fabric"),
    # -ed with a syllable of its own.
    Sense("aged", "ˈAʤɪd", "ˈAʤɪd", tags="NN JJ", before="the", never="cheese whisky wine beef between"),
    Sense(
        "aged",
        "ˈAʤɪd",
        "ˈAʤɪd",
        after="""parents parent mother father man woman grandmother grandfather uncle aunt relative relatives couple lady
        gentleman people monk king queen servant dog hands face""",
        never="middle",
    ),
    Sense(
        "blessed",
        "blˈɛsɪd",
        "blˈɛsɪd",
        after="virgin sacrament are is trinity relief silence event mother",
        before="every whole",
    ),
    Sense("blessed", "blˈɛsɪd", "blˈɛsɪd", tags="JJ", before="the a this that our"),
    Sense("beloved", "", "", after="by"),
    Sense("beloved", "bəlˈʌvɪd", "bɪlˈʌvɪd", tags="JJ NN"),
    Sense("slough", "slˈʌf", "slˈʌf", tags="VB", after="off"),
    Sense("tarry", "tˈæɹi", "tˈaɹi", tags="VB"),
    Sense("primer", "pɹˈɪməɹ", "pɹˈɪmə", after="on", never="paint coat walls wood"),
    Sense("putting", "pˈʌTɪŋ", "pˈʌtɪŋ", near="golf golfer green greens putter birdie"),
    Sense(
        "sake",
        "sˈɑki",
        "sˈɑːki",
        near="sushi japanese drank drink bottle cup bottles cups sashimi",
        never="of for god's sake's",
    ),
    *NAME_SENSES,
)
