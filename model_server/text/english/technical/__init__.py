"""What programs and people at programs write: addresses, paths, versions, hashes, code, operators.

`RULES` in the order in which they are asked.
"""

from __future__ import annotations

from model_server.text.english.technical.kinds import find
from model_server.text.english.technical.snippets import ticked
from model_server.text.english.tokens import Rule

RULES: tuple[Rule, ...] = (Rule("code between back-ticks", "s", ticked), Rule("technical", "dls", find))
