"""Quiet hours in every time zone, across days off and across the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from zhiyin.notifications.models import Preferences
from zhiyin.notifications.quiet import Quiet, next_digest

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
ZONES = [SHANGHAI, BERLIN, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata"), ZoneInfo("Pacific/Apia")]
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30]))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_quiet_over_midnight_ends_in_the_morning_of_the_persons_zone() -> None:
    quiet = Quiet(zone=SHANGHAI, begins=time(22), ends=time(8))
    assert quiet.ends_at(at("2026-03-04T21:59:59+08:00")) is None
    assert quiet.ends_at(at("2026-03-04T22:00:00+08:00")) == at("2026-03-05T08:00:00+08:00")
    assert quiet.ends_at(at("2026-03-05T07:59:59+08:00")) == at("2026-03-05T08:00:00+08:00")
    assert quiet.ends_at(at("2026-03-05T08:00:00+08:00")) is None
    same_clock_elsewhere = Quiet(zone=BERLIN, begins=time(22), ends=time(8))
    assert same_clock_elsewhere.ends_at(at("2026-03-04T22:00:00+08:00")) is None


def test_quiet_within_a_day_ends_on_that_day() -> None:
    quiet = Quiet(zone=BERLIN, begins=time(12), ends=time(13, 30))
    assert quiet.ends_at(at("2026-03-04T12:10:00+01:00")) == at("2026-03-04T13:30:00+01:00")
    assert quiet.ends_at(at("2026-03-04T13:30:00+01:00")) is None


def test_a_weekend_off_joins_the_nights_on_both_sides() -> None:
    quiet = Quiet(zone=SHANGHAI, begins=time(20), ends=time(9), days_off=[5, 6])
    assert quiet.ends_at(at("2026-03-06T20:30:00+08:00")) == at("2026-03-09T09:00:00+08:00")


def test_do_not_disturb_ends_at_its_moment_or_with_the_quiet_it_runs_into() -> None:
    until = at("2026-03-04T15:00:00+08:00")
    assert Quiet(zone=SHANGHAI, until=until).ends_at(at("2026-03-04T14:00:00+08:00")) == until
    assert Quiet(zone=SHANGHAI, until=until).ends_at(until) is None
    both = Quiet(zone=SHANGHAI, begins=time(14), ends=time(18), until=until)
    assert both.ends_at(at("2026-03-04T13:00:00+08:00")) == at("2026-03-04T18:00:00+08:00")


def test_the_night_on_which_clocks_go_forward_or_back_ends_by_the_clock_on_the_wall() -> None:
    quiet = Quiet(zone=BERLIN, begins=time(22), ends=time(8))
    assert quiet.ends_at(at("2026-03-28T23:00:00+01:00")) == at("2026-03-29T08:00:00+02:00")
    assert quiet.ends_at(at("2026-10-24T23:00:00+02:00")) == at("2026-10-25T08:00:00+01:00")


@given(
    moment=MOMENTS,
    zone=st.sampled_from(ZONES),
    begins=CLOCKS,
    ends=CLOCKS,
    days_off=st.sets(st.integers(0, 6), max_size=6),
    dnd=st.integers(0, 72),
)
def test_quiet_ends_and_every_moment_before_its_end_is_quiet(
    moment: datetime, zone: ZoneInfo, begins: time, ends: time, days_off: set[int], dnd: int
) -> None:
    hours = (begins, ends) if begins != ends else (None, None)
    quiet = Quiet(
        zone=zone,
        begins=hours[0],
        ends=hours[1],
        days_off=sorted(days_off),
        until=moment + timedelta(hours=dnd) if dnd else None,
    )
    end = quiet.ends_at(moment)
    if end is None:
        return
    assert moment < end < moment + timedelta(days=12)
    assert quiet.ends_at(end) is None
    for part in (0.25, 0.5, 0.9, 0.999):
        assert quiet.ends_at(moment + (end - moment) * part) == end


def test_a_summary_comes_at_the_full_hour_or_at_the_persons_hour_of_the_day() -> None:
    hourly = Preferences(digest_every="hour")
    daily = Preferences(digest_every="day", digest_hour=9)
    noon = at("2026-03-04T12:20:00+08:00")
    assert next_digest(hourly, company_zone="Asia/Shanghai", after=noon) == at("2026-03-04T13:00:00+08:00")
    assert next_digest(daily, company_zone="Asia/Shanghai", after=noon) == at("2026-03-05T09:00:00+08:00")
    daily.timezone = "Europe/Berlin"  # 5:20 there
    assert next_digest(daily, company_zone="Asia/Shanghai", after=noon) == at("2026-03-04T09:00:00+01:00")


def test_a_summary_waits_for_the_end_of_quiet() -> None:
    hourly = Preferences(digest_every="hour", quiet_from=time(12, 30), quiet_until=time(14))
    noon = at("2026-03-04T12:20:00+08:00")
    assert next_digest(hourly, company_zone="Asia/Shanghai", after=noon) == at("2026-03-04T14:00:00+08:00")
