"""Business hours: exact answers on the days that are easy to get wrong, and the laws that hold for all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from zhiyin.platform.calendars.arithmetic import Hours, Interval

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
NINE_TO_SIX = Interval(9 * 60, 18 * 60)
WORKWEEK = ((NINE_TO_SIX,),) * 5 + ((),) * 2
OFFICE = Hours(SHANGHAI, WORKWEEK)
NEVER = Hours(SHANGHAI, ((),) * 7)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def test_the_opening_belongs_to_the_hours_and_the_closing_does_not() -> None:
    assert OFFICE.is_open(at("2026-06-01T09:00"))
    assert OFFICE.is_open(at("2026-06-01T17:59:59"))
    assert not OFFICE.is_open(at("2026-06-01T18:00"))
    assert not OFFICE.is_open(at("2026-06-01T08:59:59"))


def test_the_next_opening_is_now_when_it_is_open_and_skips_the_weekend_otherwise() -> None:
    assert OFFICE.next_opening(at("2026-06-05T10:00")) == at("2026-06-05T10:00")
    assert OFFICE.next_opening(at("2026-06-05T18:00")) == at("2026-06-08T09:00")
    assert NEVER.next_opening(at("2026-06-05T18:00")) is None


def test_several_intervals_a_day_have_a_pause_between() -> None:
    split = Hours(SHANGHAI, ((Interval(540, 720), Interval(780, 1080)),) * 7)
    assert not split.is_open(at("2026-06-01T12:30"))
    assert split.next_opening(at("2026-06-01T12:30")) == at("2026-06-01T13:00")
    assert split.next_closing(at("2026-06-01T10:00")) == at("2026-06-01T12:00")
    assert split.working_time(at("2026-06-01T11:00"), at("2026-06-01T14:00")) == hours(2)


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    night = Interval(22 * 60, 26 * 60)
    bar = Hours(SHANGHAI, ((),) * 4 + ((night,),) + ((),) * 2)  # Fridays 22:00 to 02:00
    assert bar.is_open(at("2026-06-06T01:59"))
    assert not bar.is_open(at("2026-06-06T02:00"))
    assert not bar.is_open(at("2026-06-05T01:00"))
    closed_saturday = Hours(SHANGHAI, bar.week, {date(2026, 6, 6): ()})
    assert closed_saturday.is_open(at("2026-06-06T01:00"))  # Friday's night is not Saturday's


def test_days_differ_from_their_weekday() -> None:
    days = {
        date(2026, 10, 1): (),
        date(2026, 10, 10): (NINE_TO_SIX,),
    }  # a holiday and the Saturday that makes up
    golden = Hours(SHANGHAI, WORKWEEK, days)
    assert golden.next_opening(at("2026-09-30T18:00")) == at("2026-10-02T09:00")
    assert golden.is_open(at("2026-10-10T10:00"))
    assert golden.add_working_time(at("2026-09-30T17:00"), hours(2)) == at("2026-10-02T10:00")


def test_overlapping_and_touching_intervals_count_once() -> None:
    doubled = Hours(SHANGHAI, ((Interval(540, 720), Interval(600, 780), Interval(780, 840)),) * 7)
    assert doubled.working_time(at("2026-06-01T00:00"), at("2026-06-02T00:00")) == hours(5)
    assert doubled.next_closing(at("2026-06-01T09:30")) == at("2026-06-01T14:00")


def test_who_never_closes_never_closes() -> None:
    always = Hours(SHANGHAI, ((Interval(0, 1440),),) * 7)
    assert always.is_open(at("2026-06-01T00:00"))
    assert always.next_closing(at("2026-06-01T00:00")) is None
    assert always.working_time(at("2026-06-01T00:00"), at("2026-06-08T00:00")) == timedelta(days=7)


def test_a_day_on_which_the_clock_jumps_has_the_hours_its_clock_shows() -> None:
    early = Hours(NEW_YORK, ((Interval(60, 210),),) * 7)  # 01:00 to 03:30
    assert early.working_time(at("2026-03-08T00:00", NEW_YORK), at("2026-03-08T12:00", NEW_YORK)) == hours(
        1.5
    )
    assert early.working_time(at("2026-11-01T00:00", NEW_YORK), at("2026-11-01T12:00", NEW_YORK)) == hours(
        3.5
    )
    # 02:30 is skipped on that day: whoever opens or closes then does so at the jump
    skipped = Hours(NEW_YORK, ((Interval(60, 150), Interval(150, 240)),) * 7)
    first, second = islice(skipped.spans(at("2026-03-08T00:30", NEW_YORK)), 2)
    assert first.end == second.start == datetime(2026, 3, 8, 7, tzinfo=UTC)
    hidden = Hours(NEW_YORK, ((Interval(120, 180),),) * 7)  # 02:00 to 03:00 does not exist then
    assert hidden.next_opening(at("2026-03-08T00:00", NEW_YORK)) == at("2026-03-09T02:00", NEW_YORK)


def test_of_an_hour_that_comes_twice_the_first_opening_and_the_second_closing_count() -> None:
    twice = Hours(NEW_YORK, ((Interval(60, 120),),) * 7)  # 01:00 to 02:00, twice on that day
    day = at("2026-11-01T00:00", NEW_YORK)
    assert twice.working_time(day, day + timedelta(days=1)) == hours(2)


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (1440, 1500), (540, 540), (600, 540), (0, 1441)])
def test_an_interval_lies_in_its_day_and_lasts_a_day_at_most(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not an interval"):
        Interval(start, end)


def test_working_time_is_not_taken_away() -> None:
    with pytest.raises(ValueError, match="taken away"):
        OFFICE.add_working_time(at("2026-06-01T09:00"), hours(-1))


def test_working_time_that_never_comes_is_never_reached() -> None:
    once = Hours(SHANGHAI, ((),) * 7, {date(2026, 6, 2): (NINE_TO_SIX,)})
    assert once.add_working_time(at("2026-06-01T00:00"), hours(9)) == at("2026-06-02T18:00")
    assert once.add_working_time(at("2026-06-01T00:00"), hours(9.5)) is None
    assert once.next_opening(at("2026-06-02T18:00")) is None
    assert once.next_closing(at("2026-06-02T18:00")) is None


intervals = st.builds(
    lambda start, length: Interval(start, start + length), st.integers(0, 1439), st.integers(1, 1440)
)
days = st.lists(intervals, max_size=3).map(tuple)
zones = st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "UTC"])
dates = st.dates(date(2025, 1, 1), date(2027, 12, 31))
calendars = st.builds(
    Hours, zones.map(ZoneInfo), st.tuples(*[days] * 7), st.dictionaries(dates, days, max_size=5)
)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
amounts = st.timedeltas(timedelta(), timedelta(days=20))


@given(calendars, moments)
def test_spans_are_in_order_apart_and_not_over(calendar: Hours, start: datetime) -> None:
    before = None
    for span, _ in zip(calendar.spans(start), range(30), strict=False):
        assert span.start < span.end
        assert span.end > start
        assert before is None or before.end <= span.start
        before = span


@given(calendars, moments)
def test_it_is_open_at_the_next_opening_and_nothing_is_open_before(calendar: Hours, start: datetime) -> None:
    opening = calendar.next_opening(start)
    if opening is None:
        assert not calendar.is_open(start)
        return
    assert calendar.is_open(opening)
    assert calendar.working_time(start, opening) == timedelta()
    assert (opening == start) == calendar.is_open(start)


@given(calendars, moments, amounts)
def test_what_was_added_has_passed(calendar: Hours, start: datetime, amount: timedelta) -> None:
    end = calendar.add_working_time(start, amount)
    assume(end is not None)
    assert end is not None
    assert calendar.working_time(start, end) == amount


@given(calendars, moments, amounts, amounts)
def test_adding_twice_is_adding_the_sum(
    calendar: Hours, start: datetime, one: timedelta, two: timedelta
) -> None:
    middle = calendar.add_working_time(start, one)
    if middle is None:
        assert calendar.add_working_time(start, one + two) is None
    else:
        assert calendar.add_working_time(middle, two) == calendar.add_working_time(start, one + two)


@given(calendars, moments, moments, moments)
def test_working_time_adds_up_and_turns_round(calendar: Hours, a: datetime, b: datetime, c: datetime) -> None:
    assert calendar.working_time(a, b) + calendar.working_time(b, c) == calendar.working_time(a, c)
    assert calendar.working_time(a, b) == -calendar.working_time(b, a)


@given(calendars, moments, moments)
def test_working_time_is_at_most_the_time(calendar: Hours, a: datetime, b: datetime) -> None:
    a, b = min(a, b), max(a, b)
    assert timedelta() <= calendar.working_time(a, b) <= b - a


@given(calendars, moments)
def test_the_zone_in_which_one_asks_makes_no_difference(calendar: Hours, start: datetime) -> None:
    there = start.astimezone(ZoneInfo("Pacific/Auckland"))
    assert calendar.is_open(there) == calendar.is_open(start)
    assert calendar.next_opening(there) == calendar.next_opening(start)
