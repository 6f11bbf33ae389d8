"""Words that are names as well, or are written like one, and what tells the two apart. Data.

The sounds are in misaki's alphabet, in the manner of its gold lexicons, with the tap of Americans as T.
"""

from __future__ import annotations

from model_server.text.english.sense import Sense

_TOWN = "in to from near through via outside leave left reached visit visited around"

NAME_SENSES: tuple[Sense, ...] = (
    Sense("polish", "pˈɑlɪʃ", "pˈɒlɪʃ", cased="Xx", tags="VB"),
    Sense("polish", "pˈɑlɪʃ", "pˈɒlɪʃ", cased="Xx", before="nail shoe furniture floor car silver"),
    Sense(
        "polish",
        "pˈOlɪʃ",
        "pˈQlɪʃ",
        cased="XX",
        tags="JJ NNP",
        after="people border army government language workers embassy",
    ),
    Sense(
        "job",
        "ʤˈOb",
        "ʤˈQb",
        cased="Xx",
        near="patience biblical bible satan testament psalms trials sufferings proverbs",
    ),
    Sense("job", "ʤˈOb", "ʤˈQb", cased="Xx", before="of", near="book story"),
    Sense("job's", "ʤˈObz", "ʤˈQbz", cased="Xx", after="comforter comforters", near="patience bible satan"),
    Sense("august", "ˈɔɡəst", "ˈɔːɡəst", cased="XX"),
    Sense(
        "august",
        "ˈɔɡəst",
        "ˈɔːɡəst",
        before="in last next this since by of early late mid until till during from through every july and",
        never="body assembly company",
    ),
    Sense(
        "reading",
        "ɹˈɛdɪŋ",
        "ɹˈɛdɪŋ",
        cased="Xx",
        before=_TOWN,
        after="pennsylvania berkshire festival station fc gaol",
        near="berkshire pennsylvania",
    ),
    Sense(
        "nice",
        "nˈis",
        "nˈiːs",
        cased="Xx",
        before=_TOWN,
        after="france",
        near="cannes monaco riviera marseille antibes provence",
    ),
    Sense("mobile", "", "", cased="Xx", before=_TOWN, after="alabama bay", near="alabama"),
    Sense("mobile", "mˈObᵊl", "mˈQbIl", cased="Xx"),
    Sense("des", "də", "də", after="moines plaines"),
    Sense("henry", "ɑnɹˈi", "ɒnɹˈiː", before="thierry"),
    Sense("grande", "ɡɹˈɑndA", "ɡɹˈandA", before="ariana"),
    Sense("laurent", "lɔɹˈɑn", "lɔːɹˈɒn", before="saint"),
    Sense("gras", "ɡɹˈɑ", "ɡɹˈɑː"),
    Sense("manet", "mænˈA", "mˈanA"),
    Sense("camus", "kæmˈu", "kamˈuː"),
    Sense("gyros", "jˈɪɹOz", "jˈɪəɹQz"),
    Sense("mi", "mˈi", "mˈiː", before="banh bánh"),
    Sense("lima", "lˈImə", "lˈImə", after="bean beans"),
    Sense("rainier", "ɹənˈɪɹ", "ɹənˈɪə", before="mount mt"),
    Sense("pierre", "", "", near="dakota"),
    Sense("pierre", "pjˈɛɹ", "pjˈɛː"),
    Sense("ravel", "ɹəvˈɛl", "ɹavˈɛl", cased="Xx", tags="NNP"),
    Sense("celtic", "sˈɛltɪk", "sˈɛltɪk", cased="Xx", near="rangers football boston fc league hibernian match"),
    # Entries of the lexicons that are nobody's.
    Sense("xi", "ʃˈi", "ʃˈiː", cased="Xx", before="president mr mister leader chairman secretary", after="jinping"),
    Sense("chopin", "ʃˈOpæn", "ʃˈQpan", cased="Xx"),
    Sense("chopin's", "ʃˈOpænz", "ʃˈQpanz", cased="Xx"),
    Sense("bach", "bˈɑk", "bˈɑːk", cased="Xx"),
    Sense("bach's", "bˈɑks", "bˈɑːks", cased="Xx"),
)

# Letters that a name has kept from America, where Britons say "zed".
LETTER_SENSES = {
    "Z": (Sense("Z", british="zˈiː", before="jay gen generation ball e dj"),),
    "Z Z": (Sense("ZZ", british="zˌiːzˈiː", after="top"),),
}
