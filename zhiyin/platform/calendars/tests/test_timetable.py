"""The quick way of counting says the same as the plain one, and keeps the laws of working time."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from zhiyin.platform.calendars.arithmetic import Hours, Interval
from zhiyin.platform.calendars.tests.test_arithmetic import NEVER, OFFICE, at, calendars
from zhiyin.platform.calendars.timetable import MINUTE, Always, Timetable, moment_of, ticks_of

HOUR = 60 * MINUTE
SINCE = datetime(2025, 1, 1, tzinfo=UTC)
ticks = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)).map(ticks_of)
amounts = st.integers(0, 20 * 24 * HOUR)


def table(hours: Hours) -> Timetable:
    return Timetable(hours, since=SINCE)


def test_working_hours_are_counted_over_a_weekend() -> None:
    friday, monday = ticks_of(at("2026-06-05T17:00")), ticks_of(at("2026-06-08T10:30"))
    assert table(OFFICE).between(friday, monday) == 2 * HOUR + 30 * MINUTE
    assert table(OFFICE).after(friday, 2 * HOUR) == ticks_of(at("2026-06-08T10:00"))


def test_what_never_opens_is_never_reached() -> None:
    assert table(NEVER).after(ticks_of(SINCE), 1) is None
    assert table(NEVER).between(ticks_of(SINCE), ticks_of(SINCE) + HOUR) == 0
    once = Hours(ZoneInfo("Asia/Shanghai"), ((),) * 7, {date(2026, 6, 2): (Interval(540, 1080),)})
    assert table(once).after(ticks_of(SINCE), 9 * HOUR) == ticks_of(at("2026-06-02T18:00"))
    assert table(once).after(ticks_of(SINCE), 9 * HOUR + 1) is None


def test_it_reaches_back_before_its_beginning_and_far_ahead() -> None:
    known = table(OFFICE)
    old = ticks_of(at("2021-06-01T08:00"))
    assert known.after(old, HOUR) == ticks_of(at("2021-06-01T10:00"))
    assert known.between(ticks_of(at("2031-06-02T00:00")), ticks_of(at("2031-06-03T00:00"))) == 9 * HOUR


def test_what_is_measured_first_may_lie_before_its_beginning() -> None:
    monday, later = at("2021-05-31T00:00"), at("2025-06-02T12:00")
    plain = OFFICE.working_time(monday, later) // timedelta(microseconds=1)
    assert table(OFFICE).between(ticks_of(monday), ticks_of(later)) == plain


def test_many_threads_ask_a_fresh_one_and_get_the_same() -> None:
    asked = [(ticks_of(SINCE) + number * 11 * 24 * HOUR, 30 * 24 * HOUR) for number in range(60)]
    plain = [table(OFFICE).between(start, start + length) for start, length in asked]

    def ask(known: Timetable, barrier: Barrier) -> list[int]:
        barrier.wait()
        return [known.between(start, start + length) for start, length in asked]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(5):
            known, barrier = table(OFFICE), Barrier(4)
            with ThreadPoolExecutor(4) as pool:
                told = [pool.submit(ask, known, barrier) for _ in range(4)]
                assert [one.result() for one in told] == [plain] * 4
    finally:
        sys.setswitchinterval(interval)


def test_around_the_clock_every_microsecond_counts() -> None:
    assert Always().between(5, 12) == 7
    assert Always().after(5, 7) == 12


def test_ticks_are_exact() -> None:
    moment = datetime(2026, 2, 3, 4, 5, 6, 789_012, tzinfo=UTC)
    assert moment_of(ticks_of(moment)) == moment


@given(calendars, ticks, ticks)
def test_it_measures_what_the_plain_way_measures(hours: Hours, a: int, b: int) -> None:
    first, last = min(a, b), min(max(a, b), min(a, b) + 60 * 24 * HOUR)
    plain = hours.working_time(moment_of(first), moment_of(last))
    assert table(hours).between(first, last) == plain // timedelta(microseconds=1)


@given(calendars, ticks, amounts)
def test_what_is_added_is_what_is_measured(hours: Hours, start: int, amount: int) -> None:
    known = table(hours)
    end = known.after(start, amount)
    assume(end is not None)
    assert end is not None
    assert known.between(start, end) == amount
    plain = hours.add_working_time(moment_of(start), timedelta(microseconds=amount))
    assert plain == moment_of(end)


@given(calendars, ticks, amounts, amounts)
def test_more_work_never_ends_earlier(hours: Hours, start: int, some: int, more: int) -> None:
    known = table(hours)
    early, late = known.after(start, min(some, more)), known.after(start, max(some, more))
    assume(early is not None and late is not None)
    assert early is not None
    assert late is not None
    assert early <= late


@given(calendars, st.lists(ticks, min_size=3, max_size=3))
def test_a_time_is_the_sum_of_its_parts(hours: Hours, moments: list[int]) -> None:
    a, b, c = sorted(moments)
    known = table(hours)
    assert known.between(a, c) == known.between(a, b) + known.between(b, c)


@given(calendars, ticks, amounts, amounts)
def test_adding_at_once_is_adding_in_turn(hours: Hours, start: int, first: int, second: int) -> None:
    known = table(hours)
    whole, part = known.after(start, first + second), known.after(start, first)
    assume(whole is not None and part is not None)
    assert part is not None
    assert known.after(part, second) == whole or not second
