from __future__ import annotations

import pytest

from common.errors import UsageError
from common.voices import LANGUAGES
from say.gateways.lang_codes import code_of, language_of


@pytest.mark.parametrize(("code", "tag"), LANGUAGES.items())
def test_a_code_and_its_tag_mean_the_same_however_they_are_written(code: str, tag: str) -> None:
    assert {language_of(written) for written in (code, code.upper(), tag, tag.upper())} == {tag}
    assert code_of(tag) == code


@pytest.mark.parametrize(
    ("alias", "tag"),
    [("en-us", "en-us"), ("en-gb", "en-gb"), ("es", "es"), ("fr-fr", "fr"), ("hi", "hi"), ("it", "it"),
     ("pt-br", "pt-br"), ("ja", "ja"), ("zh", "zh")],
)  # fmt: skip
def test_what_kpipeline_takes_besides_is_taken(alias: str, tag: str) -> None:
    assert language_of(alias) == tag


def test_no_code_is_the_voices_own_language() -> None:
    assert language_of("") == ""


@pytest.mark.parametrize("code", ["x", "en", "aa", " a", "a ", "a\n", "A-", "ä", "\ud800", "a" * 100_000])
def test_any_other_code_is_refused_with_those_there_are(code: str) -> None:
    with pytest.raises(UsageError, match="there is no lang_code") as raised:
        language_of(code)

    assert all(f"{known} ({tag})" in raised.value.hint for known, tag in LANGUAGES.items())
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize("tag", ["", "de", "a", "EN-US"])
def test_a_language_without_a_code_has_none(tag: str) -> None:
    assert code_of(tag) == ""
