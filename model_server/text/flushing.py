"""How much of a text is done with before the rest of it is there: whole lines, whole sentences, and blanks."""

from __future__ import annotations

from model_server.text.characters import ELLIPSIS, EXCLAIM, SPEAKABLE, STOP, WIDE_STOP, mark_end
from model_server.text.pieces import SENTENCE_MOST, with_blanks
from model_server.text.sentences import Window, goes_on, next_sentence


def complete_part(raw: str) -> int:
    """Return how much of a text is whole lines or whole sentences."""
    line = raw.rfind("\n") + 1
    window = Window.of(raw[line:], ended=True, line_start=True)
    lead = SPEAKABLE.search(window.classes)
    begin = lead.start() if lead else len(window.text)
    complete = 0
    while begin < len(window.text) and (sentence := next_sentence(window, begin, SENTENCE_MOST)):
        if sentence.next < len(window.text):
            complete = with_blanks(window, sentence.end) if sentence.complete else complete
        elif _stops(window, begin):
            complete = len(window.text)
        begin = sentence.next
    return line + complete


def _stops(window: Window, begin: int) -> bool:
    """Return whether the text ends with the end of a sentence, as far as one can tell with nothing behind it."""
    start = len(window.classes.rstrip("\n !.,;:|~)-mo"))
    gap = window.classes[start:] + " "
    stop = mark_end(gap, STOP + EXCLAIM + ELLIPSIS, WIDE_STOP)
    return bool(stop) and not goes_on(window, begin, start, gap[:stop], "u")


def before_word(window: Window, lead: int) -> int:
    """Return where blanks end before the quotes and brackets of the first word; a line end stays with the word."""
    blank = max(window.classes.rfind(" ", 0, lead), window.classes.rfind("\n", 0, lead))
    return blank if blank > 0 else lead
