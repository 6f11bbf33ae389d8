"""What neighbours alone cannot tell: corrections for single words, once all tags are there. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from model_server.text.english.tokens import Kind, Token

# Said alike in past and present, so that the time must come from elsewhere.
_TIMELESS = ("read", "reread")
_PAST = frozenset(
    [
        "yesterday",
        "ago",
        "once",
        "earlier",
        "recently",
        "last",
        "then",
        "previously",
        "formerly",
        "just",
        "before",
        "when",
        "while",
        "after",
        "until",
        "childhood",
        "school",
        "that",
        "finally",
        "suddenly",
        "afterwards",
        "first",
    ]
)
_PRESENT = frozenset(
    [
        "every",
        "always",
        "often",
        "usually",
        "sometimes",
        "rarely",
        "seldom",
        "never",
        "generally",
        "typically",
        "daily",
        "weekly",
        "regularly",
        "nowadays",
        "today",
        "now",
        "mornings",
        "evenings",
        "nights",
        "sundays",
        "mondays",
        "weekends",
        "night",
        "aloud",
        "each",
        "normally",
        "frequently",
        "still",
        "if",
        "whenever",
        "tomorrow",
    ]
)
_GROWN = frozenset(["get", "gets", "got", "gotten", "getting", "become", "became", "becoming", "grow", "grew", "grown"])
_ACCUSTOMED = _GROWN | frozenset(
    [
        "be",
        "is",
        "are",
        "was",
        "were",
        "am",
        "been",
        "being",
        "'m",
        "i'm",
        "you're",
        "we're",
        "they're",
        "he's",
        "she's",
        "it's",
        "isn't",
        "aren't",
        "wasn't",
        "weren't",
    ]
)
# Forms of the base whose tag would find the past in misaki's lexicons, which were made for a tagger that takes
# "I read it yesterday" for the present.
_NOT_PRESENT = ("read", "reread", "wound")
_CORRECTED = frozenset((*_TIMELESS, *_NOT_PRESENT, "used"))


def corrected(tokens: Sequence[Token], tags: list[str]) -> list[str]:
    """Return the tags with those of `read` and `wound` set as the lexicon needs them; a tag that a token brought is kept."""
    for index, token in enumerate(tokens):
        if token.kind is not Kind.WORD or token.tag or (word := token.text.lower()) not in _CORRECTED:
            continue
        if word in _TIMELESS and tags[index] in ("VBP", "VBD"):
            tags[index] = "VBD" if _is_past(tokens, tags, index) else "VB"
        elif word in _TIMELESS and tags[index] == "VB" and _had_before(tokens, index):
            tags[index] = "VBN"
        elif word == "used" and index + 2 < len(tokens) and tokens[index + 1].text.lower() == "to":
            tags[index] = _used(tokens, tags, index)
        elif word in _NOT_PRESENT and tags[index] == "VBP":
            tags[index] = "VB"
    return tags


def _used(tokens: Sequence[Token], tags: Sequence[str], index: int) -> str:
    """Return the tag of "used" before "to": accustomed (JJ), a habit of the past (VBD), or put to use (VBN)."""
    at = index - 1
    while at > 0 and (
        tags[at].startswith("RB") or tokens[at].text.lower() in ("you", "he", "she", "they", "we", "i", "it")
    ):
        if tags[at] == "PRP" and tokens[at - 1].text.lower() not in _ACCUSTOMED:
            break
        at -= 1
    if at < 0 or tokens[at].text.lower() not in _ACCUSTOMED:
        return tags[index]
    return "VBN" if tags[index + 2] == "VB" and tokens[at].text.lower() not in _GROWN else "JJ"


def _is_past(tokens: Sequence[Token], tags: Sequence[str], index: int) -> bool:
    """Return whether `read` is past, by its subject, by words of time, by the other verbs, and by what is read."""
    first, last = _sentence(tokens, index)
    if _subject_is_one(tokens, tags, first, index):
        return True
    clause = _clause(tokens, tags, first, last, index)
    for begins, ends in (clause, (first, last)):
        if (told := _told_by_words(tokens, tags, range(begins, ends), index)) is not None:
            return told
    after = tags[index + 1] if index + 1 < last else "."
    return after in ("DT", "PRP$", "PRP", "CD", "WP", "IN", "JJR")


def _had_before(tokens: Sequence[Token], index: int) -> bool:
    """Return whether "'d" in front is "had", by a word behind it: "he'd read it before"."""
    behind = {token.text.lower() for token in tokens[index + 1 : index + 5]}
    return (
        index > 0
        and tokens[index - 1].text.endswith("'d")
        and bool(behind & {"before", "already", "earlier", "once", "twice"})
    )


def _told_by_words(tokens: Sequence[Token], tags: Sequence[str], places: range, index: int) -> bool | None:
    """Return whether words of time or other verbs say that it is past; None if they say nothing, or both."""
    words = {tokens[at].text.lower() for at in places if at != index}
    present, past = bool(words & _PRESENT), bool(words & _PAST)
    if present != past:
        return past
    others = {tags[at] for at in places if at != index}
    was = "VBD" in others
    return was if was != bool(others & {"VBP", "VBZ", "MD"}) else None


def _clause(tokens: Sequence[Token], tags: Sequence[str], first: int, last: int, index: int) -> tuple[int, int]:
    """Return where the clause of a word begins and ends: at marks and at conjunctions."""
    begins, ends = index, index + 1
    while begins > first and tokens[begins - 1].kind is not Kind.MARK and tags[begins - 1] != "CC":
        begins -= 1
    while ends < last and tokens[ends].kind is not Kind.MARK and tags[ends] not in ("CC", "WRB"):
        ends += 1
    return begins, ends


def _sentence(tokens: Sequence[Token], index: int) -> tuple[int, int]:
    """Return where the sentence of a word begins and ends, at most 30 words to either side."""
    first = last = index
    while first > 0 and index - first < 30 and tokens[first - 1].text not in ".!?;":
        first -= 1
    while last < len(tokens) and last - index < 30 and tokens[last].text not in ".!?;":
        last += 1
    return first, last


def _subject_is_one(tokens: Sequence[Token], tags: Sequence[str], first: int, index: int) -> bool:
    """Return whether the subject would need "reads": then "read" can only be the past."""
    at = index - 1
    while at >= first and tags[at].startswith("RB"):
        at -= 1
    if at < first:
        return False
    if tags[at] == "PRP":
        return tokens[at].text.lower() in ("he", "she", "it")
    joined = any(tags[before] == "CC" for before in range(max(first, at - 3), at))
    return tags[at] in ("NN", "NNP") and not joined
