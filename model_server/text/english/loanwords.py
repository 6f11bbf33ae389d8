"""Words and names from elsewhere that neither lexicon nor espeak-ng says as people do: accented ones, and `NAMES`. Pure."""

from __future__ import annotations

import functools

from model_server.text.english.foreign_names import NAMES
from model_server.text.english.suffixes import with_s

# American and British phonemes, in misaki's symbols; by the word in lower case.
_SOUNDS = {
    "beyoncé": ("biˈɑnsˌA", "biˈɒnsA"),
    "brontë": ("bɹˈɑnti", "bɹˈɒnti"),
    "cancún": ("kænkˈun", "kankˈuːn"),
    "champs-élysées": ("ʃˌɑnzəlizˈA", "ʃˌɒnzəlˈiːzA"),
    "chloë": ("klˈOi", "klˈQi"),
    "córdoba": ("kˈɔɹdəbə", "kˈɔːdəbə"),
    "d'ivoire": ("divwˈɑɹ", "diːvwˈɑː"),
    "d'état": ("dAtˈɑ", "dAtˈɑː"),
    "d'être": ("dˈɛtɹə", "dˈɛtɹə"),
    "dvořák": ("dvˈɔɹʒæk", "dvˈɔːʒak"),
    "déjà": ("dˌAʒˈɑ", "dˌAʒˈɑː"),
    "erdoğan": ("ˈɛɹdəwˌɑn", "ˈɛːdəwˌan"),
    "fraîche": ("fɹˈɛʃ", "fɹˈɛʃ"),
    "fête": ("fˈAt", "fˈAt"),
    "führer": ("fjˈʊɹəɹ", "fjˈʊəɹə"),
    "garcía": ("ɡɑɹsˈiə", "ɡɑːsˈiːə"),
    "garçon": ("ɡɑɹsˈOn", "ɡˈɑːsɒn"),
    "gdańsk": ("ɡədˈænsk", "ɡədˈansk"),
    "gruyère": ("ɡɹujˈɛɹ", "ɡɹˈuːjɛː"),
    "hermès": ("ɛɹmˈɛz", "ɛːmˈɛz"),
    "häagen-dazs": ("hˈɑɡən dˌɑs", "hˈɑːɡən dˌas"),
    "jalapeño": ("hˌɑləpˈAnjO", "hˌaləpˈAnjQ"),
    "kraków": ("kɹˈɑkˌW", "kɹˈakW"),
    "köln": ("kˈOln", "kˈɜːln"),
    "l'oréal": ("lˌɔɹiˈæl", "lˌɒɹiˈal"),
    "lancôme": ("lɑŋkˈOm", "lɒŋkˈQm"),
    "muñoz": ("munjˈOz", "muːnjˈQz"),
    "mère": ("mˈɛɹ", "mˈɛː"),
    "nestlé": ("nˈɛslA", "nˈɛslA"),
    "nguyễn": ("wˈɪn", "wˈɪn"),
    "nîmes": ("nˈim", "nˈiːm"),
    "outré": ("utɹˈA", "ˈuːtɹA"),
    "papier-mâché": ("pˌApəɹməʃˈA", "pˌapjAmˈaʃA"),
    "plzeň": ("pˈɪlzən", "pˈɪlzən"),
    "pokémon": ("pˈOkᵻmˌɑn", "pˈQkɪmˌɒn"),
    "protégé": ("pɹˈOɾəʒˌA", "pɹˈQtəʒˌA"),
    "protégée": ("pɹˈOɾəʒˌA", "pɹˈQtəʒˌA"),
    "père": ("pˈɛɹ", "pˈɛː"),
    "reëlect": ("ɹˌiəlˈɛkt", "ɹˌiːɪlˈɛkt"),
    "rosé": ("ɹOzˈA", "ɹˈQzA"),
    "schrödinger": ("ʃɹˈOdɪŋəɹ", "ʃɹˈɜːdɪŋə"),
    "sánchez": ("sˈænʧɛz", "sˈanʧɛz"),
    "touché": ("tuʃˈA", "tˈuːʃA"),
    "tête-à-tête": ("tˌAɾətˈAt", "tˌAtətˈAt"),
    "škoda": ("ʃkˈOdə", "ʃkˈQdə"),
}


@functools.cache
def _sounds() -> dict[str, tuple[str, str]]:
    names = map(str.split, NAMES.strip().splitlines())
    return _SOUNDS | {word: (american, british) for word, american, british in names}


def loanword(word: str, british: bool) -> str | None:
    """Return the phonemes of such a word (NFC), also of its plural and possessive; None if it is not among them."""
    word, known = word.lower(), _sounds()
    if word in known:
        return known[word][british]
    stem = word.removesuffix("s").removesuffix("'")
    return with_s(known[stem][british], british) if stem != word and stem in known else None
