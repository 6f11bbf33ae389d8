"""Whether all do the same work: the sound that each makes of the same phonemes has to be of the same length."""

from __future__ import annotations

from benchmarks import engine, texts
from benchmarks.bench import Bench
from benchmarks.environments import ONNX, STOCK
from benchmarks.figures import SECONDS, Outcome
from benchmarks.targets import KMODEL, KOKORO_ONNX, SAY

# Durations are rounded to frames of 25 ms; one that lies on the edge may fall either way.
TOLERANCE = 0.02


def lengths(bench: Bench) -> Outcome:
    """Raises SystemExit where they differ: nothing that follows would mean anything."""
    outcome = Outcome("lengths", KMODEL)
    with (
        bench.rivals.serve(STOCK) as stock,
        bench.rivals.serve(ONNX) as onnx,
        engine.contestant("ours", bench.folder, bench.threads) as ours,
    ):
        for text in ("word", "clause") if bench.quick else ("word", "clause", "sentence"):
            phonemes = bench.phonemes[texts.TEXTS[text]]
            outcome.add(text, SAY, SECONDS, [ours.say(phonemes).sound])
            outcome.add(text, KMODEL, SECONDS, [stock.speak("forward", [phonemes]).sound])
            outcome.add(text, KOKORO_ONNX, SECONDS, [onnx.speak("forward", [phonemes]).sound])
    for series in outcome.series:
        ratio = outcome.ratio(series)
        if ratio is not None and abs(ratio - 1) > TOLERANCE:
            raise SystemExit(
                f"bench: {series.who} makes {ratio:.2f} times as much sound of a {series.subject} as {KMODEL}."
            )
    return outcome
