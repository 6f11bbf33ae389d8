"""Everybody who waits for an engine learns of each stage of its loading, whoever came first."""

from __future__ import annotations

from common.messages.hello import Progress
from model_server.loading import Loading
from tests.fakes.loops import run, settle


def test_who_joins_learns_of_the_present_stage_and_of_those_that_follow() -> None:
    async def test() -> None:
        loading, first, second = Loading(), list[Progress](), list[Progress]()
        with loading.telling("kokoro", first.append) as tell:
            tell("torch")
            await settle()
            with loading.telling("kokoro", second.append):
                tell("Kokoro")
                await settle()
        assert [stage.what for stage in first] == ["kokoro", "torch", "Kokoro"]
        assert [stage.what for stage in second] == ["torch", "Kokoro"]

    run(test())


def test_engines_are_told_apart_and_the_next_time_begins_anew() -> None:
    async def test() -> None:
        loading, heard = Loading(), list[Progress]()
        with loading.telling("kokoro", heard.append) as tell, loading.telling("espeak", heard.append):
            tell("torch")
            await settle()
        with loading.telling("kokoro", heard.append):
            pass
        assert [stage.what for stage in heard] == ["kokoro", "espeak", "torch", "kokoro"]

    run(test())


def test_a_stage_that_comes_after_all_have_left_is_told_to_nobody() -> None:
    async def test() -> None:
        loading, heard = Loading(), list[Progress]()
        with loading.telling("kokoro", heard.append) as tell:
            pass
        tell("torch")
        await settle()
        assert [stage.what for stage in heard] == ["kokoro"]

    run(test())
