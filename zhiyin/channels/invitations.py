"""Invitations: what an iCalendar says of a meeting, and our answer to it (RFC 5545, RFC 5546)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress

METHODS = {"REQUEST": "request", "CANCEL": "cancel", "REPLY": "reply", "PUBLISH": "request"}
ANSWERS = {"accepted": "ACCEPTED", "tentative": "TENTATIVE", "declined": "DECLINED"}
_BROKEN = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
_LONGEST = 500
_YEARS = range(1970, 2200)


def read_invitation(told: str, *, ours: Iterable[str]) -> dict[str, Any] | None:
    """What staff should see of it, times in UTC; None where it is none or can't be read."""
    try:
        calendar = Calendar.from_ical(told)
        events = [one for one in calendar.walk("VEVENT") if isinstance(one, Event)]
        return _read(calendar, events[0], frozenset(ours)) if events else None
    except _BROKEN:
        return None


def write_answer(invitation: dict[str, Any], *, answer: str, attendee: tuple[str, str], now: datetime) -> str:
    """The iCalendar that tells the organiser; `attendee` is (name, address)."""
    calendar, event = Calendar(), Event()
    calendar.add("prodid", "-//Zhiyin//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "REPLY")
    event.add("uid", invitation["uid"])
    event.add("sequence", invitation["sequence"])
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", _written(invitation["start"], all_day=invitation["all_day"]))
    event.add("dtend", _written(invitation["end"], all_day=invitation["all_day"]))
    if invitation.get("recurrence"):
        event.add("recurrence-id", _written(invitation["recurrence"], all_day=invitation["all_day"]))
    event.add("summary", invitation["summary"])
    event.add("organizer", _address(*invitation["organiser"].values()))
    told = _address(*attendee)
    told.params["PARTSTAT"] = ANSWERS[answer]
    event.add("attendee", told)
    calendar.add_component(event)
    return bytes(calendar.to_ical()).decode()


def _read(calendar: Calendar, event: Event, ours: frozenset[str]) -> dict[str, Any] | None:
    method = METHODS.get(str(calendar.get("METHOD", "PUBLISH")).strip().upper())
    start = event.decoded("DTSTART")
    end = _end(event, start)
    if method is None or start.year not in _YEARS or end.year not in _YEARS:
        return None
    guests = event.get("ATTENDEE", [])
    guests = guests if isinstance(guests, list) else [guests]
    invitation = {
        "method": method,
        "uid": str(event.get("UID", ""))[:_LONGEST],
        "sequence": int(event.get("SEQUENCE", 0)),
        "summary": _line(event.get("SUMMARY", "")),
        "start": _told(start),
        "end": _told(end),
        "all_day": not isinstance(start, datetime),
        "place": _line(event.get("LOCATION", "")),
        "repeats": "RRULE" in event,
        "organiser": _party(event.get("ORGANIZER", "")),
        "invited": len(guests),
        "attendee": next((_party(one) for one in guests if _bare(one).lower() in ours), None),
    }
    if "RECURRENCE-ID" in event:
        invitation["recurrence"] = _told(event.decoded("RECURRENCE-ID"))
    if method == "reply" and guests:
        invitation["status"] = str(guests[0].params.get("PARTSTAT", "")).lower()
    return invitation


def _end(event: Event, start: date) -> date:
    if "DTEND" in event:
        return event.decoded("DTEND")  # type: ignore[no-any-return]
    if "DURATION" in event:
        return start + event.decoded("DURATION")  # type: ignore[no-any-return]
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _told(moment: date) -> str:
    """UTC; a time without a zone is one of where we are."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    placed = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))
    return placed.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _written(told: str, *, all_day: bool) -> date:
    return date.fromisoformat(told) if all_day else datetime.fromisoformat(told)


def _party(told: Any) -> dict[str, str]:
    name = getattr(told, "params", {}).get("CN", "")
    return {"name": _line(name), "address": _bare(told)}


def _bare(told: Any) -> str:
    """`mailto:a@b.cn` without its scheme."""
    text = _line(told)
    return text[7:] if text.lower().startswith("mailto:") else ""


def _address(name: str, address: str) -> vCalAddress:
    told = vCalAddress(f"mailto:{address}")
    if name:
        told.params["CN"] = name
    return told


def _line(told: Any) -> str:
    return " ".join(str(told).split())[:_LONGEST]
