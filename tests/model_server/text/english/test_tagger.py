"""The tagger: how often the tag picks the pronunciation that was meant, and what else the lexicons need of tags."""

from __future__ import annotations

import functools
import importlib.util
import json
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from model_server.text.english.scanner import scan
from model_server.text.english.tagger import RuleTagger
from model_server.text.english.tokens import Manner

SENTENCES = Path(__file__).with_name("heteronym_sentences.txt")
# What a reading is called in the sentences, and the tag that finds it in misaki's lexicons.
READINGS = {"N": "NN", "V": "VB", "A": "JJ", "R": "RB", "P": "VBD", "D": "DT", "E": "IN"}
_MARKED = re.compile(r"([\w'-]+)/([A-Z])\b")


@dataclass(frozen=True)
class Sentence:
    text: str
    meant: tuple[tuple[int, str, str], ...]  # where a word begins, the word, the tag of what is meant

    @property
    def is_held_out(self) -> bool:
        """Whether it belongs to the half that was never looked at while rules were written."""
        return zlib.crc32(self.text.encode()) % 2 == 1


def sentences() -> Iterator[Sentence]:
    for line in SENTENCES.read_text("utf-8").splitlines():
        parts: list[str] = []
        meant: list[tuple[int, str, str]] = []
        at = 0
        for found in _MARKED.finditer(line):
            parts.append(line[at : found.start()])
            meant.append((sum(map(len, parts)), found[1], READINGS[found[2]]))
            parts.append(found[1])
            at = found.end()
        yield Sentence("".join(parts) + line[at:], tuple(meant))


@functools.cache
def lexicon(name: str = "us_gold") -> dict[str, str | dict[str, str]]:
    package = importlib.util.find_spec("misaki")
    assert package is not None and package.submodule_search_locations
    path = Path(package.submodule_search_locations[0]) / "data" / f"{name}.json"
    found: dict[str, str | dict[str, str]] = json.loads(path.read_text("utf-8"))
    return found


def spoken(word: str, tag: str, before_to: bool = False) -> str:
    """Return what misaki's lexicon says of a word with a tag."""
    entry = lexicon()[word if word in lexicon() else word.lower()]
    if isinstance(entry, str):
        return entry
    if word.lower() == "used":
        return entry["VBD"] if tag in ("VBD", "JJ") and before_to else entry["DEFAULT"]
    parent = {"VB": "VERB", "NN": "NOUN", "RB": "ADV", "JJ": "ADJ"}.get(tag[:2], tag)
    return entry.get(tag) or entry.get(parent) or entry["DEFAULT"]


def outcomes(chosen: Callable[[Sentence], bool]) -> Iterator[tuple[bool, str]]:
    """Yield for each word marked in the sentences whether it is said as meant, and a line about it."""
    tagger = RuleTagger()
    for sentence in filter(chosen, sentences()):
        tokens = scan(sentence.text, Manner())
        tags = tagger.tag(tokens)
        places = {token.start: index for index, token in enumerate(tokens)}
        for start, word, meant in sentence.meant:
            index = places[start]
            before_to = index + 1 < len(tokens) and tokens[index + 1].text == "to"
            said = spoken(word, tags[index], before_to)
            right = said == spoken(word, meant, before_to)
            yield right, f"{word} {tags[index]} for {meant}: {sentence.text}"


def accuracy(chosen: Callable[[Sentence], bool]) -> tuple[float, str]:
    results = list(outcomes(chosen))
    wrong = [line for right, line in results if not right]
    return 1 - len(wrong) / len(results), "\n".join(wrong)


def tagged(text: str) -> str:
    tokens = scan(text, Manner())
    return " ".join(f"{token.text}/{tag}" for token, tag in zip(tokens, RuleTagger().tag(tokens), strict=True))


def test_most_pronunciations_that_depend_on_the_tag_come_out_as_meant() -> None:
    found, wrong = accuracy(lambda sentence: not sentence.is_held_out)
    assert found >= 0.95, wrong


def test_sentences_that_no_rule_was_written_for_come_out_as_meant() -> None:
    found, wrong = accuracy(lambda sentence: sentence.is_held_out)
    assert found >= 0.96, wrong
