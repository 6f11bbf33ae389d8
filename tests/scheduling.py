"""Which tests one worker runs one after the other, and which begin first.

Under scripts/test a file is one worker's work, so that its module's fixtures are made once. Under scripts/soak a single
test may take longer than all others of its file together: each is handed out by itself.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import pytest
from xdist.scheduler import LoadScopeScheduling

# What waits longest begins first, or it would go on alone when all else is done. A file that is missing here costs time
# only. In the order of the seconds that they take under scripts/test on two cores.
LONGEST_FILES = tuple(
    f"tests/{name}.py"
    for name in (
        "processes/test_queue",
        "processes/test_steering_kills",
        "processes/test_keys",
        "processes/test_hand_over",
        "processes/test_sound",
        "processes/test_control",
        "processes/test_display",
        "processes/test_floor",
        "processes/test_downloads",
        "processes/test_suspend",
        "processes/test_continue",
        "processes/test_http_jobs",
        "processes/test_shutdown",
        "processes/test_telephony",
        "processes/test_engines",
        "processes/test_kills",
        "processes/test_state_files",
        "processes/test_pipes",
        "processes/test_silence",
        "processes/test_http_page",
        "voice_server/test_speaker_pulse",
        "processes/test_http",
        "processes/test_run",
        "processes/test_voices",
        "processes/test_background",
        "processes/test_idle_exit",
        "voice_server/test_devices_pulse",
        "processes/test_wire",
        "processes/test_phrase_cache",
        "processes/test_cold_start",
        "processes/test_memory",
        "processes/test_continue_files",
        "processes/test_bridge",
        "processes/test_preview",
        "processes/test_times",
        "processes/test_bad_input",
        "processes/test_devices",
        "processes/test_long_text",
        "voice_server/test_steering",
        "processes/test_joins",
        "say/gateways/http/jobs/test_postgresql",
        "processes/test_http_jobs_postgresql",
        "processes/test_warm",
        "processes/test_http_unread",
        "processes/test_no_sound",
        "processes/test_unspeakable",
        "processes/test_fatal_texts",
        "voice_server/test_speaker",
    )
)

# Loops of five minutes and more at full count, on two cores.
LONGEST_LOOPS = tuple(
    f"tests/{name}"
    for name in (
        "processes/test_kills.py::test_a_kill_at_any_moment_costs_no_word",
        "processes/test_silence.py::test_ctrl_c_silences_at_any_moment",
        "processes/test_silence.py::test_stop_silences_at_any_moment",
        "processes/test_floor.py::test_a_kill_at_any_moment_costs_no_word",
        "processes/test_queue.py::test_twenty_clients_who_do_as_they_like_are_heard_one_at_a_time",
        "processes/test_suspend.py::test_ctrl_z_at_any_moment",
        "processes/test_idle_exit.py::test_no_client_is_lost_to_servers_that_are_leaving",
        "processes/test_kills.py::test_a_kill_during_a_cold_start_costs_no_word",
        "processes/test_silence.py::test_the_end_of_the_client_silences",
        "processes/test_long_text.py::test_nothing_is_lost_where_the_writer_had_to_wait",
        "processes/test_wire.py::test_frames_of",
    )
)

# Files whose fixtures take seconds to make for a module: never divided.
WHOLE = ("tests/model_server/engines/", "tests/model_server/text/test_g2p.py")


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist's types are not exported
    """Hand out files, or single tests when soaking, in the order of the collection."""

    soaking = False

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid, self.soaking)


def scope(nodeid: str, soaking: bool) -> str:
    """Return the name of what is given to one worker as a whole."""
    return nodeid if soaking and not nodeid.startswith(WHOLE) else nodeid.partition("::")[0]


def arrange(items: list[pytest.Item], soaking: bool) -> None:
    """Bring tests into the order in which they are handed out; those of a file keep theirs."""
    order = loops_order if soaking else files_order
    ranks = {nodeid: rank for rank, nodeid in enumerate(order([item.nodeid for item in items]))}
    items.sort(key=lambda item: ranks[item.nodeid])


def loops_order(nodeids: Sequence[str]) -> list[str]:
    """Return the tests with the longest loops first, then the others."""

    def rank(nodeid: str) -> int:
        return next((at for at, begin in enumerate(LONGEST_LOOPS) if nodeid.startswith(begin)), len(LONGEST_LOOPS))

    return sorted(nodeids, key=rank)


def files_order(nodeids: Sequence[str]) -> list[str]:
    """Return the tests with the longest files first, and evenly between these the others.

    The longest mostly wait for sound, in real time, and leave the processors to those that compute.
    """
    files: dict[str, list[str]] = {}
    for nodeid in nodeids:
        files.setdefault(nodeid.partition("::")[0], []).append(nodeid)
    slow = [name for name in LONGEST_FILES if name in files]
    quick = [name for name in files if name not in set(slow)]
    return [nodeid for name in spread(quick, slow) for nodeid in files[name]]


def spread(some: Sequence[str], others: Sequence[str]) -> Iterable[str]:
    """Return both, each in its order, `some` evenly between `others`, which begin."""
    places = itertools.chain(
        (((at + 0.5) / len(some), one) for at, one in enumerate(some)),
        ((at / len(others), one) for at, one in enumerate(others)),
    )
    return (one for _, one in sorted(places, key=lambda each: each[0]))
