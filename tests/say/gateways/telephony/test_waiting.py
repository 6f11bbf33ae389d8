from __future__ import annotations

import asyncio

import pytest

from say.gateways.telephony.waiting import WaitingTexts


@pytest.mark.parametrize(("most_texts", "most_characters"), [(2, 1000), (1000, 2)])
def test_there_is_room_again_once_texts_were_taken_however_many_there_were(
    most_texts: int, most_characters: int
) -> None:
    async def test() -> None:
        texts = WaitingTexts(most_texts, most_characters)
        for _ in range(3):
            texts.add("a")
            texts.add("b")
            full = asyncio.create_task(texts.room())
            await asyncio.sleep(0)
            assert not full.done()
            for expected in "ab":
                taken = await texts.take()
                assert taken is not None
                assert taken.text == expected
            await full

    asyncio.run(asyncio.wait_for(test(), 10))


def test_what_waits_when_it_is_closed_is_given_out_and_nothing_else() -> None:
    async def test() -> None:
        texts = WaitingTexts()
        texts.add("a")
        texts.close()
        texts.add("b")
        assert [getattr(await texts.take(), "text", None) for _ in range(2)] == ["a", None]

    asyncio.run(asyncio.wait_for(test(), 10))
