"""One value as it is written, without sign and unit: 1,234.5, 2 1/2, ½, 6.02e23, 10^6, 5²."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from model_server.text.english.amounts.numerals import cardinal, decimal, digit_by_digit, ordinal
from model_server.text.english.amounts.speech import before, ends

# Grouped by thousands (also by lakhs), a plain run of digits, and the fraction. Lengths are bounded, see `longruns`.
_NUMBER = re.compile(
    r"""(?:(?P<grouped> [0-9]{1,3}(?:,[0-9]{3}){1,21}+(?![0-9]) | [0-9]{1,2}(?:,[0-9]{2}){1,8},[0-9]{3}(?![0-9])
                      | [0-9]{1,3}(?:_[0-9]{3}){1,21}+(?![0-9_]) | [0-9]{1,3}(?:\.[0-9]{3}){2,21}+(?![0-9.])
                      | [0-9]{1,3}(?:[ ][0-9]{3}){2,21}+(?![ ]?[0-9]) | [0-9]{1,3}[ ]000(?![ ]?[0-9.,])
                      | [0-9]{1,3}(?:'[0-9]{3}){1,21}+(?![0-9']) )
         | (?P<plain>[0-9]{1,66}+) )?
        (?:\.(?P<fraction>[0-9]{1,60}+))?""",
    re.VERBOSE,
)
# What most numbers are: nothing behind them can belong to them.
_SIMPLE = re.compile(
    r"(?:0|[1-9][0-9]{0,5}+)(?=[ ][a-z(\"]|[a-z)%:;!?\n\"]|[.,]?(?:\s|\Z)(?![0-9½⅓⅔¼¾]))(?![ ]?[exX×*·][ 0-9+-])"
)
_COMMA_DECIMAL = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3}){1,8}),([0-9]{1,2})(?![0-9])")
_CONTINENTAL = re.compile(r"([0-9]{1,4}),([0-9]{1,2})(?![0-9]|[.,][0-9])")  # "5,5"
_MEASURE = re.compile(
    r"[ ]?(?:[%°€‰]|(?:[kcm]?m|k?g|mg|[mc]?l|k?W|kWh|V|h|Uhr|[kMG]?Hz|[MGT]B|euros?|Euro|million|billion|percent)(?![A-Za-z]))"
)
_LISTED = re.compile(r",?[ ](?:and|or|&)[ ][0-9]|,[ ][0-9]|[)\]}]")
_SLASHED = re.compile(r"([0-9]{1,4})[/⁄]([0-9]{1,4})(?:ths?|rds?|nds)?(?![0-9/⁄]|[.,][0-9])")
_MIXED = re.compile(r"(?:[ ]|(?<=[0-9])-)([0-9]{1,2})[/⁄]([0-9]{1,3})(?![0-9/⁄]|[.,][0-9])")
_VULGAR = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"
_VULGAR_BEHIND = re.compile(f"[ ]?([{_VULGAR}])")

_SCIENTIFIC = re.compile(
    r"[eE](?P<e>[+\-−]?[0-9]{1,3}+)(?!\w)"
    r"|[ ]?[x×*·][ ]?10(?:\^\{?(?P<caret>[+\-−]?[0-9]{1,3}+)\}?|(?P<raised>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}+))(?!\w)"
    r"|[ ]?[×·][ ]?10(?P<lost>−[0-9]{1,2}+)(?!\w)"
)
_POWER = re.compile(r"\^\{?(?P<caret>[+\-−]?[0-9]{1,3}+)\}?(?![\w^])|(?P<raised>[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}+)")
_LOWERED = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "+-0123456789-")

_READ_AS_NUMBER = 15  # digits in a row that anybody would take in as one number: up to trillions


@dataclass(frozen=True, slots=True)
class Value:
    """A value: what is said for the text up to `end`."""

    end: int
    said: str
    one: bool = False  # exactly one, its unit is singular
    part: bool = False  # a fraction below one: "three quarters", "of a" unit
    digits: str = ""  # a whole number as it is written without separators; "" if it is anything else
    fraction: str = ""  # the digits behind the point
    whole: str = ""  # the digits before the point, without separators


def parse(text: str, at: int, british: bool = False) -> Value | None:
    """Return the value that begins at `at`."""
    if text[at] in _VULGAR:
        return _vulgar(text, at)
    if simple := _SIMPLE.match(text, at):
        digits = simple.group()
        return Value(simple.end(), cardinal(digits, british), one=digits == "1", digits=digits, whole=digits)
    after_slash = at > 0 and text[at - 1] == "/"
    if not after_slash and (slashed := _SLASHED.match(text, at)) and (value := _slashed(slashed, british)):
        return value
    if european := _COMMA_DECIMAL.match(text, at):
        whole = european[1].replace(".", "")
        return Value(european.end(), decimal(whole, european[2], british), whole=whole, fraction=european[2])
    if is_comma_decimal(text, at) and (european := _CONTINENTAL.match(text, at)):
        said = decimal(european[1], european[2], british)
        return Value(european.end(), said, whole=european[1], fraction=european[2])
    number = _NUMBER.match(text, at)
    if number is None or number.end() == at:
        return None
    return _with_more(text, _number(number, british), british)


_TABLES = frozenset("([{,=:|<_")


def is_comma_decimal(text: str, at: int) -> bool:
    """Return whether "5,5" is a number with a comma for its point, not two in a list."""
    number = _CONTINENTAL.match(text, at)
    if number is None or (at and text[at - 1] in _TABLES):
        return False
    if _MEASURE.match(text, number.end()):
        return True
    if _LISTED.match(text, number.end()) or before(text, at).endswith("s") or text[at] == "0" < number[1][1:]:
        return False
    return number[1] == "0" or int(number[2]) != int(number[1]) + 1


def _number(number: re.Match[str], british: bool) -> Value:
    plain, fraction = number["plain"] or "", number["fraction"] or ""
    grouped = re.sub("[^0-9]", "", number["grouped"]) if number["grouped"] else ""
    if fraction:
        whole = grouped or plain
        return Value(number.end(), decimal(whole, fraction, british), fraction=fraction, whole=whole)
    said = cardinal(grouped, british) if grouped else whole_number(plain, british)
    return Value(number.end(), said, one=(grouped or plain) == "1", digits=plain, whole=grouped or plain)


def whole_number(digits: str, british: bool = False) -> str:
    """Return a run of digits as a number where it can be one, else digit by digit: with leading zeros, or too long."""
    if len(digits) > 1 and digits[0] == "0":
        return digit_by_digit(digits)
    if len(digits) > _READ_AS_NUMBER and len(digits.rstrip("0")) > len(digits) // 2:
        return in_groups(digits)
    return cardinal(digits, british)


def in_groups(digits: str, size: int = 4, zero: str = "zero") -> str:
    """Return digits one by one, with a comma after every `size`."""
    return ", ".join(digit_by_digit(digits[i : i + size], zero) for i in range(0, len(digits), size))


def _with_more(text: str, value: Value, british: bool) -> Value:
    """Return the value with a fraction or power of ten that is written behind it."""
    end = value.end
    if value.digits and len(value.digits) <= 4:
        if (mixed := _MIXED.match(text, end)) and 0 < int(mixed[1]) < int(mixed[2]):
            return Value(mixed.end(), f"{value.said} and {_behind(fraction(mixed[1], mixed[2], british))}")
        if behind := _VULGAR_BEHIND.match(text, end):
            return Value(behind.end(), f"{value.said} and {_behind(_vulgar_name(behind[1]))}")
    if scientific := _SCIENTIFIC.match(text, end):
        exponent = scientific["e"] or scientific["caret"] or scientific["raised"] or scientific["lost"]
        return Value(scientific.end(), f"{value.said} times ten{power(exponent)}")
    if raised := _POWER.match(text, end):
        return Value(raised.end(), value.said + power(raised["caret"] or raised["raised"], named=value.said != "ten"))
    return value


def _behind(fraction: str) -> str:
    """Return a fraction as it follows a whole number: "two and a half"."""
    return {"one half": "a half", "one quarter": "a quarter", "one third": "a third"}.get(fraction, fraction)


def power(exponent: str, named: bool = False) -> str:
    """Return " to the sixth" for an exponent, " squared" for the small ones if they are to be `named`."""
    plain = exponent.translate(_LOWERED).lstrip("+").removeprefix("{")
    if plain.startswith("-"):
        return f" to the minus {cardinal(plain[1:])}"
    if named and plain in ("2", "3"):
        return " squared" if plain == "2" else " cubed"
    return f" to the {ordinal(plain)}"


def _slashed(slashed: re.Match[str], british: bool) -> Value | None:
    upper, lower = slashed[1], slashed[2]
    if upper[0] == "0" or lower[0] == "0" or not ends(slashed.string, slashed.end()):
        return None
    part = int(upper) < int(lower) <= 100
    return Value(slashed.end(), fraction(upper, lower, british), part=part)


def fraction(upper: str, lower: str, british: bool = False) -> str:
    """Return a fraction: "3", "4" is "three quarters"; with large or odd denominators "two hundred over three"."""
    over, under = int(upper), int(lower)
    if under == 1 or (under > 20 and under not in (25, 30, 32, 40, 50, 60, 64, 100, 128, 1000)):
        return f"{cardinal(upper, british)} over {cardinal(lower, british)}"
    name = {2: "half", 4: "quarter", 100: "hundredth", 1000: "thousandth"}.get(under) or ordinal(lower, british)
    if over != 1:
        name = "halves" if under == 2 else f"{name}s"
    return f"{cardinal(upper, british)} {name}"


def _vulgar_name(character: str) -> str:
    over, _, under = unicodedata.normalize("NFKC", character).partition("⁄")
    return fraction(over, under)


def _vulgar(text: str, at: int) -> Value:
    return Value(at + 1, _vulgar_name(text[at]), part=True)
