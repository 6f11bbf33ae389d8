"""The user's own dictionary: what its lines mean, what is wrong with them, and what a text has of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_server.text.pronunciations import ENTRIES_MOST, FAULTS_MOST, SAID_MOST, WRITTEN_MOST, Pronunciations, parse
from tests.cpu_time import cpu_seconds


def read(*lines: str) -> Pronunciations:
    found = parse("\n".join(lines).encode())
    assert not found.faults
    return found


def found_in(text: str, own: Pronunciations, language: str = "en-us") -> list[str]:
    """Return what the text has, wherever one might begin."""
    table = own.table(language)
    found = []
    at = 0
    while at < len(text):
        if match := table.find(text, at):
            found.append(text[at : match.end])
            at = match.end
        else:
            at += 1
    return found


def test_a_line_is_a_word_and_what_is_said() -> None:
    own = read(
        "# mine",
        "",
        "kubectl = cube control  # comment",
        "  New\tYork   Times=the grey lady\r",
        "GIF = /dʒɪf/",
        '"polish" = paint',
        "en-gb: schedule = / ˈʃɛdjuːl /",
        "== = equals",
    )
    assert [
        (entry.line, entry.tag, entry.written, entry.exact, entry.respelling, entry.ipa) for entry in own.entries
    ] == [
        (3, "", "kubectl", False, "cube control", ""),
        (4, "", "New York Times", True, "the grey lady", ""),
        (5, "", "GIF", True, "", "dʒɪf"),
        (6, "", "polish", True, "paint", ""),
        (7, "en-gb", "schedule", False, "", "ˈʃɛdjuːl"),
        (8, "", "==", False, "equals", ""),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"kubectl", "there is no '=' in 'kubectl'"),
        (b"kubectl =", "nothing is said for 'kubectl': there is nothing behind the '='"),
        (b"kubectl = # later", "nothing is said for 'kubectl': there is nothing behind the '='"),
        (b"= cube", "there is no word before the '='"),
        (b'"" = cube', None),  # two quotes, however odd
        (b"x = ...", "there is nothing to say in '...'"),
        (b"x = //", "there is nothing to say in '//'"),
        ("x = /ˈː/".encode(), "there is nothing to say in '/ˈː/'"),
        (b"x = /a", "the transcription '/a' does not end with a '/'"),
        (b"x = /", "the transcription '/' does not end with a '/'"),
        ("x = /f7nж/".encode(), "the transcription '/f7nж/' has what is no symbol of the phonetic alphabet: 7 ж"),
        (b"ok = okay", "'ok' is in line 1 already"),
        (b"OK  = okay", None),  # as it is written only: another entry
        (b"en: ok = okay", None),  # for English only
        (
            b"en-uk: x = y",
            "there is no language 'en-uk'; choose one of en, en-gb, en-us, es, fr, hi, it, ja, pt, pt-br, zh",
        ),
        (b"x" * (WRITTEN_MOST + 1) + b" = y", f"the word or phrase is longer than {WRITTEN_MOST} characters"),
        (b"x = " + b"y" * (SAID_MOST + 1), f"what is said for 'x' is longer than {SAID_MOST} characters"),
        (b"caf\xe9 = y", "this is not UTF-8"),
        (b"x\0y = z", "there is a control character in it"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_used(line: bytes, message: str | None) -> None:
    found = parse(b"ok = okey\n\n" + line + b"\nlast = least\n")
    assert [str(fault) for fault in found.faults] == ([] if message is None else [f"line 3: {message}"])
    assert {"ok", "last"} <= {entry.written for entry in found.entries}


def test_phrases_that_differ_in_blanks_and_case_alone_are_the_same() -> None:
    assert str(parse(b"new york = a\nnew  york = b\n").faults[0]) == "line 2: 'new york' is in line 1 already"
    assert not parse(b"newyork = a\nnew york = b\nnew-york = c\n").faults


def test_a_file_as_other_systems_write_it() -> None:
    assert [entry.written for entry in parse(b"\xef\xbb\xbfone = a\r\ntwo = b\rthree = c").entries] == [
        "one",
        "two",
        "three",
    ]
    assert [str(fault) for fault in parse("x = y".encode("utf-16")).faults] == ["line 1: this is not UTF-8"]


def test_there_is_a_limit_to_entries() -> None:
    found = parse(b"".join(b"word%d = said\n" % number for number in range(ENTRIES_MOST + 5)))
    assert len(found.entries) == ENTRIES_MOST
    assert [fault.line for fault in found.faults] == [ENTRIES_MOST + 1]


def test_what_is_no_dictionary_is_read_no_further_than_it_must() -> None:
    found = parse(b"no\n" * FAULTS_MOST + b"good = better\n" + b"no\n" * 100_000)
    assert not found.entries
    assert len(found.faults) == FAULTS_MOST + 1
    assert found.faults[-1].line == FAULTS_MOST + 1


OWN = read(
    "kubectl = a",
    "SQL = b",
    '"polish" = c',
    "new york = d",
    "new york times = e",
    "c++ = f",
    ".net = g",
    "node = h",
    "it's = i",
    "café = j",
    "straße = k",
    "k8s = l",
    "en: colour = m",
    "es: gato = n",
    "=> = o",
    "東京 = p",
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kubectl Kubectl KUBECTL", ["kubectl", "Kubectl", "KUBECTL"]),
        ("SQL sql Sql", ["SQL"]),
        ("Polish polish POLISH", ["polish"]),
        ("(kubectl) 'kubectl' “kubectl”, kubectl… kubectl/kubectl —kubectl—", ["kubectl"] * 7),
        ("kubectl. Kubectl: kubectl!", ["kubectl", "Kubectl", "kubectl"]),
        ("kubectl's", ["kubectl"]),  # the reader adds the ending
        ("kubectls kubectl'd xkubectl kubectl2 kubectl_x", []),
        ("my-kubectl kubectl-based kubectl.exe a@kubectl kubectl@b", []),
        ("kubectl://x kube\u00adctl", ["kube\u00adctl"]),
        ("New  York\nTimes, new york time NewYork New-York", ["New  York\nTimes", "new york"]),
        ("C++ C+++ C+ objective-c++ (c++)", ["C++", "c++"]),
        (".NET ASP.NET x.net", [".NET"]),
        ("node node.js node.", ["node", "node"]),
        ("it's its It's", ["it's", "It's"]),
        ("cafe\u0301 CAFÉ cafe", ["cafe\u0301", "CAFÉ"]),
        ("STRASSE Straße", ["STRASSE", "Straße"]),
        ("k8s K8S k8", ["k8s", "K8S"]),
        ("a => b >= c", ["=>"]),
        ("colour gato", ["colour"]),
        ("東京 東京都", ["東京"]),
        ("", []),
    ],
)
def test_whole_words_are_found_longest_first(text: str, found: list[str]) -> None:
    assert found_in(text, OWN) == found


def test_the_entry_for_the_language_goes_before_those_for_more() -> None:
    own = read("en-gb: x = british", "x = all", "en: x = english", "en-gb: X = written")
    said = {
        language: [match.entry.respelling for word in "xX" if (match := own.table(language).find(word, 0))]
        for language in ("en-gb", "en-us", "fr")
    }
    assert said == {"en-gb": ["british", "written"], "en-us": ["english"] * 2, "fr": ["all"] * 2}


def test_respelling_a_line_says_where() -> None:
    text = "El gato, gato's gatos."
    assert list(OWN.table("es").respelled(text)) == [(3, 7, "n"), (9, 13, "n")]


@given(st.binary(max_size=200) | st.text(alphabet="ab =/ː#\n\"'-.:ə", max_size=200).map(str.encode))
def test_any_file_is_read(content: bytes) -> None:
    found = parse(content)
    lines = content.splitlines()
    assert all(0 < fault.line <= len(lines) for fault in found.faults)
    assert len(found.entries) + len(found.faults) <= len(lines)


@given(
    st.text(alphabet="ab -'.=\u0301\u00adB\n", max_size=60),
    st.lists(st.text(alphabet="ab -'.", max_size=6), max_size=6),
)
def test_what_is_found_is_what_is_written(text: str, words: list[str]) -> None:
    own = parse("\n".join(f'"{word}" = x' for word in words).encode())
    for at in range(len(text)):
        if match := own.table("en-us").find(text, at):
            written = " ".join(text[at : match.end].replace("\u00ad", "").split())
            assert written == match.entry.written


def test_lookups_take_no_longer_with_many_entries() -> None:
    few = read("the end of all = x")
    many = read(*(f"the end of {number} = x" for number in range(ENTRIES_MOST)))
    text = "the end of " * 2000

    def seconds(own: Pronunciations, enough: float = 0.0) -> float:
        table = own.table("en-us")
        return cpu_seconds(lambda: list(table.respelled(text)), enough)

    limit = 5 * seconds(few)
    assert seconds(many, limit) < limit


@pytest.mark.parametrize("flood", ["a", "a ", "a  \n", "a-", "a.", "'", "\u0301", "a\u0301", "\u00ad", "a a a a b "])
def test_floods_take_time_with_their_length(flood: str) -> None:
    own = read("a = x", "a a a a a a a a a a a a a a = y", "' ' ' ' ' = z1")
    text = (flood * 100_000)[:100_000]
    assert cpu_seconds(lambda: list(own.table("en-us").respelled(text)), enough=5.0) < 5.0
