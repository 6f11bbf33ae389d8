from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from voice_server.playback import FADE, RATE, Playback, Samples


def ramp(length: int, start: int = 1) -> Samples:
    """Return samples that tell where they belong, all within 0 to 1 and none of them 0."""
    return (np.arange(start, start + length, dtype=np.float32)) / np.float32(1 << 20)


def twice(samples: Samples, rate_in: int, rate_out: int) -> Samples:
    """Resample to the double rate, so that each sample can be found again."""
    assert rate_out == 2 * rate_in
    return np.repeat(samples, 2)


def playback(rate: int = RATE) -> Playback:
    return Playback(rate, twice)


def take(player: Playback, frames: int, channels: int = 1) -> Samples:
    out = np.full((frames, channels), np.nan, dtype=np.float32)
    player.fill(out)
    assert all(np.array_equal(out[:, 0], out[:, channel]) for channel in range(channels))
    return out[:, 0]


def begun(player: Playback) -> list[int]:
    """Return the pieces that begin in what the device took, heard as soon as it is taken."""
    return player.begun(player.frames)


def ended(player: Playback) -> list[int]:
    return player.ended(player.frames)


def next_edge(player: Playback) -> int | None:
    return player.next_edge


def test_pieces_come_out_in_order_without_a_gap() -> None:
    player = playback()
    player.append(0, ramp(700))
    player.append(1, ramp(500, start=701))
    heard = np.concatenate([take(player, 100) for _ in range(12)])
    assert np.array_equal(heard, ramp(1_200))


def test_every_channel_gets_the_same() -> None:
    player = playback()
    player.append(0, ramp(100))
    assert np.array_equal(take(player, 100, channels=2), ramp(100))


def test_silence_comes_where_nothing_is_queued() -> None:
    player = playback()
    assert not take(player, 64).any()
    player.append(0, ramp(10))
    heard = take(player, 64)
    assert np.array_equal(heard[:10], ramp(10))
    assert not heard[10:].any()


def test_waiting_for_the_first_piece_is_no_starvation() -> None:
    player = playback()
    take(player, 64)
    take(player, 64)
    assert player.starved == 0


def test_each_break_in_the_sound_is_one_starvation() -> None:
    player = playback()
    for _ in range(2):
        player.append(0, ramp(100))
        take(player, 64)
        take(player, 64)
        take(player, 64)
    assert player.starved == 2


def test_the_end_is_no_starvation() -> None:
    player = playback()
    player.append(0, ramp(100))
    player.finish()
    take(player, 64)
    take(player, 64)
    assert player.starved == 0


def test_a_piece_begins_with_its_first_sample_and_ends_with_its_last() -> None:
    player = playback()
    player.append(7, ramp(100))
    player.append(8, ramp(100))
    assert (begun(player), ended(player)) == ([], [])
    take(player, 100)
    assert (begun(player), ended(player)) == ([7], [7])
    take(player, 1)
    assert (begun(player), ended(player)) == ([8], [])
    take(player, 99)
    assert (begun(player), ended(player)) == ([], [8])
    assert not player.unreported


def test_empty_pieces_take_their_turn() -> None:
    player = playback()
    player.append(0, ramp(100))
    player.append(1, ramp(0))
    player.append(2, ramp(100))
    take(player, 50)
    assert (begun(player), ended(player)) == ([0], [])
    take(player, 100)
    assert (begun(player), ended(player)) == ([1, 2], [0, 1])


def test_position_counts_samples_at_the_rate_of_the_pieces() -> None:
    player = playback(2 * RATE)
    player.append(0, ramp(100))
    player.append(1, ramp(100))
    take(player, 240)
    assert player.position == 120
    begun(player)
    ended(player)
    assert player.position == 120


def test_another_rate_is_resampled_whole() -> None:
    player = playback(2 * RATE)
    player.append(0, ramp(100))
    assert np.array_equal(take(player, 200), np.repeat(ramp(100), 2))


def test_hush_fades_within_its_time_and_then_takes_nothing_more() -> None:
    player = playback()
    player.append(0, np.ones(10_000, dtype=np.float32))
    take(player, 100)
    player.hush()
    heard = np.concatenate([take(player, 50) for _ in range(20)])
    length = int(FADE * RATE)
    assert np.all(np.diff(heard[:length]) < 0)
    assert np.max(np.abs(np.diff(heard))) < 0.02
    assert not heard[length:].any()
    assert player.consumed == 100 + length


def test_hush_without_sound_is_silence() -> None:
    player = playback()
    player.hush()
    assert not take(player, 1_000).any()


def test_silence_leads_in_and_counts_as_nothing() -> None:
    player = playback()
    player.lead_in(0.01)
    player.append(0, ramp(100))
    heard = np.concatenate([take(player, 100) for _ in range(4)])
    assert not heard[:240].any()
    assert np.array_equal(heard[240:340], ramp(100))
    assert (player.starved, player.consumed, player.position) == (1, 100, 100)
    assert player.spot(240) is None
    assert player.spot(250) == (0, 10)


def test_a_spot_is_the_piece_and_how_much_of_it_was_heard() -> None:
    player = playback(2 * RATE)
    assert player.spot(0) is None
    player.append(0, ramp(100))
    player.append(1, ramp(100))
    take(player, 600)
    assert [player.spot(frame) for frame in (0, 50, 200, 202, 500)] == [None, (0, 25), (0, 100), (1, 1), (1, 100)]
    assert player.ended(150) == []
    assert (player.begun(250), player.ended(250)) == ([0, 1], [0])
    assert player.spot(210) == (1, 5)


def test_a_cut_fades_out_and_the_next_piece_comes_at_once() -> None:
    player = playback()
    player.append(0, np.ones(10_000, dtype=np.float32))
    take(player, 100)
    assert player.cut() == (0, 100)
    player.append(1, np.full(1_000, 0.5, dtype=np.float32))
    heard = np.concatenate([take(player, 50) for _ in range(30)])
    length = int(FADE * RATE)
    assert np.all(np.diff(heard[:length]) < 0)
    assert np.all(heard[length : length + 1_000] == 0.5)
    assert not heard[length + 1_000 :].any()
    assert (begun(player), ended(player)) == ([1], [1])
    assert player.starved == 1  # behind the new piece; the fade is none


def test_a_cut_of_everything_is_silence_and_no_starvation() -> None:
    player = playback()
    player.append(0, np.ones(10_000, dtype=np.float32))
    player.finish()
    take(player, 100)
    player.cut()
    assert not player.unreported
    assert not player.finished
    take(player, 500)
    assert not take(player, 500).any()
    assert player.starved == 0
    assert player.spot(player.frames) == (0, 100)


def test_a_cut_before_anything_sounded_leaves_nothing_of_it() -> None:
    player = playback()
    player.append(0, ramp(500))
    assert player.cut() is None
    player.append(1, ramp(500, start=1_000))
    assert np.array_equal(take(player, 500), ramp(500, start=1_000))
    assert begun(player) == [1]


def test_cuts_in_a_row_leave_the_last_alone() -> None:
    player = playback()
    for index in range(3):
        player.append(index, np.full(1_000, 0.1 * (index + 1), dtype=np.float32))
        if index == 0:
            take(player, 100)
        if index < 2:
            player.cut()
    heard = take(player, 2_000)[int(FADE * RATE) :]
    assert np.all(heard[:1_000] == np.float32(0.1 * 3))
    assert not heard[1_000:].any()
    assert (begun(player), ended(player)) == ([2], [2])


def test_what_goes_on_in_the_middle_is_faded_in_and_not_begun() -> None:
    player = playback()
    player.append(0, np.ones(1_000, dtype=np.float32), announced=True)
    heard = take(player, 1_000)
    length = int(FADE * RATE)
    assert heard[0] == 0.0
    assert np.all(np.diff(heard[:length]) > 0)
    assert np.all(heard[length:] == 1.0)
    assert (begun(player), ended(player)) == ([], [0])


def test_the_next_edge_is_the_next_frame_with_something_to_tell() -> None:
    player = playback()
    assert next_edge(player) is None
    player.append(0, ramp(100))
    player.append(1, ramp(100))
    assert next_edge(player) is None  # nobody knows when the device takes it
    take(player, 150)
    edges = []
    while (edge := next_edge(player)) is not None:
        edges.append((edge, player.begun(edge), player.ended(edge)))
    assert edges == [(1, [0], []), (100, [], [0]), (101, [1], []), (200, [], [1])]


def test_sound_is_in_the_buffer_as_long_as_that_is_deep() -> None:
    player = playback()
    take(player, 100)
    assert not player.sounded_within(1_000)
    player.append(0, ramp(50))
    take(player, 100)
    assert player.sounded_within(100)
    take(player, 100)
    assert player.sounded_within(200)
    assert not player.sounded_within(150)


@given(
    pieces=st.lists(st.integers(0, 300), min_size=1, max_size=6),
    blocks=st.lists(st.integers(1, 200), min_size=1, max_size=12),
    double=st.booleans(),
)
def test_what_a_device_did_not_take_goes_to_the_next_one(pieces: list[int], blocks: list[int], double: bool) -> None:
    old, start = playback(2 * RATE if double else RATE), 1
    for index, length in enumerate(pieces):
        old.append(index, ramp(length, start))
        start += length
    heard = np.concatenate([take(old, frames) for frames in blocks])[: old.consumed : 2 if double else 1]
    said, over = begun(old), ended(old)
    new = playback()
    new.restore(old.rests(old.frames), old.spot(old.frames))
    assert new.spot(0) == old.spot(old.frames)
    rest = take(new, sum(pieces) + 1)[: new.consumed]
    # A half-taken sample of the doubled rate is heard again rather than lost.
    assert np.array_equal(np.concatenate([heard[: old.position], rest]), ramp(sum(pieces)))
    assert said + begun(new) == list(range(len(pieces)))
    assert over + ended(new) == list(range(len(pieces)))
    assert old.position + new.position == sum(pieces)
