from __future__ import annotations

import os
from pathlib import Path

import pytest

from say.cues import Cue
from say.subtitles import SubtitlesFile, format_of, lyrics_line, subrip_cue, webvtt_cue
from tests.say.test_cues import following

CUE = Cue(3725.0004, 3727.9999, ("First line,", "second line."), "First line, second line.")


def line(text: str) -> Cue:
    return Cue(1.0, 2.0, (text,), text)


def test_subrip_has_numbers_and_commas() -> None:
    assert subrip_cue(7, CUE, 0.0) == "7\n01:02:05,000 --> 01:02:07,999\nFirst line,\nsecond line.\n\n"


def test_webvtt_has_points_and_no_numbers() -> None:
    assert webvtt_cue(7, CUE, 0.0) == "01:02:05.000 --> 01:02:07.999\nFirst line,\nsecond line.\n\n"


def test_lyrics_have_one_line_and_an_empty_one_where_nothing_is_said() -> None:
    assert lyrics_line(7, CUE, 3725.0) == "[62:05.00]First line, second line.\n"
    assert lyrics_line(7, CUE, 3720.5) == "[62:00.50]\n[62:05.00]First line, second line.\n"


@pytest.mark.parametrize(
    ("text", "subrip", "webvtt", "lyrics"),
    [
        ("a < b && c > d", "a < b && c > d", "a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("<i>x</i>", "‹i›x‹/i›", "&lt;i&gt;x&lt;/i&gt;", "<i>x</i>"),
        ("x --> y", "x → y", "x --&gt; y", "x --> y"),
        ("{\\an8}x", "(\\an8}x", "{\\an8}x", "{\\an8}x"),
        ("[00:12.00] x", "[00:12.00] x", "[00:12.00] x", "(00:12.00) x"),
        ("[ti:x] <00:12>", "[ti:x] <00:12>", "[ti:x] &lt;00:12&gt;", "(ti:x) (00:12)"),
        ("[1] x", "[1] x", "[1] x", "[1] x"),
    ],
)
def test_what_a_player_would_take_for_markup_is_text(text: str, subrip: str, webvtt: str, lyrics: str) -> None:
    assert subrip_cue(1, line(text), 0.0).splitlines()[2] == subrip
    assert webvtt_cue(1, line(text), 0.0).splitlines()[1] == webvtt
    assert lyrics_line(1, line(text), 1.0) == f"[00:01.00]{lyrics}\n"


def test_the_ending_says_which_format_it_is() -> None:
    names = ("a.srt", "a.VTT", "b/a.lrc", "a.ass", "srt", "")
    assert [format_of(name) for name in names] == ["srt", "vtt", "lrc", "", "", ""]


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("x.srt", "1\n00:00:00,000 --> 00:00:01,000\nFirst one here.\n\n"),
        ("x.vtt", "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nFirst one here.\n\n"),
        ("x.lrc", "[00:00.00]First one here.\n[00:01.00]\n"),
    ],
)
def test_a_file_appears_whole(name: str, whole: str, tmp_path: Path) -> None:
    file = SubtitlesFile(str(tmp_path / name))
    for piece in following("First one here."):
        file.add(piece)
    file.complete(1.0199)
    assert os.listdir(tmp_path) == []
    file.finish()
    file.close()
    assert (tmp_path / name).read_text("utf-8") == whole
