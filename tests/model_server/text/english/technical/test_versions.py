"""Versions and numbers that count nothing."""

from __future__ import annotations

import pytest

from tests.model_server.text.english.technical.saying import said

SAID = [
    (
        "Use Python 3.11.4 and v2.0.0-rc1.",
        "Use Python three point eleven point four and version two point zero point zero R C one.",
    ),
    ("Use 1.2.x now.", "Use one point two point X now."),
    ("It needs >=3.10 at least.", "It needs greater than or equal to three point ten at least."),
    ("It needs Python 3.12 today.", "It needs Python three point twelve today."),
    ("Run Node 18.2 there.", "Run Node eighteen point two there."),
    ("Boot Ubuntu 22.04 LTS.", "Boot Ubuntu twenty-two point zero four L T S."),
    ("Install numpy==1.26.4 here.", "Install num-pie equals one point twenty-six point four here."),
    ("Pin ^1.2.3 there.", "Pin caret one point two point three there."),
    ("Try 3.12.0rc1 first.", "Try three point twelve point zero R C one first."),
    ("Try v2 first.", "Try version two first."),
    ("Try version 2.0 first.", "Try version two point zero first."),
    (
        "Try 1.0.0+build.5 or 2.0.0-alpha.",
        "Try one point zero point zero plus build five or two point zero point zero alpha.",
    ),
    ("Run python3.11 there.", "Run python three point eleven there."),
    ("Run llama3.1 there.", "Run llama three point one there."),
    ("Read RFC 2616 again.", "Read R F C twenty-six sixteen again."),
    ("Follow ISO 8601 here.", "Follow I S O eighty-six oh one here."),
    ("Join IEEE 802.11ac today.", "Join I triple E eight oh two dot eleven A C today."),
    ("It was an HTTP 404 again.", "It was an H T T P four oh four again."),
    ("We saw error 500 again.", "We saw error five hundred again."),
    ("Open port 8080 there.", "Open port eighty eighty there."),
    ("Buy an RTX 4090 today.", "Buy an R T X forty ninety today."),
    ("Fix CVE-2024-1234 now.", "Fix C V E twenty twenty-four, twelve thirty-four now."),
    ("It said E1234 again.", "It said E twelve thirty-four again."),
    ("Try v2.0.0-beta.1 there.", "Try version two point zero point zero beta one there."),
    ("Pull python:3.11-slim there.", "Pull python: three point eleven slim there."),
    ("It is >=0.20,<1.0 there.", "It is greater than or equal to zero point twenty, less than one point zero there."),
    ("Read PEP 8 and IEEE 754.", "Read P E P eight and I triple E seven fifty-four."),
    ("Try 2.7.18 there.", "Try two point seven point eighteen there."),
    ("Go to 12.05.2024 there.", "Go to May twelfth, twenty twenty-four there."),
]

# Said by others, or as they are: nothing technical.
NEAR = [
    ("It is 3.5 now", "It is three point five now"),
    ("It is version five", "It is version five"),
    ("The sum is 1,234.5 now", "The sum is one thousand two hundred thirty-four point five now"),
]


@pytest.mark.parametrize("written, spoken", SAID)
def test_versions_are_said_in_words(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize("written, spoken", NEAR)
def test_what_only_looks_like_versions_is_left_alone(written: str, spoken: str) -> None:
    assert said(written) == spoken
