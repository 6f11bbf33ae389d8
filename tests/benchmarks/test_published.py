"""What the document quotes comes from the kept figures, each beside its rivals' and in its own unit."""

from __future__ import annotations

from pathlib import Path

from benchmarks.figures import MEGABYTES, SECONDS, TIMES, Outcome
from benchmarks.published import PUBLISHED, comparison, performance
from benchmarks.records import Record, write
from benchmarks.targets import KMODEL, KPIPELINE, SAY

MACHINE: dict[str, str | float] = {
    "processor": "AMD EPYC", "cores": 2, "system": "Linux 6.1", "torch": "2.13.0", "kokoro": "0.9.4",
}  # fmt: skip


def test_a_row_for_each_subject_and_a_column_for_each_contestant() -> None:
    outcome = Outcome("chapter")
    outcome.add("throughput", KPIPELINE, TIMES, [2.0])
    outcome.add("throughput", SAY, TIMES, [3.0])
    outcome.add("peak memory", SAY, MEGABYTES, [900.0])
    assert comparison(outcome).splitlines() == [
        "|  | say | stock kokoro |", "| --- | --- | --- |", "| throughput, s of speech per s | 3.00 | 2.00 |", "| peak memory | 900 MB |  |",
    ]  # fmt: skip


def test_the_document_says_where_it_was_measured_and_what_came_of_each_target(tmp_path: Path) -> None:
    outcome = Outcome("warm", circumstances={"when": "2026-11-21T01:00:00", "threads": 2, "rounds": "full"})
    outcome.add("word", SAY, SECONDS, [0.2])
    outcome.add("word", KMODEL, SECONDS, [0.1])
    packages = {"onnx": {"kokoro-onnx": "0.6.1", "onnxruntime": "1.31.1"}}
    write(tmp_path / "here.json", Record(dict(MACHINE), packages, {"warm": outcome}))
    text = performance(tmp_path / "here.json")
    assert text.startswith("Measured on AMD EPYC, 2 cores, Linux 6.1, torch 2.13.0, kokoro 0.9.4, kokoro-onnx 0.6.1, ")
    assert "| 0.200 s | 0.100 s | 2.00 | ≤ 1.3 | missed |" in text
    assert "(2026-11-21, 2 threads, full rounds)" in text


def test_a_picture_is_shown_only_where_there_is_one(tmp_path: Path) -> None:
    path = PUBLISHED.parent / "no-such-machine.json"
    assert "![" not in performance(path)
    write(tmp_path / "here.json", Record(dict(MACHINE)))
    (tmp_path / "here.png").touch()
    assert "(../benchmarks/results/here.png)" in performance(tmp_path / "here.json")
