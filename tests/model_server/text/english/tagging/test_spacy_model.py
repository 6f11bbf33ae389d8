"""spaCy's model where it is installed: a small one made here takes its place."""

from __future__ import annotations

import importlib
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from model_server.text.english import tagger
from model_server.text.english.scanner import scan
from model_server.text.english.tagger import RuleTagger, load_tagger
from model_server.text.english.tagging import spacy_model
from model_server.text.english.tagging.spacy_model import SpacyTagger
from model_server.text.english.tokens import Kind, Manner, Token, letters

# spaCy imports torch in its own way.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:torch")

_TAUGHT = (
    ("It 's a record .", "PRP VBZ DT NN ."),
    ("I do n't record it .", "PRP VBP RB VB PRP ."),
    ("They record ( sounds ) .", "PRP VBP -LRB- NNS -RRB- ."),
    ("The FBI records it .", "DT NNP VBZ PRP ."),
)
_PACKAGE = """
from spacy.util import load_model_from_init_py

def load(**overrides):
    return load_model_from_init_py(__file__, **overrides)
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a package `en_core_web_sm` that was taught the sentences above."""
    import spacy
    from spacy.training import Example

    language = spacy.blank("en")
    language.add_pipe("tagger")
    examples = [
        Example.from_dict(spacy.tokens.Doc(language.vocab, words=words.split()), {"tags": tags.split()})
        for words, tags in _TAUGHT
    ]
    language.initialize(lambda: examples)
    for _ in range(60):
        language.update(examples)
    folder = tmp_path_factory.mktemp("site")
    package = folder / spacy_model.MODEL
    package.mkdir()
    language.meta["name"] = "core_web_sm"
    language.meta["version"] = "3.8.0"
    language.to_disk(package / f"{spacy_model.MODEL}-3.8.0")
    (package / "__init__.py").write_text(_PACKAGE, "utf-8")
    (package / "meta.json").write_bytes((package / f"{spacy_model.MODEL}-3.8.0" / "meta.json").read_bytes())
    _describe(folder)
    return folder


@pytest.fixture
def installed(trained: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from _on_path(trained, monkeypatch)


def _describe(folder: Path) -> None:
    described = folder / f"{spacy_model.MODEL}-3.8.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {spacy_model.MODEL}\nVersion: 3.8.0\n", "utf-8")


def _on_path(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(str(folder))
    importlib.invalidate_caches()
    yield
    sys.modules.pop(spacy_model.MODEL, None)


def test_a_model_that_is_installed_sets_the_tags(installed: None) -> None:
    found = load_tagger()
    assert isinstance(found, SpacyTagger)
    tokens = scan("They record (sounds).", Manner())
    assert found.tag(tokens) == ["PRP", "VBP", "-LRB-", "NNS", "-RRB-", "."]


def test_contractions_are_cut_for_the_model_and_have_the_tag_of_their_first_part(installed: None) -> None:
    found = load_tagger()
    assert found.tag(scan("It's a record.", Manner())) == ["PRP", "DT", "NN", "."]
    assert found.tag(scan("I don't record it.", Manner())) == ["PRP", "VBP", "VB", "PRP", "."]


def test_the_model_does_not_override_what_a_token_knows(installed: None) -> None:
    found = load_tagger()
    tokens = [Token("record", 0, 6, tag="JJ"), letters("FBI", 7, 10), Token(".", 10, 11, Kind.MARK)]
    assert found.tag(tokens)[:2] == ["JJ", "NNP"]
    assert found.tag([]) == []


def test_senses_hold_over_the_tags_of_the_model(installed: None) -> None:
    tokens = scan("I play the bass guitar.", Manner())
    assert load_tagger().tag(tokens)[3] == "JJ"


def test_a_broken_model_gives_way_to_our_own_with_one_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / spacy_model.MODEL).mkdir()
    (tmp_path / spacy_model.MODEL / "__init__.py").write_text(
        "def load(**_):\n    raise OSError('no meta.json')\n", "utf-8"
    )
    _describe(tmp_path)
    for _ in _on_path(tmp_path, monkeypatch):
        with caplog.at_level(logging.WARNING, logger=tagger.__name__):
            assert isinstance(load_tagger(), RuleTagger)
    assert len(caplog.records) == 1
    assert "no meta.json" in caplog.text


def test_without_the_model_neither_spacy_nor_misaki_is_imported() -> None:
    script = (
        "import sys; from model_server.text.english.tagger import load_tagger; load_tagger().tag(());"
        "assert not {'spacy', 'misaki', 'kokoro', 'numpy'} & set(sys.modules), 'imported'"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30)
