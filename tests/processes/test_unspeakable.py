"""Text that has no phonemes: named, with what comes before it spoken; or left out, and told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from common.errors import EXIT_FAILED, EXIT_OK
from tests.fakes.daemon import Daemon
from tests.fakes.said import message, samples

PATIENCE = 80  # seconds; torch takes 3 to load where nothing else runs
TEXT = "Bonjour à tous. Au revoir. [pause 200ms] \N{CHEROKEE LETTER TSA} [pause 200ms] Bonne nuit."

pytestmark = pytest.mark.timeout(180)


def test_it_is_named_or_left_out_and_nothing_that_was_made_is_lost(tiny_kokoro: Path, tmp_path: Path) -> None:
    with Daemon(tmp_path, engine="kokoro", model_dir=str(tiny_kokoro), threads=1) as daemon:
        arguments = ("--language", "fr", TEXT)
        refused = daemon.run_say(*arguments, "-o", "-", timeout=PATIENCE)
        skipped = daemon.run_say(*arguments, "--skip-unspeakable", "-o", "out.wav", timeout=PATIENCE)

    assert refused.returncode == EXIT_FAILED
    assert message(refused) == (
        "there are no phonemes for '\N{CHEROKEE LETTER TSA}'. '--skip-unspeakable' (setting skip_unspeakable) leaves such words out."
    )
    assert skipped.returncode == EXIT_OK
    assert message(skipped) == "1 word could not be spoken and was left out: '\N{CHEROKEE LETTER TSA}'"
    made = refused.stdout[44:]
    assert made and samples(tmp_path / "out.wav").startswith(made)


def test_a_text_that_is_nothing_else_is_an_error_and_a_sign_within_one_is_told(tmp_path: Path) -> None:
    with Daemon(tmp_path, engine="espeak") as daemon:
        alone = daemon.run_say("\ue0b0", "-o", "-", timeout=PATIENCE)
        within = daemon.run_say("--language", "es", "De A \N{RIGHTWARDS ARROW} B.", "-o", "out.wav", timeout=PATIENCE)
        shown = daemon.run_say("--phonemes", "--json", "\ue0b0 main", timeout=PATIENCE)

    assert alone.returncode == EXIT_FAILED
    assert message(alone).startswith("nothing of the text can be spoken: U+E0B0 (private-use character).")
    assert within.returncode == shown.returncode == EXIT_OK
    assert message(within) == (
        "1 character could not be spoken and was left out: '\N{RIGHTWARDS ARROW}' (rightwards arrow)"
    )
    assert [piece["left_out"] for piece in json.loads(shown.stdout)["pieces"]] == [["\ue0b0"]]
