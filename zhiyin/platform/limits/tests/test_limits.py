"""A limit allows its number at once, then one by one, and tells how long to wait."""

from __future__ import annotations

import pytest

from zhiyin.platform.limits.limits import Limit, ProcessLimit, TooFast


def test_a_limit_of_the_process_fills_up_again_with_time() -> None:
    limit = ProcessLimit(Limit("t", times=3, per_seconds=60))
    for _ in range(3):
        limit.use(1, clock=1000.0)
    with pytest.raises(TooFast) as refused:
        limit.use(1, clock=1000.0)
    assert refused.value.params == {"seconds": 20}
    limit.use(2, clock=1000.0)
    limit.use(1, clock=1020.0)
    with pytest.raises(TooFast):
        limit.use(1, clock=1020.0)
    for _ in range(3):
        limit.use(1, clock=2000.0)
