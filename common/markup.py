"""What a text may say about its own reading, as far as more than one room must recognise it: `[word](/fəˈnoʊm/)`."""

from __future__ import annotations

import re

# A link has a path between its slashes ("[guide](/guide/)", "[café](/café/)"), a transcription a sign that no path has.
_SIGNS = "ˈˌːæðŋɐɑɒɓɔɕɖɗɘəɚɛɜɝɟɠɡɢɣɤɥɦɧɨɪɫɬɭɮɯɰɱɲɳɴɵɸɹɺɻɽɾʀʁʂʃʄʈʉʊʋʌʍʎʏʐʑʒʔʙʛʜʝʟβθχʣʥʦʨʤʧᵊᵻ\u0303\u0329\u0361"

# (word, transcription); both short and on one line.
TRANSCRIBED = re.compile(
    rf"\[(?=[^\[\]\n]{{0,59}}\w)([^\[\]\n]{{1,60}})\]\(/(?=[^/()\n]{{0,59}}[{_SIGNS}])([^/()\n]{{1,60}})/\)"
)
