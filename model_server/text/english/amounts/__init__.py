"""Numbers and what is counted with them: money, dates, times, units, telephone numbers.

`RULES` in the order in which they are asked.
"""

from __future__ import annotations

from model_server.text.english.amounts.dates import match_day_first, match_month, match_numeric
from model_server.text.english.amounts.dimensions import match_dimension
from model_server.text.english.amounts.durations import match_duration
from model_server.text.english.amounts.money import match_money
from model_server.text.english.amounts.others import match_code, match_other
from model_server.text.english.amounts.quantities import match_quantity
from model_server.text.english.amounts.rows import match_groups, match_list, match_ordinal
from model_server.text.english.amounts.scores import match_against
from model_server.text.english.amounts.telephone import match_card, match_endless, match_telephone
from model_server.text.english.amounts.times import match_lasting, match_offset, match_time
from model_server.text.english.amounts.years import match_plural, match_years
from model_server.text.english.tokens import Rule

RULES: tuple[Rule, ...] = (
    Rule("endless run of digits", "d", match_endless),
    Rule("month and day", "l", match_month),
    Rule("date of numbers", "d", match_numeric),
    Rule("day and month", "d", match_day_first),
    Rule("card", "d", match_card),
    Rule("telephone number", "ds", match_telephone),
    Rule("duration on a clock", "d", match_lasting),
    Rule("numbers against numbers", "d", match_against),
    Rule("time of day", "d", match_time),
    Rule("offset of a time zone", "s", match_offset),
    Rule("duration", "d", match_duration),
    Rule("size", "d", match_dimension),
    Rule("money", "dls", match_money),
    Rule("plural of a number", "d", match_plural),
    Rule("years", "ds", match_years),
    Rule("ordinal", "d", match_ordinal),
    Rule("groups of digits", "d", match_groups),
    Rule("list of numbers", "d", match_list),
    Rule("quantity", "ds", match_quantity),
    Rule("letters and digits", "l", match_code),
    Rule("other digits", "ds", match_other),
)
