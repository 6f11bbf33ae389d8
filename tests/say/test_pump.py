from __future__ import annotations

import codecs

from hypothesis import assume, given
from hypothesis import strategies as st

from say.pump import TextDecoder


@given(st.text(st.characters(exclude_categories=["Cs"])), st.lists(st.integers(0, 40), max_size=10))
def test_utf8_is_decoded_wherever_it_is_cut(text: str, cuts: list[int]) -> None:
    warnings: list[None] = []
    decoder = TextDecoder(lambda: warnings.append(None))
    data = text.encode()
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    found = "".join(decoder.decode(data[a:b]) for a, b in zip(places, places[1:], strict=False))
    assert found + decoder.decode(b"", final=True) == text.removeprefix("\ufeff")
    assert not warnings


@given(st.lists(st.binary(max_size=12), max_size=12))
def test_any_bytes_become_what_python_makes_of_them_with_one_warning_at_most(chunks: list[bytes]) -> None:
    warnings: list[None] = []
    decoder = TextDecoder(lambda: warnings.append(None))
    found = "".join(decoder.decode(chunk) for chunk in chunks) + decoder.decode(b"", final=True)
    data = b"".join(chunks)
    assume(not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)))
    assert found == data.decode("utf-8", "replace").removeprefix("\ufeff")
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        assert len(warnings) == 1
    else:
        assert not warnings


@given(st.text(st.characters(exclude_categories=["Cs"])), st.booleans(), st.lists(st.integers(0, 40), max_size=10))
def test_a_mark_in_front_tells_utf16_wherever_it_is_cut(text: str, big: bool, cuts: list[int]) -> None:
    warnings: list[None] = []
    decoder = TextDecoder(lambda: warnings.append(None))
    data = (codecs.BOM_UTF16_BE if big else codecs.BOM_UTF16_LE) + text.encode("utf-16-be" if big else "utf-16-le")
    places = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    found = "".join(decoder.decode(data[a:b]) for a, b in zip(places, places[1:], strict=False))
    assert found + decoder.decode(b"", final=True) == text.removeprefix("\ufeff")
    assert not warnings
