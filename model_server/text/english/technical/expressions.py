"""Expressions of code and mathematics that are more than an operator: "a ? b : c", "Map<K, V>", "λx.x", "∂f/∂x", "log₂ 8"."""

from __future__ import annotations

import re
import unicodedata

from model_server.text.english.amounts.numerals import cardinal, ordinal
from model_server.text.english.technical import formulas
from model_server.text.english.technical.latex_names import LIMITED
from model_server.text.english.technical.names import listed
from model_server.text.english.technical.parts import name, said
from model_server.text.english.technical.reading import before, found, opens, read
from model_server.text.english.tokens import Found, Kind, Manner, Token, letters

# "ok ? 1 : 0", up to the end of its line or sentence
_CHOSEN = (
    r"(?:\"[^\"\n]{0,40}\"|'[^'\n]{0,40}'|[-!$]?[\w.()\[\]]{1,40}(?:, ?[\w.]{1,20}\)){0,2})(?: [-+*/] [\w.]{1,20})?"
)
_THEN = re.compile(rf"\?(?= {_CHOSEN} : [\w\"'`(\[{{$!-])")
_ELSE_BEFORE = re.compile(rf"[\w)\]\"'`] \? {_CHOSEN} \Z")
_COALESCED = re.compile(r"\?\?=?(?= [\w\"'`(\[{$!-])")
_OPERAND = re.compile(r"[\w)\]\"'`] \Z")
_CHOICE_LENGTH = 68  # characters from the question mark to the colon

_WHOLE = r"(?:::|\.)?[A-Za-z_]\w{0,30}(?:(?:::|\.)[A-Za-z_]\w{0,30}){0,3}(?:\[\])?[?&*]{0,2}"
_TYPES = re.compile(
    rf"<(&?{_WHOLE}(?:<{_WHOLE}(?:, ?{_WHOLE}){{0,3}}>)?(?:, ?{_WHOLE}(?:<{_WHOLE}>)?){{0,3}})>(?![\w>])"
)
_TYPE = re.compile(r"\w+")
_SMALL_TYPES = listed(
    "int string str bool boolean void number float double char byte any long short u8 u16 u32 u64 i8 i16 i32 i64 f32 f64 usize isize auto",
    "object unknown never size_t vector map set list array pair tuple optional unordered_map deque queue stack span unique_ptr shared_ptr",
)
_STEP = re.compile(rf"{_WHOLE}|[<,]")

_LAMBDA = re.compile(r"λ([a-z])\.(?=\S)")
_PARTIAL = re.compile(r"∂([²³]?)([A-Za-zα-ωψ]?)/∂([A-Za-zα-ω])([²³]?)(?!\w)")
_POWERS = {"²": " squared", "³": " cubed"}
_LOGARITHM = re.compile(r"log(?:([₀-₉]{1,3})|_(\d{1,3}))(?=[ (]?[\w(|])")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_UNICODE_LIMITED = {"∑": "sum", "∏": "prod", "∫": "int", "⋃": "bigcup", "⋂": "bigcap"}
_SMALL_LIMITS = re.compile(r"[∑∏∫]([₀-₉₊₋₌ₐₑₒₓₕ-ₜᵢⱼ]{1,8}+)([⁰¹²³⁴-⁹ⁿⁱ⁺⁻]{1,6}+|∞)?")
_IN_LIMITS = {"=": "equals", "+": "plus", "-": "minus", "∞": "infinity"}
_LIMITS = re.compile(r"[∑∏∫⋃⋂](?=[_^][{\w∞])")
_GOING = re.compile(r"lim(?=_\{|[ ]?\(?[a-zθ] ?(?:→|->|-->) ?[\w∞+−-])")
_LONGEST_FORMULA = 200  # characters
_DIVISOR = re.compile(r"\((?=[^()\n]{0,30}[-+−*/^²\d!])|(?:\d+|[A-Za-z]!?)(?![\w/'])")
_EQUATED = re.compile(r"[=≈] ?[-−√]?\(?(?:\d{0,3}[A-Za-zα-ω]|\d{1,3})\Z")
_BESIDE_GREEK = re.compile(
    r"([A-Z]{1,2}|[a-z])(?=[ΔδΩωΣσΦφΨψΛλΘθαβγημπρτ][A-Za-z]?(?![\w'-]))|([A-Z][A-Z0-9]{1,5})-([α-ω])([A-Z]?)(?![α-ωA-Za-z])"
)
_NAMES = {
    name: name
    for name in listed("alpha beta gamma delta epsilon zeta eta theta iota kappa mu nu xi omicron pi rho sigma tau")
}
_NAMES.update({"lamda": "lambda"}, **{name: name for name in listed("upsilon phi chi psi omega")})
_ADDRESS = re.compile(r"&(?=(?:mut )?[a-z_]\w*[\s,;).\[]|[a-z_]\w*\Z)")
_ADDRESS_BEHIND = re.compile(r"(?:[=(,:<]|->) ?\Z")
_POINTER = re.compile(r"\*{1,2}(?=[a-z_]\w{0,30}[\s,;)=\[]|[a-z_]\w{0,30}\Z)")
_POINTED_TYPE = re.compile(r"\b(?:int|char|void|float|double|long|short|unsigned|const|FILE|\w{1,12}_t) \Z")
_ROW = re.compile(r"\.\.[=<]?(?=[\w(])|\.\.\.(?=v\d)")
_ROW_BEHIND = re.compile(r"(?:\d|(?<!\w)[a-z])\Z")
_PLACEHOLDER = re.compile(r"%(\d{0,2}(?:\.\d{1,2})?)l{0,2}([diufsxXcpge])(?!\w)")
_CHARGE = re.compile(r"([²³⁴-⁹]?)([⁺⁻])(?![⁰¹²³⁴-⁹])")
_RAISED = str.maketrans("²³⁴⁵⁶⁷⁸⁹", "23456789")
_ION = re.compile(r"(?:[A-Z][a-z]?|[A-Z]{2,4}|[ep])(?=[²³⁴-⁹]?[⁺⁻](?![⁰¹²³⁴-⁹]))")


def condition(text: str, at: int, manner: Manner) -> Found | None:
    """The marks of "a ? b : c": "A, then B, else C"."""
    if not _OPERAND.search(before(text, at, 2)):
        return None
    if text[at] == "?" and _THEN.match(text, at):
        spoken = "then"
    elif text[at : at + 2] == ": " and _ELSE_BEFORE.search(before(text, at, _CHOICE_LENGTH)):
        spoken = "else"
    else:
        return None
    return found(at + 1, iter([Token(",", at, at + 1, Kind.MARK), *said(spoken, at, at + 1, manner)]))


def coalescing(text: str, at: int, manner: Manner) -> Found | None:
    """Between what may be missing and what stands for it: "x ?? y"."""
    if not (written := _COALESCED.match(text, at)) or not _OPERAND.search(before(text, at, 2)):
        return None
    spoken = "null coalescing equals" if written.group().endswith("=") else "null coalescing"
    return found(written.end(), said(spoken, at, written.end(), manner))


def types(text: str, at: int, manner: Manner) -> Found | None:
    """What a generic type is of: the "<int>" of "std::vector<int>"; no tag of HTML."""
    if text[at] != "<" or not at or not text[at - 1].isalnum() or not (written := _TYPES.match(text, at)):
        return None
    if not all(_is_type(part) for part in _TYPE.findall(written[1])):
        return None
    tokens = [*said("of", at, at + 1, manner)]
    for step in _STEP.finditer(text, *written.span(1)):
        if step.group() == "<":
            tokens += said("of", *step.span(), manner)
        elif step.group() == ",":
            tokens.append(Token(",", *step.span(), Kind.MARK))
        else:
            tokens += read(text, *step.span(), {"?": "or null"}, manner)
    return Found(written.end(), tuple(tokens))


def _is_type(part: str) -> bool:
    return part[0].isupper() or part in _SMALL_TYPES or part == "std"


def abstraction(text: str, at: int, manner: Manner) -> Found | None:
    """A function of the lambda calculus: "λx.x" is "lambda X dot X"."""
    if text[at] != "λ" or not (written := _LAMBDA.match(text, at)):
        return None
    tokens = [*said("lambda", at, at + 1, manner), letters(written[1], at + 1, at + 2)]
    return Found(written.end(), (*tokens, *said("dot", at + 2, at + 3, manner)))


def partial(text: str, at: int, manner: Manner) -> Found | None:
    """A partial derivative: "∂f/∂x" is "partial F over partial X"."""
    if text[at] != "∂" or not (written := _PARTIAL.match(text, at)):
        return None
    tokens = [*said(f"partial{_POWERS.get(written[1], '')}", at, written.start(2), manner)]
    if written[2]:
        tokens += _variable(written[2], written.start(2), manner)
    tokens += said("over partial", written.end(2), written.start(3), manner)
    tokens += _variable(written[3], written.start(3), manner)
    if written[4]:
        tokens += said(_POWERS[written[4]], *written.span(4), manner)
    return Found(written.end(), tuple(tokens))


def _variable(letter: str, at: int, manner: Manner) -> tuple[Token, ...]:
    if letter.isascii():
        return (letters(letter, at, at + 1),)
    return tuple(said(_GREEK.get(letter, letter), at, at + 1, manner))


_GREEK = {"α": "alpha", "β": "beta", "θ": "theta", "φ": "phi", "ψ": "psi", "λ": "lambda", "μ": "mu", "σ": "sigma"}


def logarithm(text: str, at: int, manner: Manner) -> Found | None:
    """A logarithm and its base: "log₂ 8" is "log base two of eight"."""
    if not text.startswith("log", at) or (at and text[at - 1].isalnum()) or not (written := _LOGARITHM.match(text, at)):
        return None
    base = (written[1] or written[2]).translate(_LOWERED)
    return found(written.end(), said(f"log base {cardinal(base)} of", at, written.end(), manner))


def fraction(text: str, at: int, manner: Manner) -> Found | None:
    """The stroke of "(x+1)/(x-1)", "n!/k!" and "ρ = m/V"."""
    if text[at] != "/" or not at or not _DIVISOR.match(text, at + 1):
        return None
    behind = before(text, at, 10)
    if text[at - 1] != ")" and not (_EQUATED.search(behind) or behind.endswith("!")):
        return None
    return found(at + 1, said("over", at, at + 1, manner))


def beside_greek(text: str, at: int, manner: Manner) -> Found | None:
    """Letters beside a Greek one: the "T" of "TΔS", the "TNF" of "TNF-α"."""
    if not opens(text, at) or not (written := _BESIDE_GREEK.match(text, at)):
        return None
    if written[1]:
        return Found(written.end(1), (letters(written[1], *written.span(1)),))
    greek = _NAMES[unicodedata.name(written[3]).split()[-1].lower()]
    tokens = [*name(written[2], at, manner), *said(greek, *written.span(3), manner)]
    if written[4]:
        tokens.append(letters(written[4], *written.span(4)))
    return Found(written.end(), tuple(tokens))


def reference(text: str, at: int, manner: Manner) -> Found | None:
    """The sign of an address or a pointer in C and its like: "= &x", "char **argv", "int *p"."""
    if text[at] == "&":
        if not _ADDRESS.match(text, at) or not _ADDRESS_BEHIND.search(before(text, at, 3)):
            return None
        return found(at + 1, said("ampersand", at, at + 1, manner))
    written = _POINTER.match(text, at)
    if not written or not _POINTED_TYPE.search(before(text, at, 16)):
        return None
    return found(written.end(), said("star " * len(written.group()), at, written.end(), manner))


def row(text: str, at: int, manner: Manner) -> Found | None:
    """The dots of numbers in a row: "1..n", "0..=9"."""
    if not (written := _ROW.match(text, at)) or not _ROW_BEHIND.search(before(text, at, 3)):
        return None
    return found(written.end(), said("to", at, written.end(), manner))


def placeholder(text: str, at: int, manner: Manner) -> Found | None:
    """What stands for a value in a format: "%s" is "percent S", "%5.2f" "percent five point two F"."""
    if not opens(text, at) or not (written := _PLACEHOLDER.match(text, at)):
        return None
    number, _, behind = written[1].partition(".")
    spoken = ["percent", *([cardinal(number)] if number else []), *(["point", cardinal(behind)] if behind else [])]
    tokens = [*said(" ".join(spoken), at, written.end(1), manner), letters(written[2], *written.span(2))]
    return Found(written.end(), tuple(tokens))


def ion(text: str, at: int, manner: Manner) -> Found | None:
    """The letters before a charge: the "Na" of "Na⁺"."""
    if not opens(text, at) or not (written := _ION.match(text, at)):
        return None
    if written.group().isupper():
        return Found(written.end(), (letters(written.group(), at, written.end()),))
    return found(written.end(), name(written.group(), at, manner))


def charge(text: str, at: int, manner: Manner) -> Found | None:
    """The charge of an ion: the "²⁺" of "Ca²⁺" is "two plus"."""
    if not at or not (text[at - 1].isalnum() or text[at - 1] in ")]") or not (written := _CHARGE.match(text, at)):
        return None
    spoken = "plus" if written[2] == "⁺" else "minus"
    if written[1]:
        spoken = f"{cardinal(written[1].translate(_RAISED))} {spoken}"
    return found(written.end(), said(spoken, at, written.end(), manner))


def _small_limits(written: re.Match[str], manner: Manner) -> Found:
    """Read limits in raised and lowered letters: "∫₀¹", "∑ₖ₌₁ⁿ"."""
    named = LIMITED[_UNICODE_LIMITED[written.string[written.start()]]]
    tokens = [*said(named, written.start(), written.start() + 1, manner)]
    for group, between in ((1, "from" if written[2] else "over"), (2, "to")):
        if written[group]:
            start, end = written.span(group)
            plain = unicodedata.normalize("NFKC", written[group]).replace("−", "-")
            tokens += said(between, start, start + 1, manner)
            for part in re.findall(r"\d+|.", plain):
                spoken = cardinal(part) if part.isdecimal() else _IN_LIMITS.get(part, part.upper())
                tokens += said(spoken, start, end, manner)
    return Found(written.end(), (*tokens, *said("of", written.end() - 1, written.end(), manner)))


def root(text: str, at: int, manner: Manner) -> Found | None:
    """A root and its degree: "³√8" is "the cube root of eight"."""
    if text[at + 1 : at + 2] != "√" or text[at] not in "³⁴⁵⁶⁷⁸⁹ⁿ" or not opens(text, at):
        return None
    degree = "cube" if text[at] == "³" else "nth" if text[at] == "ⁿ" else ordinal(str(unicodedata.digit(text[at])))
    return found(at + 2, said(f"the {degree} root of", at, at + 2, manner))


def limits(text: str, at: int, manner: Manner) -> Found | None:
    """A sum, a product, an integral with its limits: "∑_{i=1}^n i"; a limit: "lim x→0"."""
    if text[at] == "l":
        written = _GOING.match(text, at)
        if not written or (at and text[at - 1].isalnum()):
            return None
        if not text.startswith("_", written.end()):
            return found(written.end(), said("the limit as", at, written.end(), manner))
        name = "lim"
    elif small := _SMALL_LIMITS.match(text, at):
        return _small_limits(small, manner)
    elif written := _LIMITS.match(text, at):
        name = _UNICODE_LIMITED[written.group()]
    else:
        return None
    end, tokens = formulas.with_limits(
        text, name, (at, written.end()), min(len(text), at + _LONGEST_FORMULA), manner, 0
    )
    return Found(end, tuple(tokens))
