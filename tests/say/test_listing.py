from __future__ import annotations

import json
from dataclasses import replace

from wcwidth import wcswidth

from common.messages.control import NO_CACHE, CacheReport, QueuedUtterance, QueueReport, RecentUtterance
from common.messages.speaking import DeviceReport
from common.voices import LANGUAGES, VOICES, find_voice
from say.listing import LANGUAGE_NAMES, devices_table, queue_json, queue_text, status_json, status_text, voices_table
from tests.fakes.client import QUEUE, REPORT


def test_every_voice_is_listed_with_all_that_is_known_of_it() -> None:
    lines = voices_table(lambda name: name == "bm_george").splitlines()
    assert len(lines) == 1 + 54
    assert sorted(line.split()[0] for line in lines[1:]) == sorted(VOICES)
    (george,) = (line for line in lines if line.startswith("bm_george "))
    assert george.split() == ["bm_george", "George", "en-gb", "British", "English", "male", "C", "yes"]
    assert sum(line.endswith(" yes") for line in lines) == 1


def test_voices_are_grouped_by_language_and_ranked_by_grade() -> None:
    lines = voices_table(lambda name: False).splitlines()[1:]
    languages = [VOICES[line.split()[0]].language for line in lines]
    assert [each for at, each in enumerate(languages) if each not in languages[:at]] == list(LANGUAGE_NAMES)
    assert languages == sorted(languages, key=list(LANGUAGE_NAMES).index)
    assert [line.split()[0] for line in lines[:3]] == ["af_heart", "af_bella", "af_nicole"]


def test_the_voices_fit_on_a_terminal() -> None:
    assert max(map(len, voices_table(lambda name: True).splitlines())) < 80


def test_every_language_has_a_name() -> None:
    assert set(LANGUAGE_NAMES) == set(LANGUAGES.values())


def test_status_shows_all_that_was_reported() -> None:
    text = status_text(REPORT)
    for part in (
        "running",
        "pid 11",
        "4711",
        "ready on cpu",
        "not loaded",
        "1.5 GB",
        "1:02:05",
        "2 pieces",
        "af_heart",
        "41 MB",
    ):
        assert part in text
    assert max(map(len, text.splitlines())) < 80


def test_status_tells_of_the_cache_also_where_it_is_off() -> None:
    def shown(cache: CacheReport) -> str:
        (line,) = (line for line in status_text(replace(REPORT, cache=cache)).splitlines() if "cache" in line)
        return line.removeprefix("phrase cache").strip()

    assert shown(CacheReport(True, 1, 29_000, 1000, 1, 1)) == "1 phrase, 29 kB on disk; 1 hit, 1 miss"
    assert shown(CacheReport(True, 0, 0, 0, 0, 2)) == "0 phrases, 0 B on disk; 0 hits, 2 misses"
    assert shown(CacheReport(False, 2, 60_000, 0, 0, 0)) == "off; 2 phrases, 60 kB on disk"
    assert shown(NO_CACHE) == "off"


def test_status_as_json_has_every_field() -> None:
    fields = json.loads(status_json(REPORT))
    assert fields["running"] is True
    assert fields["port"] == 4711
    assert fields["voices"][0]["voice"] == "af_heart"


def test_no_daemon_is_json_too() -> None:
    assert json.loads(status_json(None)) == {"running": False}


def row(text: str, number: int) -> list[str]:
    """Return the cells of an utterance's line."""
    (found,) = (line.split() for line in text.splitlines() if line.split()[:1] == [str(number)])
    return found


def test_status_shows_how_the_last_utterances_went() -> None:
    text = status_text(REPORT)
    assert row(text, 5) == ["5", "af_heart", "kokoro", "spoken", "12.3", "s", "0.21", "s", "0.31", "0.0", "s", "0"]
    assert row(text, 6) == ["6", "bm_george", "espeak", "written", "3.0", "s", "0.02", "s", "0.01", "0.0", "s", "0"]
    assert row(text, 8) == ["8", "af_heart", "kokoro", "dropped", "0.0", "s", "-", "-", "4.5", "s", "2"]
    assert json.loads(status_json(REPORT))["recent"][0]["real_time_factor"] == 0.311


def test_the_longest_row_of_the_last_utterances_fits_on_a_terminal() -> None:
    longest = RecentUtterance(999, "zf_xiaoxiao", "kokoro", "speaker", "cancelled", 3600.0, 12.34, 0.31, 900.0, 12)
    assert max(map(len, status_text(replace(REPORT, recent=(longest,))).splitlines())) < 80


def test_a_daemon_that_has_spoken_nothing_yet_shows_no_table_of_it() -> None:
    text = status_text(replace(REPORT, voices=(), recent=()))
    assert text.endswith("\nno voice server runs")
    assert "OUTCOME" not in text


def test_the_queue_shows_each_utterance() -> None:
    text = queue_text(QUEUE, 0)
    assert row(text, 7) == ["7", "af_heart", "speaking", "25%", "-", "It", "was", "a", "dark", "and", "stormy", "night"]
    assert row(text, 9) == ["9", "bm_george", "preparing", "-", "important", "-"]


def test_a_hold_is_in_the_status() -> None:
    assert "say --resume" in status_text(replace(REPORT, held=True, speaking=""))
    assert "say --resume" not in status_text(REPORT)


def test_an_empty_queue_and_a_held_one_are_said() -> None:
    assert queue_text(QueueReport(False, ()), 80) == "nothing is speaking"
    assert "say --resume" in queue_text(QueueReport(True, ()), 80)
    held = queue_text(replace(QUEUE, held=True), 80)
    assert "say --resume" in held.splitlines()[0]
    assert row(held, 7)


def queued(text: str) -> QueueReport:
    return QueueReport(False, (QueuedUtterance(1, "af_heart", text, "waiting", "", 0, 10, 0.0),))


def test_the_queue_is_cut_to_the_terminal_also_where_characters_are_wide() -> None:
    for text in ("a" * 200, "\u65e5\u672c\u8a9e" * 60, "e\u0301" * 200, "\U0001f469\u200d\U0001f4bb" * 100):
        for width in (80, 81, 60, 20, 1):
            lines = queue_text(queued(text), width).splitlines()
            assert all(wcswidth(line) < width for line in lines)
        assert lines
        (shown,) = (line for line in queue_text(queued(text), 80).splitlines() if "af_heart" in line)
        assert shown.endswith("\u2026")
        assert wcswidth(shown) >= 78


def test_text_that_could_confuse_a_terminal_is_shown_as_escapes() -> None:
    text = queue_text(queued("\x1b[2Jdone\nnext"), 80)
    assert "\\x1b[2Jdone\\nnext" in text
    assert "\x1b" not in text


def test_no_queue_is_json_too() -> None:
    assert json.loads(queue_json(None)) == {"running": False, "held": False, "utterances": []}
    assert json.loads(queue_json(QUEUE))["utterances"][0]["played"] == 60


def test_the_default_loudspeaker_is_marked() -> None:
    lines = devices_table((DeviceReport("a", "A", False), DeviceReport("b", "B", True))).splitlines()
    assert [line.split() for line in lines] == [["NAME", "DESCRIPTION"], ["a", "A"], ["*", "b", "B"]]


def test_users_own_voices_go_by_their_stems_and_long_blends_are_cut() -> None:
    long = find_voice("+".join(f"{name}({weight})" for weight, name in enumerate(list(VOICES)[:8], 1))).name
    names = ("bf_mine#0123456789abcdef", "af_bella(2)+af_heart(1)", long)
    status = status_text(replace(REPORT, voices=tuple(replace(REPORT.voices[0], voice=name) for name in names)))
    queue = queue_text(QueueReport(False, tuple(replace(QUEUE.utterances[0], voice=name) for name in names)), 0)
    for table in (status, queue):
        assert "bf_mine " in table and "#" not in table
        assert "af_bella(2)+af_heart(1) " in table
        assert long[:20] in table and long not in table
    assert "bf_mine#0123456789abcdef" in status_json(replace(REPORT, speaking=names[0]))
