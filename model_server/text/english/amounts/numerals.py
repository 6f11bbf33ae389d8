"""Digits into words: cardinals, ordinals, decimals, years, digits one by one. Strings in, words out; knows no context.

"Digits" are decimal digits of any script; anything else raises ValueError.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

# The short scale, a name for each power of a thousand.
_SCALES = (
    *("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion", "sextillion", "septillion"),
    *("octillion", "nonillion", "decillion", "undecillion", "duodecillion", "tredecillion", "quattuordecillion"),
    *("quindecillion", "sexdecillion", "septendecillion", "octodecillion", "novemdecillion", "vigintillion"),
)
_NAMED_DIGITS = 3 * len(_SCALES)  # 66: below a thousand vigintillion

_ORDINALS = {
    "zero": "zeroth",
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


def plain(digits: str) -> str:
    """Return decimal digits of any script as 0 to 9. Raises ValueError for anything else."""
    return digits if digits.isascii() and digits.isdigit() else "".join(str(unicodedata.decimal(d)) for d in digits)


@lru_cache(maxsize=4096)
def cardinal(digits: str, british: bool = False) -> str:
    """Return a whole number: "1234" is "one thousand two hundred thirty-four"; British has "and" before the tens.

    Leading zeros count for nothing; "" is zero. What has more digits than the scales have names for is read digit by
    digit.
    """
    bare = plain(digits).lstrip("0") if digits else ""
    if not bare:
        return "zero"
    if len(bare) > _NAMED_DIGITS:
        return digit_by_digit(bare)
    groups = (len(bare) + 2) // 3
    padded = bare.rjust(3 * groups, "0")
    said: list[str] = []
    for index in range(groups):
        group = int(padded[3 * index : 3 * index + 3])
        if group:
            linked = british and index == groups - 1 and group < 100 and bool(said)
            said.append(("and " if linked else "") + _hundreds(group, british) + _scale(groups - 1 - index))
    return " ".join(said)


def _scale(power: int) -> str:
    return f" {_SCALES[power]}" if power else ""


def _hundreds(group: int, british: bool) -> str:
    """Return 1 to 999."""
    hundreds, rest = divmod(group, 100)
    if not hundreds:
        return _below_hundred(rest)
    said = f"{_ONES[hundreds]} hundred"
    return f"{said} {'and ' if british else ''}{_below_hundred(rest)}" if rest else said


def _below_hundred(number: int) -> str:
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return f"{_TENS[tens]}-{_ONES[ones]}" if ones else _TENS[tens]


def ordinal(digits: str, british: bool = False) -> str:
    """Return the place in a row: "22" is "twenty-second", "101" is "one hundred first"."""
    said = cardinal(digits, british)
    cut = max(said.rfind(" "), said.rfind("-")) + 1
    return said[:cut] + _ordinal_word(said[cut:])


def _ordinal_word(word: str) -> str:
    if word in _ORDINALS:
        return _ORDINALS[word]
    return word[:-1] + "ieth" if word.endswith("y") else word + "th"


def digit_by_digit(digits: str, zero: str = "zero") -> str:
    """Return each digit apart: "007" is "zero zero seven"; `zero` is what a nought is called, "oh" for example."""
    return " ".join(zero if digit == "0" else _ONES[int(digit)] for digit in plain(digits)) if digits else ""


def decimal(whole: str, fraction: str, british: bool = False) -> str:
    """Return a decimal: "3", "14" is "three point one four". Without a whole part it begins with "point"."""
    said = f"{cardinal(whole, british)} " if whole else ""
    return f"{said}point {digit_by_digit(fraction)}".rstrip()


def year(digits: str, british: bool = False) -> str:
    """Return a year as it is said: "1905" is "nineteen oh five", "2008" is "two thousand eight", "476" "four seventy-six".

    What has more than four digits, or fewer than three, is a cardinal.
    """
    bare = plain(digits).lstrip("0") if digits else ""
    if not 3 <= len(bare) <= 4:
        return cardinal(bare, british)
    century, rest = int(bare[:-2]), int(bare[-2:])
    if century % 10 == 0 and rest < 10:  # 1000, 2008: thousands
        return cardinal(bare, british)
    return pairs(bare)


def pairs(digits: str) -> str:
    """Return two digits at a time, as rooms, roads and aircraft are named: "747" is "seven forty-seven", "101" "one oh one".

    Whole hundreds and thousands, and what has not three or four digits, are cardinals.
    """
    bare = plain(digits)
    if not 3 <= len(bare) <= 4 or bare[0] == "0" or bare.endswith("000"):
        return cardinal(bare)
    century, rest = int(bare[:-2]), int(bare[-2:])
    if rest == 0:
        return f"{_below_hundred(century)} hundred"
    return f"{_below_hundred(century)} {'oh ' if rest < 10 else ''}{_below_hundred(rest)}"


def plural(number: str) -> str:
    """Return many of a number: "sixteen" is "sixteens", "twenty" "twenties", "six" "sixes"."""
    if number.endswith("y"):
        return number[:-1] + "ies"
    return number + ("es" if number.endswith("six") else "s")
