"""Numbers and what is counted with them: money, dates, times, units, telephone numbers.

`RULES` in the order in which they are asked.
"""

from __future__ import annotations

from model_server.text.english.amounts.dispatch import match_digits, match_letter, match_sign
from model_server.text.english.tokens import Rule

RULES: tuple[Rule, ...] = (
    Rule("number", "d", match_digits),
    Rule("sign and number", "s", match_sign),
    Rule("letters and number", "l", match_letter),
)
