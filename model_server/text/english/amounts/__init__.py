"""Numbers and what is counted with them: money, dates, times, units, telephone numbers.

`RULES` in the order in which they are asked.
"""

from __future__ import annotations

from model_server.text.english.tokens import Rule

RULES: tuple[Rule, ...] = ()
