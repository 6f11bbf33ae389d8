"""Money: $1,234.56, €20 million, £3.50, $2.5B, 50¢, 100 USD, $5–10, -$5, $1/mo."""

from __future__ import annotations

import re
from dataclasses import dataclass

from model_server.text.english.amounts import magnitudes, units, values
from model_server.text.english.amounts.numerals import cardinal, decimal, plural
from model_server.text.english.amounts.quantities import SIGNS
from model_server.text.english.amounts.speech import Part, apart, attributive, ends, found
from model_server.text.english.tokens import Found, Manner


@dataclass(frozen=True, slots=True)
class Currency:
    """What a currency is called; without `cent` it has no smaller coin that is spoken of."""

    one: str
    many: str
    cent: str = ""
    cents: str = ""


def _dollar(of: str = "") -> Currency:
    return Currency(f"{of} dollar".strip(), f"{of} dollars".strip(), "cent", "cents")


_EURO = Currency("euro", "euros", "cent", "cents")
_POUND = Currency("pound", "pounds", "penny", "pence")
_RUPEE = Currency("rupee", "rupees", "paisa", "paise")
_YEN = Currency("yen", "yen")
_YUAN = Currency("yuan", "yuan")
_FRANC = Currency("Swiss franc", "Swiss francs", "centime", "centimes")
_BITCOIN = Currency("bitcoin", "bitcoins")

_CURRENCIES = {
    "$": _dollar(),
    "€": _EURO,
    "£": _POUND,
    "¥": _YEN,
    "₹": _RUPEE,
    "₩": Currency("won", "won"),
    "₽": Currency("ruble", "rubles"),
    "₿": _BITCOIN,
    "₺": Currency("lira", "lira"),
    "₴": Currency("hryvnia", "hryvnias"),
    "₪": Currency("shekel", "shekels"),
    "₫": Currency("dong", "dong"),
    "฿": Currency("baht", "baht"),
    "₦": Currency("naira", "naira"),
    "₱": Currency("peso", "pesos"),
    "₡": Currency("colón", "colones"),
    "₸": Currency("tenge", "tenge"),
    "₮": Currency("tugrik", "tugriks"),
    "₲": Currency("guarani", "guaranis"),
    "￥": _YEN,
    "＄": _dollar(),
    "￡": _POUND,
    "₾": Currency("lari", "lari"),
    "₵": Currency("cedi", "cedis"),
    **dict.fromkeys(("US$", "USD", "USD$", "U.S.$", "US $"), _dollar("U_S")),
    **dict.fromkeys(("A$", "AU$", "AUD", "AUD$"), _dollar("Australian")),
    **dict.fromkeys(("C$", "CA$", "CAD", "CAD$", "Can$"), _dollar("Canadian")),
    **dict.fromkeys(("NZ$", "NZD", "NZD$"), _dollar("New Zealand")),
    **dict.fromkeys(("HK$", "HKD", "HKD$"), _dollar("Hong Kong")),
    **dict.fromkeys(("S$", "SGD", "SGD$"), _dollar("Singapore")),
    **dict.fromkeys(("NT$", "TWD"), _dollar("Taiwan")),
    **dict.fromkeys(("R$", "BRL"), Currency("Brazilian real", "Brazilian reais", "centavo", "centavos")),
    **dict.fromkeys(("MX$", "MXN"), Currency("Mexican peso", "Mexican pesos", "centavo", "centavos")),
    "EUR": _EURO,
    "GBP": _POUND,
    "JPY": _YEN,
    "CHF": _FRANC,
    "SFr.": _FRANC,
    "Fr.": _FRANC,
    "CNY": _YUAN,
    "RMB": _YUAN,
    "CN¥": _YUAN,
    "INR": Currency("Indian rupee", "Indian rupees", "paisa", "paise"),
    **dict.fromkeys(("Rs.", "Rs", "Re."), _RUPEE),
    "KRW": Currency("Korean won", "Korean won"),
    "RUB": Currency("ruble", "rubles"),
    "BTC": _BITCOIN,
    "ETH": Currency("ether", "ether"),
    "SEK": Currency("Swedish krona", "Swedish kronor"),
    "NOK": Currency("Norwegian krone", "Norwegian kroner"),
    "DKK": Currency("Danish krone", "Danish kroner"),
    "PLN": Currency("zloty", "zlotys"),
    "zł": Currency("zloty", "zlotys"),
    **dict.fromkeys(("kr", "kr.", "Kr."), Currency("krone", "kroner")),
    "CZK": Currency("Czech koruna", "Czech korunas"),
    "HUF": Currency("forint", "forints"),
    "TRY": Currency("Turkish lira", "Turkish lira"),
    "ZAR": Currency("South African rand", "South African rand"),
    "THB": Currency("baht", "baht"),
    "ILS": Currency("shekel", "shekels"),
    "AED": Currency("dirham", "dirhams"),
    "IDR": Currency("rupiah", "rupiah"),
    "PHP": Currency("Philippine peso", "Philippine pesos"),
    "VND": Currency("dong", "dong"),
    "¢": Currency("cent", "cents"),
    "￠": Currency("cent", "cents"),
}
_ONLY_BEFORE = ("kr.", "Kr.", "Rs", "Rs.", "Re.", "PHP", "TRY", "Fr.", "SFr.")
SYMBOLS = "".join(name for name in _CURRENCIES if len(name) == 1)


def _any(names: list[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_BEFORE = re.compile(
    rf"(?P<sign>[-−+±~≈])?(?P<name>{_any(list(_CURRENCIES))})"
    r"[ ]?(?P<inner>[-−])?(?=[.]?[0-9½¼¾])"
)
_BEHIND = re.compile(rf"[ ]?(?P<name>{_any([name for name in _CURRENCIES if name not in _ONLY_BEFORE])})")
_PENCE = re.compile(r"([0-9]{1,3})p(?![A-Za-z0-9])")
_COMMA_CENTS = re.compile(r"([0-9]{1,3}(?:[. ]?[0-9]{3}){0,6}),([0-9]{2})(?=[ ]?(?:[€$£]|EUR|kr|zł))")
_COMMA_PRICE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3}){0,6}),([0-9]{2})(?!,?[0-9])")
_LETTER = re.compile(r"(?P<short>bn|mn|mm|MM|tn|trn|mil|mln|mio|MM|[kKmMbBT])(?![A-Za-z0-9])")
# "₹5 Cr", "Rs 20L": behind rupees.
_INDIAN = re.compile(r"[ ]?(?:(?P<lakh>L|[Ll]acs?)|[Cc]rs?)(?![A-Za-z0-9])")
_LETTERS = {"k": "thousand", "K": "thousand", "t": "trillion", "m": "million", "b": "billion"}
_LINK = re.compile(r"[ ]?[–—−][ ]?|-")
_MORE = re.compile(r"\+(?=[\s,.;:!?)]|\Z)")
_PER_NUMBER = re.compile(r"[ ]?/[ ]?(?=[0-9]{1,4}[KkM]?[ ][a-z])")  # "$3/1M tokens"
_EACH = re.compile(r"[ ]?/[ ]?(ea|nt|pp|pr)(?![A-Za-z])")
_EACH_NAMES = {"ea": "each", "nt": "per night", "pp": "per person", "pr": "per pair"}
_A_DAY = re.compile(r"-(an?|per)-(?=[a-z])")
_BILLS = re.compile(r"[$€£]([0-9]{1,3})'?s(?![A-Za-z0-9])")
_A_DAY_THING = re.compile(r"-an?-[a-z]{3,8} [a-z]{4}")  # "a $5-a-day habit"
_DOLLAR = re.compile(r"[- ](dollar|euro|pound|yen)(?![A-Za-z])")
_HYPHENED = re.compile(r"-(?=[a-z])")


@dataclass(frozen=True, slots=True)
class _Sum:
    end: int
    value: values.Value
    magnitude: str


def match_money(text: str, at: int, manner: Manner) -> Found | None:
    """Read an amount with its currency before or behind it."""
    written = _BEFORE.match(text, at)
    if written is None:
        return _behind(text, at, manner) if text[at].isnumeric() or text[at] in "-−+." else None
    name = written["name"]
    if (written["sign"] or name[0].isalpha()) and at and (text[at - 1].isalnum() or text[at - 1] in "$€£/"):
        return None
    if bills := _BILLS.match(text, at):  # "two $20s"
        return found(bills.end(), (plural(cardinal(bills[1], manner.british)), at, bills.end()))
    first = _sum(text, written.end(), manner, before=True)
    if first and not first.magnitude and _CURRENCIES[name].one.endswith("rupee"):
        first = _indian(text, first)
    if first is None:
        return None
    sign = SIGNS.get(written["sign"] or written["inner"] or "", "")
    sign = f"{sign} " if sign else ""
    currency = _CURRENCIES[name]
    if ranged := _range(text, at, first, currency, sign, manner):
        return ranged
    end, code = _code(text, first.end, currency)
    hyphened = bool(_HYPHENED.match(text, end)) and not _A_DAY.match(text, end)
    if (named := _DOLLAR.match(text, end)) and text.startswith(currency.one, named.start(1)):  # "$1.5 trillion-dollar"
        end = named.end()
        hyphened = True
    single = (
        attributive(text, at, end)
        or hyphened
        or bool(_A_DAY_THING.match(text, end))
        or (text[first.value.end] == "-" if first.magnitude else False)
    )
    return _with_rate(text, end, [(sign + _said(first, code, single, manner.british), at, end)], manner)


def _sum(text: str, at: int, manner: Manner, before: bool = False) -> _Sum | None:
    """Return the sum at `at`; `before` if its currency is written before it."""
    if cents := (_COMMA_PRICE if before else _COMMA_CENTS).match(text, at):
        whole = re.sub("[^0-9]", "", cents[1])
        said = decimal(whole, cents[2], manner.british)
        return _Sum(cents.end(), values.Value(cents.end(), said, whole=whole, fraction=cents[2]), "")
    value = values.parse(text, at, manner.british)
    if value is None:
        return None
    if before and text[at - 1] == "€" and len(value.fraction) == 3 and value.whole:  # "€1.000"
        thousands = value.whole + value.fraction
        value = values.Value(value.end, cardinal(thousands, manner.british), digits=thousands, whole=thousands)
    if letter := _LETTER.match(text, value.end):
        short = letter["short"]
        return _Sum(letter.end(), value, _LETTERS[short[0].lower()])
    if magnitude := magnitudes.behind(text, value):
        return _Sum(magnitude[0], value, magnitude[1])
    return _Sum(value.end, value, "")


def _indian(text: str, amount: _Sum) -> _Sum:
    """Return a sum with "Cr" or "L" behind it."""
    short = _INDIAN.match(text, amount.end)
    return _Sum(short.end(), amount.value, "lakh" if short["lakh"] else "crore") if short else amount


def _code(text: str, end: int, currency: Currency) -> tuple[int, Currency]:
    """Return the currency made precise by a code behind the sum: "$100 CAD"."""
    behind = _BEHIND.match(text, end)
    if behind and len(behind["name"]) == 3 and behind["name"].isupper() and ends(text, behind.end()):
        return behind.end(), _CURRENCIES[behind["name"]]
    return end, currency


def _said(amount: _Sum, currency: Currency, single: bool, british: bool) -> str:
    value = amount.value
    if amount.magnitude:
        return f"{value.said} {amount.magnitude} {currency.one if single else currency.many}"
    if value.part:
        return f"{value.said} of a {currency.one}"
    if len(value.fraction) == 2 and currency.cent:
        return _coins(value, currency, single, british)
    return f"{value.said} {currency.one if single or value.one else currency.many}"


def _coins(value: values.Value, currency: Currency, single: bool, british: bool) -> str:
    """Return whole and hundredths: "three dollars and fifty cents"."""
    whole, hundredths = value.whole.lstrip("0"), value.fraction.lstrip("0")
    said = []
    if british and whole and len(hundredths) == 2 and currency.cents == "pence":  # "one pound fifty"
        return f"{cardinal(whole, british)} {currency.one if single or whole == '1' else currency.many} {cardinal(hundredths)}"
    if whole or not hundredths:
        name = currency.one if single or whole == "1" else currency.many
        said.append(f"{cardinal(whole, british)} {name}")
    if hundredths:
        name = currency.cent if single or hundredths == "1" else currency.cents
        said.append(f"{cardinal(hundredths)} {name}")
    return " and ".join(said)


def _range(text: str, at: int, first: _Sum, currency: Currency, sign: str, manner: Manner) -> Found | None:
    """Read "$5-10" and "$5–$10 million"."""
    link = _LINK.match(text, first.end)
    if link is None:
        return None
    repeated = _BEFORE.match(text, link.end())
    if repeated and (repeated["sign"] or _CURRENCIES[repeated["name"]] != currency):
        return None
    start = repeated.end() if repeated else link.end()
    if start >= len(text) or not (text[start].isdigit() or text[start] == "."):
        return None
    second = _sum(text, start, manner)
    if second is None or not ends(text, second.end):
        return None
    whole = first.value.fraction and len(first.value.fraction) == 2 and not first.magnitude
    same = first.magnitude in ("", second.magnitude)
    low = _said(first, currency, False, manner.british) if whole or not same else first.value.said
    high = _said(second, currency, attributive(text, at, second.end), manner.british)
    parts = [(sign + low, at, first.end), ("to", link.start(), link.end()), (high, link.end(), second.end)]
    return _with_rate(text, second.end, parts, manner)


def _behind(text: str, at: int, manner: Manner) -> Found | None:
    """Read "50¢", "20 €", "100 USD", in Britain "50p"."""
    signed = text[at] in "-−+"
    if signed and not (text[at + 1 : at + 2].isdigit() and (at == 0 or text[at - 1] in " (")):
        return None
    sign = f"{SIGNS[text[at]]} " if signed else ""
    if manner.british and (pence := _PENCE.match(text, at)) and apart(text, at):
        coins = f"{cardinal(pence[1])} {'penny' if pence[1] == '1' else 'pence'}"
        return _with_rate(text, pence.end(), [(coins, at, pence.end())], manner)
    amount = _sum(text, at + signed, manner)
    if amount is None or not (behind := _BEHIND.match(text, amount.end)):
        return None
    name, end = behind["name"], behind.end()
    if (len(name) == 1 and text[end : end + 1].isdigit()) or (name[-1].isalpha() and not ends(text, end)):
        return None
    single = attributive(text, at, end)
    return _with_rate(text, end, [(sign + _said(amount, _CURRENCIES[name], single, manner.british), at, end)], manner)


def _with_rate(text: str, end: int, parts: list[Part], manner: Manner) -> Found:
    """Return what was found with "/month" or "+" behind it."""
    if a_day := _A_DAY.match(text, end):
        parts.append((a_day[1], end, a_day.end()))
        end = a_day.end()
    elif each := _EACH.match(text, end):
        parts.append((_EACH_NAMES[each[1]], end, each.end()))
        end = each.end()
    elif rate := units.rate(text, end, manner.british):
        parts.append((rate[1], end, rate[0]))
        end = rate[0]
    elif a_thousand := _PER_NUMBER.match(text, end):
        parts.append(("per", *a_thousand.span()))
        end = a_thousand.end()
    elif more := _MORE.match(text, end):
        parts.append(("plus", end, more.end()))
        end = more.end()
    return found(end, *parts)
