"""What a text may say about its own reading, as far as more than one room must recognise it: `[word](/fəˈnoʊm/)`."""

from __future__ import annotations

import re

# A link has a path between its slashes ("[guide](/guide/)", "[café](/café/)"), a transcription a sign that no path has.
_SIGNS = "ˈˌːæðŋɐɑɒɓɔɕɖɗɘəɚɛɜɝɟɠɡɢɣɤɥɦɧɨɪɫɬɭɮɯɰɱɲɳɴɵɸɹɺɻɽɾʀʁʂʃʄʈʉʊʋʌʍʎʏʐʑʒʔʙʛʜʝʟβθχʣʥʦʨʤʧᵊᵻ\u0303\u0329\u0361"

# (word, transcription); both short and on one line.
TRANSCRIBED = re.compile(
    rf"\[(?=[^\[\]\n]{{0,59}}\w)([^\[\]\n]{{1,60}})\]\(/(?=[^/()\n]{{0,59}}[{_SIGNS}])([^/()\n]{{1,60}})/\)"
)
_LONGEST_WORD = 60  # characters, as above


def outside(text: str, at: int) -> int:
    """Return where text can be read from, at `at` or before: the bracket, where that lies in a word with transcription."""
    begin = text.rfind("[", max(0, at - 1 - _LONGEST_WORD), at)
    found = TRANSCRIBED.match(text, begin) if begin >= 0 else None
    return begin if found and at < found.end() else at
