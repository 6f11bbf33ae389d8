"""What is spoken: prose of the benchmarks' own. Rivals get the phonemes that this project's front end makes of it."""

from __future__ import annotations

from pathlib import Path

WORD = "Hello."
CLAUSE = "When the train came in, the rain had stopped."
SENTENCE = (
    "The house stood on a hill above the river, and from its tall windows you could see the boats come home in the "
    "evening, one after the other, with their lamps lit."
)
# Of 400 characters.
PARAGRAPH = (
    "Nobody in the village remembered who had built it, or why. Some said a captain had wanted to keep an eye on the "
    "water; others, that a painter had come for the light and stayed for the silence. The oldest woman said nothing "
    "at all, but she smiled when the children asked her, and pointed to the garden, where an apple tree stood that "
    "was older than the walls around it, and still bore fruit each year."
)
TEXTS = {"word": WORD, "clause": CLAUSE, "sentence": SENTENCE, "paragraph": PARAGRAPH}

_LETTER = (
    "In the spring a letter came. It was addressed to the owner, whoever that might be, and since there was none, the "
    "postman read it aloud at the well. A museum in the city had found a map, drawn two hundred years ago, with the "
    "house on it, and beside the house a door in the hill that nobody had ever seen."
)
_APPLE = (
    "They looked for it the same afternoon, and found nothing. But in the night the apple tree shook, although there "
    "was no wind, and let fall its last apple, which rolled down the hill and came to rest against a stone."
)
# About eighty seconds of speech.
CHAPTER = (f"{CLAUSE} {SENTENCE}", PARAGRAPH, _LETTER, _APPLE)
BEGINNING = CHAPTER[:1]

# One for each of ten clients, of about equal length.
TEN = (
    "The first boat left the harbour before sunrise, with three men and a dog on board.",
    "A cold wind came down from the mountains, and the shutters rattled all night long.",
    "She counted the coins twice, put them back in the jar, and closed the cupboard door.",
    "The clock in the tower had stopped at noon, but nobody there seemed to mind it much.",
    "On the table lay a loaf of bread, a sharp knife, and a letter without any signature.",
    "They walked along the railway line until the lights of the town were out of sight.",
    "An old man sold chestnuts at the corner, and he always gave the children one extra.",
    "The map was wrong about the bridge, so they had to cross the river further upstream.",
    "In the library it was so quiet that you could hear the pages turn on the next floor.",
    "When the snow melted at last, the path to the mill appeared again under the branches.",
)

LONG_BYTES = 10_000_000


def write_long_text(path: Path) -> None:
    """Write a text of 10 MB: the chapter again and again, each time with a line of its own."""
    with path.open("w", encoding="utf-8") as file:
        number = 0
        while file.tell() < LONG_BYTES:
            number += 1
            file.write("\n\n".join(CHAPTER) + f"\n\nThis was part {number}.\n\n")
