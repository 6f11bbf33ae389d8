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
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")

# What spaCy's own is like from outside: a package that makes an English pipeline with a tagger, which knows few words.
_PACKAGE = """
import spacy
from spacy.language import Language

TAGS = dict(
    zip(
        "It 's a record I do n't They ( sounds ) . The FBI play bass guitar tested ca".split(),
        "PRP VBZ DT NN PRP VBP RB PRP -LRB- NNS -RRB- . DT NNP VBP NN NN VBN MD".split(),
    )
)

def tagger(doc):
    for token in doc:
        token.tag_ = TAGS.get(token.text, "NN")
    return doc

def load(*, enable, **overrides):
    assert "tagger" in enable
    language = spacy.blank("en")
    if not Language.has_factory("known_tags"):
        Language.component("known_tags", func=tagger)
    language.add_pipe("known_tags", name="tagger")
    return language
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from _on_path(_site(tmp_path, _PACKAGE), monkeypatch)


def _site(folder: Path, package: str) -> Path:
    """Return a folder in which a package is installed as the model."""
    (folder / spacy_model.MODEL).mkdir()
    (folder / spacy_model.MODEL / "__init__.py").write_text(package, "utf-8")
    _describe(folder)
    return folder


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
    tokens = scan("They play (sounds).", Manner())
    assert found.tag(tokens) == ["PRP", "VBP", "-LRB-", "NNS", "-RRB-", "."]


def test_contractions_are_cut_for_the_model_and_have_the_tag_of_their_first_part(installed: None) -> None:
    found = load_tagger()
    assert found.tag(scan("It's a record.", Manner())) == ["PRP", "DT", "NN", "."]
    assert found.tag(scan("I can't play.", Manner())) == ["PRP", "MD", "VBP", "."]


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
    _site(tmp_path, "def load(**_):\n    raise OSError('no meta.json')\n")
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
    subprocess.run([sys.executable, "-c", script], check=True, timeout=100)
