"""What a payload asks for, checked before anybody is bothered with it. Pure; knows neither client nor files."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping

from common.errors import SayError, UsageError
from common.limits import FASTEST, SLOWEST
from common.quoting import quoted
from common.records import dataclass
from common.voices import find_voice
from say.gateways.lang_codes import language_of

MOST_BYTES = 16 << 20  # of one payload: the text of some three hundred hours
EXAMPLE = '{"text": "Hello.", "output": "hello.wav"}'

SAMPLE_RATE = 24_000  # Hz; this and the next are the defaults of the caller that the payload was made by
SPLIT_PATTERN = r"\n+"
LOWEST_RATE, HIGHEST_RATE = 4_000, 192_000  # Hz: from below a telephone's to above a studio's

# Fields that are looked for in the environment where a payload lacks them.
VARIABLES = {
    "repo_id": "VOXWEAVE_KOKORO_REPO_ID",
    "device": "VOXWEAVE_KOKORO_DEVICE",
    "sample_rate": "VOXWEAVE_KOKORO_SAMPLE_RATE",
    "split_pattern": "VOXWEAVE_KOKORO_SPLIT_PATTERN",
}
_KINDS: dict[type, str] = {
    str: "a string", bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "an object",
    type(None): "null",
}  # fmt: skip


@dataclass(frozen=True)
class Order:
    """One file to be made."""

    text: str
    output: str  # path
    voice: str | None = None  # None: as the settings say
    voice_file: str | None = None  # in place of `voice`
    language: str = ""  # tag; "" for the voice's own
    speed: float | None = None  # factor within the limits; None: as the settings say
    rate: int = SAMPLE_RATE  # Hz
    split: str = SPLIT_PATTERN  # regular expression; "" for none
    repository: str = ""  # "" for whichever there is
    device: str = ""  # likewise
    note: str = ""  # what is done otherwise than asked for; "" for nothing
    split_named: str = "split_pattern"  # field or variable that `split` comes from


def read_object(data: bytes) -> dict[str, object]:
    """Return the one JSON object that `data` is. Raises UsageError."""
    if len(data) > MOST_BYTES:
        raise too_long()
    try:
        text = data.decode("utf-8-sig")
        if (place := data.find(b"\0")) >= 0:  # JSON has none
            raise UsageError(f"the payload has a zero at byte {place}, as UTF-16 does", "Encode it in UTF-8.")
        value = json.loads(text, object_pairs_hook=_without_twins, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise UsageError(f"the payload is not UTF-8, from byte {error.start} on", "Encode it in UTF-8.") from None
    except json.JSONDecodeError as error:
        raise _no_json(error) from None
    except RecursionError:
        raise UsageError("the payload has too many lists or objects in one another", f"Send {EXAMPLE}.") from None
    except ValueError:  # more than Python converts
        raise UsageError("the payload has a number of too many digits", "Give a shorter one.") from None
    if not isinstance(value, dict):
        raise UsageError(f"the payload is {_KINDS[type(value)]}, not an object", f"Send {EXAMPLE}.")
    return value


def too_long() -> UsageError:
    """Return the error of a payload that nobody reads to its end."""
    return UsageError(f"the payload has more than {MOST_BYTES >> 20} MiB", "Send the text in several.")


def _no_json(error: json.JSONDecodeError) -> UsageError:
    if not error.doc.strip():
        return UsageError("the payload is empty", f"Send {EXAMPLE}.")
    if error.msg == "Extra data":
        return UsageError("the payload is more than one JSON value", "Send one a call, or use 'say-bridge --lines'.")
    where = f"line {error.lineno}, column {error.colno}"
    return UsageError(f"the payload is no JSON: {error.msg} ({where})", f"Send one object: {EXAMPLE}.")


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise UsageError(f"{_named(twin)}: is there twice", "Leave one of them out.")
    return found


def _refuse_constant(name: str) -> object:
    raise UsageError(f"the payload has {name}, which is no JSON", "Give a number, or leave the field out.")


def _named(field: str) -> str:
    return field if field.isidentifier() and len(field) <= 40 else quoted(field)


def order_of(payload: Mapping[str, object], environment: Mapping[str, str]) -> Order:
    """Return what a payload asks for, completed from the environment. Fields of other names are passed over.

    Raises UsageError and UnknownVoice, which begin with the name of the field.
    """
    text, output = _required(payload, "text"), _output(_required(payload, "output"))
    voice = _string(payload, "voice")
    own = voice.endswith(".pt")
    speed, note = _speed(payload)
    split, split_named = _split(payload, environment)
    return Order(
        text,
        output,
        voice=(None if own else _voice(voice)) or None,
        voice_file=voice if own else None,
        language=_language(_string(payload, "lang_code")),
        speed=speed,
        rate=_rate(payload, environment),
        split=split,
        split_named=split_named,
        repository=_string(payload, "repo_id", environment),
        device=_string(payload, "device", environment),
        note=note,
    )


def blamed(field: str, error: SayError) -> SayError:
    """Return an error of the same kind that begins with the name of the field it is about."""
    return type(error)(f"{field}: {error.message}", error.hint)


def _required(payload: Mapping[str, object], name: str) -> str:
    if name not in payload:
        raise UsageError(f"{name}: is missing", f"Send at least {EXAMPLE}.")
    return _expect_string(name, payload[name])


def _string(payload: Mapping[str, object], name: str, environment: Mapping[str, str] | None = None) -> str:
    """Return a field that may be missing or null, both of which are ""."""
    value = payload.get(name)
    if value is None:
        return (environment or {}).get(VARIABLES.get(name, ""), "")
    return _expect_string(name, value)


def _expect_string(name: str, value: object) -> str:
    if isinstance(value, str):
        return value
    raise UsageError(f"{name}: is {_KINDS[type(value)]}", "Give a string.")


def _output(path: str) -> str:
    try:
        fit = path and b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:  # half a character
        fit = False
    if not fit:
        raise UsageError(f"output: {quoted(path)} is no path", "Give the path of the WAV file.")
    if path.endswith("/"):
        raise UsageError(f"output: {quoted(path)} is a folder", "Name a file in it.")
    return path


def _voice(name: str) -> str:
    try:
        return find_voice(name).name if name else ""
    except UsageError as error:
        raise blamed("voice", error) from None


def _language(code: str) -> str:
    try:
        return language_of(code)
    except UsageError as error:
        raise blamed("lang_code", error) from None


def _speed(payload: Mapping[str, object]) -> tuple[float | None, str]:
    """Return the factor and what is to be said of it. One that Kokoro was not made for is replaced by the nearest."""
    value = payload.get("speed")
    if value is None:
        return None, ""
    factor = _number("speed", value)
    if factor <= 0:
        raise UsageError(f"speed: is {factor:g}", "Give a factor above 0; 1.0 is the voice's own pace.")
    nearest = min(max(factor, SLOWEST), FASTEST)
    if nearest == factor:
        return factor, ""
    return nearest, f"speed {factor:g} is beyond {SLOWEST:g} to {FASTEST:g}, and {nearest:g} is taken"


def _rate(payload: Mapping[str, object], environment: Mapping[str, str]) -> int:
    name, value = "sample_rate", payload.get("sample_rate")
    if value is None and (told := environment.get(VARIABLES[name])):
        name, value = VARIABLES[name], _digits(told)
    rate = float(SAMPLE_RATE) if value is None else _number(name, value)
    if rate != int(rate) or not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise UsageError(f"{name}: is {rate:g}", f"Give a whole number of Hz from {LOWEST_RATE} to {HIGHEST_RATE}.")
    return int(rate)


def _digits(told: str) -> object:
    told = told.strip()
    return int(told) if told.isascii() and told.isdigit() and len(told) < 20 else told


def _number(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        shown = quoted(value) if isinstance(value, str) else _KINDS[type(value)]
        raise UsageError(f"{name}: is {shown}", "Give a number.")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise UsageError(f"{name}: is larger than any number can be here", "Give a smaller one.")
    return number


def _split(payload: Mapping[str, object], environment: Mapping[str, str]) -> tuple[str, str]:
    """Return the regular expression, and the name of where it stands. Whether it is one, RE2 says in the daemon."""
    name = "split_pattern"
    if name in payload:
        value = payload[name]
        return "" if value is None else _expect_string(name, value), name
    if told := environment.get(VARIABLES[name]):
        return told, VARIABLES[name]
    return SPLIT_PATTERN, name
