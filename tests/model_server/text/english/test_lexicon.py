"""The lexicon: what misaki's own G2P says, given the same tokens and tags; nothing without a sound; light and fast."""

from __future__ import annotations

import functools
import importlib.resources
import json
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_server.text.english.fallback import Fallback
from model_server.text.english.foreign_names import NAMES
from model_server.text.english.lexicon import Lexicon
from model_server.text.english.loanwords import loanword
from model_server.text.english.scanner import scan
from model_server.text.english.tagger import RuleTagger
from model_server.text.english.tokens import Kind, Manner, Token, letters
from model_server.text.g2p import SYMBOLS
from tests.cpu_time import cpu_seconds
from tests.model_server.text.english.misaki_reference import MARK_TAGS, misaki

CORPUS = Path(__file__).with_name("corpus.txt").read_text("utf-8").splitlines()
TAGS = [
    "CC", "CD", "DT", "EX", "FW", "IN", "JJ", "JJR", "JJS", "LS", "MD", "NN", "NNP", "NNPS", "NNS", "PDT", "POS",
    "PRP", "PRP$", "RB", "RBR", "RBS", "RP", "TO", "UH", "VB", "VBD", "VBG", "VBN", "VBP", "VBZ", "WDT", "WP", "WRB",
]  # fmt: skip
SMALL_WORDS = [
    "a", "am", "an", "by", "I", "in", "the", "to", "used", "vs", "have", "can", "this", "been", "that", "was",
]  # fmt: skip
ACCENTS = pytest.mark.parametrize("british", [False, True], ids=["american", "british"])


@functools.cache
def lexicon(british: bool) -> Lexicon:
    return Lexicon(british, Fallback(british))


def say(text: str, *tags: str, british: bool = False) -> str:
    tokens = scan(text, Manner(british=british))
    return " ".join(filter(None, lexicon(british).phonemes(tokens, tags or [token.tag for token in tokens])))


def differences(tokens: list[Token], tags: list[str], british: bool) -> list[tuple[str, str, str | None, str]]:
    """Return (word, tag, ours, misaki's) where they differ, but for what is better here on purpose."""
    ours = lexicon(british).phonemes(tokens, tags)
    theirs = misaki(british).phonemes(tokens, tags)
    assert len(ours) == len(theirs)
    return [
        (token.text, tag, our, their)
        for token, tag, our, their in zip(tokens, tags, ours, theirs, strict=True)
        if our != their and token.phonemes is None and not is_better(token, our, their, british)
    ]


def is_better(token: Token, ours: str | None, theirs: str, british: bool) -> bool:
    """Return whether phonemes differ from misaki's on purpose. docs/text.md names the ways."""
    # What it says of two words that stand together has no blank between them.
    fallback = misaki(british).fallback_phonemes(token.text)
    if theirs not in (fallback, fallback.replace(" ", "")):
        return False
    if ours is not None and ours == loanword(token.text, british):
        return True
    # Two faults of its mapping from espeak-ng: of an "ɚ" before an "ɹ" it makes two, of a British "air" no "ɛː".
    mended = misaki(british).fallback_phonemes(token.text, mended=True)
    return ours in (mended, mended.replace(" ", ""))


@ACCENTS
def test_the_corpus_is_read_as_misaki_reads_it(british: bool, figure: Callable[[str], None]) -> None:
    tagger = RuleTagger()
    found, count = [], 0

    for sentence in CORPUS:
        tokens = scan(sentence, Manner(british=british))
        found += differences(tokens, tagger.tag(tokens), british)
        count += len(tokens)

    assert len(CORPUS) >= 500
    assert found == []
    figure(f"lexicon, {'british' if british else 'american'}: {count} tokens of the corpus as misaki reads them")


@ACCENTS
def test_the_corpus_is_read_as_misaki_reads_it_whatever_the_tags(british: bool) -> None:
    found = []

    for number, sentence in enumerate(CORPUS):
        tokens = scan(sentence, Manner(british=british))
        tags = [TAGS[zlib.crc32(f"{number} {token.start}".encode()) % len(TAGS)] for token in tokens]
        found += differences(tokens, tags, british)

    assert found == []


def written(words: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Draw a word as people write it: inflected, in capitals, in a compound, cut short, misspelled."""
    ends = st.sampled_from(["", "", "", "s", "es", "'s", "s'", "'", "d", "ed", "ing", "n't", "'ll", "'d"])
    cases = st.sampled_from([str, str, str, str.lower, str.upper, str.capitalize, str.title, str.swapcase])
    single = st.builds(lambda word, end, case: str(case(word + end)), words, ends, cases)
    doubled = words.map(lambda word: word + word[-1] + "ing")
    without_e = words.map(lambda word: word[:-1] + "ing")
    cut = st.builds(lambda word, at: word[: 1 + at % len(word)], words, st.integers(0, 20))
    compound = st.builds(lambda *parts: parts[1].join(parts[::2]), single, st.sampled_from(["-", "-", "'", ""]), single)
    return st.one_of(single, single, single, doubled, without_e, cut, compound)


@functools.cache
def sentences(british: bool) -> st.SearchStrategy[list[tuple[Token, str]]]:
    reference = misaki(british)
    entries = st.sampled_from(sorted(reference.lexicon.golds)) | st.sampled_from(sorted(reference.lexicon.silvers))
    by_sense = st.sampled_from(
        sorted(word for word, entry in reference.lexicon.golds.items() if isinstance(entry, dict))
    )
    word = written(entries | by_sense | st.sampled_from(SMALL_WORDS))
    spoken = st.builds(lambda text, tag: (Token(text, 0, 1), tag), word, st.sampled_from(TAGS))
    mark = st.sampled_from(sorted(MARK_TAGS)).map(lambda text: (Token(text, 0, 1, Kind.MARK), ""))
    return st.lists(st.one_of(spoken, spoken, spoken, mark), min_size=1, max_size=8)


@ACCENTS
@given(data=st.data())
def test_any_words_are_read_as_misaki_reads_them(british: bool, data: st.DataObject) -> None:
    drawn = data.draw(sentences(british))

    assert differences([token for token, _ in drawn], [tag for _, tag in drawn], british) == []


@ACCENTS
def test_every_entry_is_read_in_kokoros_symbols(british: bool) -> None:
    files = importlib.resources.files("misaki") / "data"
    gold, silver = (
        json.loads((files / f"{'gb' if british else 'us'}_{kind}.json").read_bytes()) for kind in ("gold", "silver")
    )
    words = list({**gold, **silver})

    read = lexicon(british).phonemes([Token(word, 0, 1) for word in words], ["NN"] * len(words))

    assert [(word, said) for word, said in zip(words, read, strict=True) if not said or set(said) - SYMBOLS] == []
    senses = [said for entry in gold.values() if isinstance(entry, dict) for said in entry.values() if said]
    assert SYMBOLS.issuperset("".join(senses))


@pytest.mark.parametrize(
    ("text", "tags", "phonemes"),
    [
        ("the apple", ("DT", "NN"), "ði ˈæpᵊl"),
        ("the table", ("DT", "NN"), "ðə tˈAbᵊl"),
        ("to eat", ("TO", "VB"), "tʊ ˈit"),
        ("I read", ("PRP", "VBD"), "ˌI ɹˈɛd"),
        ("I read", ("PRP", "VB"), "ˌI ɹˈid"),
        ("used to", ("VBD", "TO"), "jˈust tu"),
        ("waited", ("VBD",), "wˈATᵻd"),
        ("McDonald's", ("NNP",), "məkdˈɑnəldz"),
        ("well-known", ("JJ",), "wˌɛlnˈOn"),
    ],
)
def test_words_sound_as_their_tag_and_what_follows_ask(text: str, tags: tuple[str, ...], phonemes: str) -> None:
    assert say(text, *tags) == phonemes


@ACCENTS
@pytest.mark.parametrize("name", ["FBI", "CIA", "URL", "W", "XYZZYX"])
def test_letters_apart_are_spelled_as_one_word(name: str, british: bool) -> None:
    token = letters(name, 0, len(name))

    assert lexicon(british).phonemes([token], ["NNP"]) == [misaki(british).spelled(token.text)]


@pytest.mark.parametrize("text", ["Z", "from A to Z", "z", "XYZ", "DMZ"])
def test_britons_say_zed(text: str) -> None:
    assert say(text, british=True).endswith("zˈɛd")
    assert say(text).endswith("zˈi")


@pytest.mark.parametrize(
    ("text", "american", "british"),
    [
        ("Nguyen", "wˈɪn", "wˈɪn"),
        ("Goethe's", "ɡˈɜɹTəz", "ɡˈɜːtəz"),
        ("Tottenham", "tˈɑtnəm", "tˈɒtnəm"),
        ("southwark", "sˈʌðəɹk", "sˈʌðək"),
        ("açaí", "ˌɑsɑˈi", "ˌasɑːˈiː"),
    ],
)
def test_names_from_elsewhere_are_said_as_people_do(text: str, american: str, british: str) -> None:
    assert (say(text), say(text, british=True)) == (american, british)


@pytest.mark.parametrize(("text", "phonemes"), [("vi", "vˌiˈI"), ("xx", "ˌɛksˈɛks"), ("xv", "ˌɛksvˈi")])
def test_what_is_written_like_a_numeral_is_spelled(text: str, phonemes: str) -> None:
    tokens = [Token(text, 0, 2)]  # espeak-ng would call it "Roman"
    assert lexicon(False).phonemes(tokens, ["NN"]) == [phonemes]


def test_names_are_in_symbols_that_the_model_knows() -> None:
    said = [line.split() for line in NAMES.strip().splitlines()]
    assert all(len(line) == 3 for line in said)
    assert not {symbol for _, *both in said for sounds in both for symbol in sounds} - SYMBOLS


@pytest.mark.parametrize(("text", "phonemes"), [("C D s", "sˌidˈiz"), ("F B I 's", "ˌɛfbˌiˈIz"), ("O S s", "ˌOˈɛsᵻz")])
def test_letters_take_an_ending(text: str, phonemes: str) -> None:
    assert lexicon(False).phonemes([Token(text, 0, 1, Kind.LETTERS)], ["NNP"]) == [phonemes]


def test_marks_stay_what_they_are() -> None:
    tokens = scan('“Yes” (no); so: a, b. c! d? e — f… "g"', Manner())
    marks = [token for token in tokens if token.kind is Kind.MARK]

    assert lexicon(False).phonemes(marks, [""] * len(marks)) == list("“”();:,.!?—…“”")


def test_phonemes_that_a_token_brings_are_kept_and_heard_by_the_word_before() -> None:
    tokens = [
        Token("the", 0, 3),
        Token("lead", 4, 8, phonemes="ɛˈɾ"),
        Token("the", 9, 12),
        Token("x", 13, 14, phonemes="b"),
    ]

    assert lexicon(False).phonemes(tokens, ["DT", "NN", "DT", "NN"]) == ["ði", "ɛˈɾ", "ðə", "b"]


@pytest.mark.parametrize("word", ["qwrtz", "qwrtz-zwrq", "Ωμ", "ÿqz"])
def test_a_word_without_any_sound_has_no_phonemes_and_leaves_the_others_theirs(word: str) -> None:
    mute = Lexicon(False, lambda _: "")

    assert mute.phonemes([Token("the", 0, 3), Token(word, 4, 9)], ["DT", "NN"]) == ["ðə", None]


@pytest.mark.parametrize("word", ["'", "-", "--", "'-'"])
def test_what_has_no_letters_is_silent(word: str) -> None:
    assert lexicon(False).phonemes([Token(word, 0, 1)], ["NN"]) == [""]


@pytest.mark.parametrize(
    ("accented", "plain"),
    [
        ("café", "cafe"),
        ("CAFÉ", "cafe"),
        ("naïve", "naive"),
        ("Zürich", "Zurich"),
        ("façade", "facade"),
        ("Noël", "Noel"),
        ("château", "chateau"),
        ("Zürich-based", "Zurich-based"),
    ],
)
def test_an_accented_word_is_found_without_its_accents(accented: str, plain: str) -> None:
    assert say(accented, "NN") == say(plain, "NN")


@pytest.mark.parametrize(
    ("accented", "plain"),
    [("rosé", "rose"), ("résumé", "resume"), ("exposé", "expose"), ("pâté", "pate"), ("señor", "senor")],
)
def test_an_accented_word_is_not_taken_for_another(accented: str, plain: str) -> None:
    assert say(accented, "NN") != say(plain, "NN")


@pytest.mark.parametrize("word", ["walk", "walks", "walking", "boxes", "paris", "silver", "a", "i", "jogged", "don't"])
def test_words_and_their_inflections_are_known(word: str) -> None:
    assert lexicon(False).known(word)


@pytest.mark.parametrize("word", ["", "b", "qwrtz", "fbi", "xs", "s"])
def test_letters_and_inventions_are_not_known(word: str) -> None:
    assert not lexicon(False).known(word)


LOADING = """
import json, sys, time, psutil
begin = time.process_time()
from model_server.text.english.fallback import Fallback
from model_server.text.english.lexicon import Lexicon
from model_server.text.english.tokens import Token
lexicon = Lexicon(False, Fallback(False))
lexicon.phonemes([Token("table", 0, 5)], ["NN"])
ready = time.process_time() - begin
gold = psutil.Process().memory_info().rss
lexicon.phonemes([Token("qwrtz", 0, 5)], ["NN"])
print(json.dumps({"seconds": ready, "gold": gold, "all": psutil.Process().memory_info().rss, "modules": list(sys.modules)}))
"""


def test_the_lexicon_loads_in_a_second_and_little_memory_without_spacy(figure: Callable[[str], None]) -> None:
    run = subprocess.run([sys.executable, "-c", LOADING], capture_output=True, text=True, check=True, timeout=50)
    report = json.loads(run.stdout)

    loaded = {name.partition(".")[0] for name in report["modules"]} | {"misaki.en"} & set(report["modules"])
    assert loaded.isdisjoint({"spacy", "torch", "kokoro", "transformers", "misaki.en"})
    assert report["all"] < 150e6
    assert report["seconds"] < 5  # a busy machine; the figure is what counts
    figure(
        f"lexicon: ready in {report['seconds']:.2f} s, {report['gold'] / 1e6:.0f} MB resident; {report['all'] / 1e6:.0f} MB with all"
    )


def test_a_sentence_takes_little_time(figure: Callable[[str], None]) -> None:
    tagger = RuleTagger()
    read = [(tokens := scan(sentence, Manner()), tagger.tag(tokens)) for sentence in CORPUS]
    american = lexicon(False)

    def say_all() -> None:
        for tokens, tags in read:
            american.phonemes(tokens, tags)

    each = cpu_seconds(say_all) / len(read)

    assert each < 0.003  # seconds
    figure(
        f"lexicon: {each * 1000:.3f} ms a sentence of {sum(len(tokens) for tokens, _ in read) / len(read):.0f} tokens"
    )


@pytest.mark.parametrize(
    "word", ["a-" * 50_000, "aB" * 50_000, "'" * 100_000, "a'" * 50_000, "x" * 100_000, "ÀÉ" * 50_000]
)
def test_a_word_without_end_takes_linear_time(word: str) -> None:
    lexicon = Lexicon(False, lambda _: "x")
    assert cpu_seconds(lambda: lexicon.phonemes([Token(word, 0, len(word))], ["NN"]), enough=20.0) < 20.0
