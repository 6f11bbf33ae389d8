"""Letters in costume."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.writing.saying import said

SAID = [
    ("The ﬁrst oﬃce", "The first office"),
    ("ＡＢＣ Ｈｅｌｌｏ １２３", "A B C Hello one hundred twenty-three"),
    ("𝐇𝐞𝐥𝐥𝐨 𝓢𝓬𝓻𝓲𝓹𝓽 𝔽𝕒𝕟𝕔𝕪", "Hello Script Fancy"),
    ("ʜᴇʟʟᴏ ⓗⓘ ᴛʜɪs ɪs sᴍᴀʟʟ", "hello hi this is small"),
    ("① one, ❷ two, Ⅻ", "one one, two two, twelve"),
    ("Z\u0338\u0322\u034ea\u0335\u035cl\u0336\u0321g\u0334o H\u0336e\u0336l\u0336l\u0336o\u0336", "Zalgo Hello"),
    ("naïve café, Dvořák, São Paulo", "naïve café, Dvořák, São Paulo"),
    ("Hello مرحبا Привет 你好 नमस\u094dत\u0947", "Hello مرحبا Привет 你好 नमस\u094dत\u0947"),
    ("x² + ½", "X squared plus one half"),
    ("ﬂow aﬃnity n\u0308", "flow affinity n"),
]


@pytest.mark.parametrize(("written", "spoken"), SAID)
def test_letters_in_costume_are_plain(written: str, spoken: str) -> None:
    assert said(written) == spoken
