"""What a speaker answers is read line by line, and one that has ended ends the run."""

from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks.answers import Turn, read_answer


def test_answers_come_line_by_line_until_the_speaker_ends() -> None:
    code = 'print(\'{"load": 2.5}\'); print(\'{"work": 1, "cpu": 2, "sound": 3}\')'
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert read_answer(process) == {"load": 2.5}
        assert Turn(**read_answer(process)) == Turn(work=1, cpu=2, sound=3)
        with pytest.raises(SystemExit, match="ended by itself"):
            read_answer(process)
