from __future__ import annotations

import pytest

from say.gateways.telephony.door import texts_at_once


@pytest.mark.parametrize(("descriptors", "calls"), [(4096, 256), (1024, 256), (256, 64)])
def test_texts_in_work_leave_descriptors_for_all_calls(descriptors: int, calls: int) -> None:
    assert 6 * texts_at_once(descriptors, calls) + calls < descriptors


def test_however_few_descriptors_there_are_one_text_is_in_work() -> None:
    assert texts_at_once(64, 256) == 1
