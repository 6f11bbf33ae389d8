"""Letters and numbers of mathematics: powers, indices, Greek letters."""

from __future__ import annotations

import re

from model_server.text.english.amounts.numerals import cardinal, decimal
from model_server.text.english.technical.latex_names import FUNCTIONS
from model_server.text.english.technical.parts import name, said
from model_server.text.english.technical.reading import found
from model_server.text.english.tokens import Found, Manner, letters

_POWERS = {"²": "squared", "³": "cubed"}
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWERED = "₀₁₂₃₄₅₆₇₈₉"
_POWER = re.compile(rf"(⁻?)([{_RAISED}]{{1,4}})|ⁿ")
_SUBSCRIPT = re.compile(rf"[{_LOWERED}]{{1,4}}")
_RAISED_WORD = re.compile(r"[A-Za-z]{1,20}(?=[²³⁰¹⁴-⁹⁻ⁿ₀-₉])")

_FUNCTION = re.compile(r"(?<![A-Za-z])(?:arc)?(?:sin|cos|tan)h?(?=[²³⁻⁴ⁿ]|[ ]?[θφαβγωλψπ](?![α-ω]))")
_SIGMA = re.compile(r"(\d{1,3})(?:\.(\d{1,3}))?([α-ωΑ-Ω])(?!\w)")
_COEFFICIENT = re.compile(
    r"(?!\d{2,4}s-)(\d{1,6})(?:\.(\d{1,6}))?((?!e[-+−]?\d)[a-z])(?=[²³]|\^|(?: [-+=<>*/≤≥≈≠−] | ?[=+<>≤≥≈≠−])[\w(√-]|-\d)"
)

_SMALL_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψω",
        (
            *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu"),
            *("nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega"),
        ),
        strict=True,
    )
)
GREEK_NAMES = {**_SMALL_GREEK, **{capital: _SMALL_GREEK[capital.lower()] for capital in "ΓΔΘΛΞΠΣΦΨΩ"}}


GREEK = "".join(GREEK_NAMES)


def raised(text: str, at: int, manner: Manner) -> Found | None:
    """Letters before raised or lowered digits: the "mc" of "mc²", the "H" of "H₂O"."""
    if function := _FUNCTION.match(text, at):  # "sin²θ"
        return found(function.end(), said(FUNCTIONS[function.group()], *function.span(), manner))
    if not (base := _RAISED_WORD.match(text, at)) or (at and text[at - 1].isalnum() and text[at - 1] not in _LOWERED):
        return None
    if base.group().isupper() and len(base.group()) > 1:  # "CO₂": no word, though there is one
        return Found(base.end(), (letters(base.group(), at, base.end()),))
    return found(base.end(), name(base.group(), at, manner))


def coefficient(text: str, at: int, manner: Manner) -> Found | None:
    """A number before a variable: the "2x" of "2x + 1"."""
    if at and (text[at - 1].isalnum() or text[at - 1] in ".,$"):
        return None
    if not (written := _COEFFICIENT.match(text, at) or _SIGMA.match(text, at)):
        return None
    whole, fraction = written[1], written[2]
    number = decimal(whole, fraction, manner.british) if fraction else cardinal(whole, manner.british)
    tokens = [*said(number, at, written.start(3), manner)]
    if written[3] in GREEK_NAMES:  # "3σ"
        tokens += said(GREEK_NAMES[written[3]], *written.span(3), manner)
    else:
        tokens.append(letters(written[3], *written.span(3)))
    return Found(written.end(), tuple(tokens))


def power(text: str, at: int, manner: Manner) -> Found | None:
    """Raised and lowered digits behind a letter, a number or a bracket: "x²", "H₂O"."""
    if not at or not (text[at - 1].isalnum() or text[at - 1] in ")]"):
        return None
    if lowered := _SUBSCRIPT.match(text, at):
        digits = lowered.group().translate(str.maketrans(_LOWERED, "0123456789"))
        return found(lowered.end(), said(cardinal(digits), at, lowered.end(), manner))
    if not (raised := _POWER.match(text, at)):
        return None
    end = raised.end()
    if raised.group() in _POWERS:
        return found(end, said(_POWERS[raised.group()], at, end, manner))
    if raised.group() == "ⁿ":
        return found(end, said("to the N", at, end, manner))
    digits = raised[2].translate(str.maketrans(_RAISED, "0123456789"))
    return found(
        end, said(f"to the {'minus ' if raised[1] else ''}{cardinal(digits, manner.british)}", at, end, manner)
    )


_CARET = re.compile(r"\^(?:\{?(-?)(\d{1,6}(?:\.\d{1,4})?|[A-Za-z](?!\w))\}?)")


def caret(text: str, at: int, manner: Manner) -> Found | None:
    """10^6 is "ten to the power of six"."""
    if (
        text[at] != "^"
        or not at
        or not (text[at - 1].isalnum() or text[at - 1] in ")]")
        or not (raised := _CARET.match(text, at))
    ):
        return None
    end = raised.end()
    if raised[2] in ("2", "3") and not raised[1]:
        return found(end, said("squared" if raised[2] == "2" else "cubed", at, end, manner))
    whole, point, fraction = raised[2].partition(".")
    if point:
        exponent = decimal(whole, fraction, manner.british)
    else:
        exponent = cardinal(whole, manner.british) if whole.isdecimal() else whole.upper()
    return found(end, said(f"to the power of {'minus ' if raised[1] else ''}{exponent}", at, end, manner))


def greek(text: str, at: int, manner: Manner) -> Found | None:
    """A single Greek letter: its name."""
    if text[at] not in GREEK_NAMES or any(
        text[i : i + 1].isalpha() and text[i] > "\u0370" for i in (at - 1, at + 1) if 0 <= i < len(text)
    ):
        return None
    return found(at + 1, said(GREEK_NAMES[text[at]], at, at + 1, manner))
