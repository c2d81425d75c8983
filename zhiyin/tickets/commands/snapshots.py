"""What a ticket is, as plain data, so that a change can be taken back to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhiyin.people.models import Staff
from zhiyin.tickets.commands.editing import TicketChange, change_ticket
from zhiyin.tickets.commands.lifecycle import restore_status, set_custom_status
from zhiyin.tickets.commands.spam import SPAM_TAG, unmark_spam
from zhiyin.tickets.models import CustomStatus, SpamMark, Ticket

_STATUS = ("status", "custom_status_id", "waiting_since", "solved_at")
_PLAIN = ("priority", "type_id", "category_id", "tags", "assignee_id", "group_id", "own_region")
_FIELD = "fields."  # before the key of a custom field


def snapshot(ticket: Ticket) -> dict[str, Any]:
    """Everything a bulk change may change; custom fields one by one, those without a value are absent."""
    told: dict[str, Any] = {name: getattr(ticket, name) for name in (*_STATUS, *_PLAIN)}
    for name in ("waiting_since", "solved_at"):
        told[name] = told[name].isoformat() if told[name] else None
    told |= {f"{_FIELD}{key}": value for key, value in ticket.fields.items()}
    return told | {"is_spam": SpamMark.objects.filter(ticket=ticket).exists()}


def difference(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of two snapshots only what differs."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def take_back(
    ticket: Ticket, *, before: dict[str, Any], after: dict[str, Any], by: Staff, now: datetime
) -> list[str]:
    """Bring a locked ticket back to `before` where it is still as `after`; returns what is left as it is."""
    if after.get("is_spam") and SpamMark.objects.filter(ticket=ticket).exists():
        ticket = unmark_spam(ticket_id=ticket.pk, by=by, now=now)
        after = _beside_spam(before, after)
        before = {name: before[name] for name in after}
    current = snapshot(ticket)
    kept = [name for name in after if current.get(name) != after[name]]
    _take_back_status(ticket, before, [name for name in after if name not in kept], by=by, now=now)
    back = {name: value for name, value in before.items() if name not in kept}
    values = {name: back[name] for name in _PLAIN if name in back}
    fields = {name.removeprefix(_FIELD): back[name] for name in back if name.startswith(_FIELD)}
    change = TicketChange(values={**values, "fields": fields} if fields else values)
    change_ticket(ticket_id=ticket.pk, change=change, by=by, now=now)
    if "custom_status_id" in kept and "status" not in after:
        kept.append("status")  # what people see as the status
    return [name for name in kept if name not in ("waiting_since", "solved_at", "custom_status_id")]


def _beside_spam(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """What a change did beside marking as spam: the mark brings its status and its tag back itself."""
    left = {name: value for name, value in after.items() if name not in (*_STATUS, "is_spam")}
    if "tags" in left:
        left["tags"] = [tag for tag in left["tags"] if tag != SPAM_TAG]
    return {name: value for name, value in left.items() if value != before[name]}


def _take_back_status(
    ticket: Ticket, before: dict[str, Any], names: list[str], *, by: Staff, now: datetime
) -> None:
    custom = _custom(before.get("custom_status_id"))
    if "status" in names:
        restore_status(
            ticket,
            before["status"],
            custom=custom,
            waiting_since=_moment(before.get("waiting_since")),
            solved_at=_moment(before.get("solved_at")),
            by=by,
            now=now,
        )
    elif "custom_status_id" in names and "status" not in before:
        set_custom_status(ticket, custom, by=by, now=now)


def _custom(custom_id: int | None) -> CustomStatus | None:
    return CustomStatus.objects.filter(pk=custom_id).first() if custom_id else None


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None
