from __future__ import annotations

import resource

import pytest

from common.descriptors import MOST, raise_limit


@pytest.mark.parametrize(
    ("soft", "hard", "after"),
    [(256, resource.RLIM_INFINITY, MOST), (256, 1024, 1024), (1024, 1 << 20, MOST), (65536, 65536, 65536), (resource.RLIM_INFINITY, resource.RLIM_INFINITY, MOST)],
)  # fmt: skip
def test_the_limit_is_raised_as_far_as_may_be(
    soft: int, hard: int, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = (soft, hard)

    def set_limits(_: int, wanted: tuple[int, int]) -> None:
        nonlocal limits
        limits = wanted

    monkeypatch.setattr(resource, "getrlimit", lambda _: limits)
    monkeypatch.setattr(resource, "setrlimit", set_limits)

    assert raise_limit() == after
    assert limits[1] == hard
    if soft != resource.RLIM_INFINITY:
        assert limits[0] == after
