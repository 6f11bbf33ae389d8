"""How words are written: abbreviations, initialisms, capitals, Roman numerals, quotes, emoji, other scripts.

`RULES` in the order in which they are asked.
"""

from __future__ import annotations

from model_server.text.english.tokens import Rule

RULES: tuple[Rule, ...] = ()
