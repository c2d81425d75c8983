"""A ticket's states, and what the desk edits on it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.closing import refuse_what_holds
from zhiyin.tickets.commands.filling import fill_fields, keep_files, require_fields, searchable
from zhiyin.tickets.commands.waking import wake_if_snoozed
from zhiyin.tickets.events import (
    TicketClosed,
    TicketEdited,
    TicketPutOnHold,
    TicketReopened,
    TicketResolved,
    TicketSetPending,
    TicketStatusRefined,
)
from zhiyin.tickets.indexing import index_ticket
from zhiyin.tickets.models import Category, CustomField, CustomStatus, Ticket, TicketType
from zhiyin.tickets.queries.aliases import root_of

_TOLD_BY: dict[str, Callable[..., Fact]] = {
    Ticket.Status.OPEN: TicketReopened,
    Ticket.Status.PENDING: TicketSetPending,
    Ticket.Status.ON_HOLD: TicketPutOnHold,
    Ticket.Status.SOLVED: TicketResolved,
    Ticket.Status.CLOSED: TicketClosed,
}
_STATUS_COLUMNS = ("status", "custom_status", "updated_at", "version")
_TOLD_VALUES = ("priority", "type_id", "category_id")
_TOLD_KINDS = ("choice", "choices", "cascade", "checkbox")
EDITABLE = ("subject", "priority", "type_id", "category_id", "tags", "fields", "own_language", "own_region")


class NotAStatus(DomainError):
    code = "tickets.not_a_status"
    status = 422
    messages = {
        "zh": "不能改为状态“{wanted}”，可选：open、pending、on_hold、solved、closed。",
        "en": "A ticket can't be set to {wanted}; choose open, pending, on_hold, solved or closed.",
    }


class NotACustomStatus(DomainError):
    code = "tickets.not_a_custom_status"
    status = 422
    messages = {
        "zh": "该自定义状态不存在、已停用，或不属于目标状态，请重新选择。",
        "en": "That custom status is gone, out of use, or belongs to another status; choose another.",
    }


class NoSuchChoice(DomainError):
    code = "tickets.no_such_choice"
    status = 422
    messages = {
        "zh": "所选的类型或分类不存在或已停用，请重新选择。",
        "en": "That type or category is gone or out of use; choose another.",
    }


class EditedMeanwhile(DomainError):
    code = "tickets.changed_meanwhile"
    status = 409
    messages = {
        "zh": "工单刚被他人修改，已为您刷新，请确认后再改。",
        "en": "Somebody changed this ticket just now; look at it as it is and change it again.",
    }


class MergedAway(DomainError):
    code = "tickets.merged_away"
    status = 409
    messages = {
        "zh": "这张工单已并入 {number}，请到那里继续。",
        "en": "This ticket was merged into {number}; go on there.",
    }


def lock_for(permission: str, *, ticket_id: int, by: Staff | None) -> Ticket:
    """The ticket, locked, if the person may act on it so; a rule acts for nobody and may act on any.

    Raises Ticket.DoesNotExist, MergedAway for an alias.
    """
    within = Ticket.objects.visible_to(by, permission) if by is not None else Ticket.objects.all()
    ticket = within.select_for_update(of=("self",)).get(pk=ticket_id)
    refuse_alias(ticket)
    return ticket


def id_of(by: Staff | None) -> int | None:
    """Who did it, as facts tell it: None for a rule."""
    return by.pk if by is not None else None


def refuse_alias(ticket: Ticket) -> None:
    """Nobody works on an alias: what was meant for one customer must not go to another. Raises MergedAway."""
    if ticket.merged_into_id is not None:
        into = root_of(ticket.pk)
        raise MergedAway(number=f"#{into}", into_id=into)


@transaction.atomic
def change_status(
    *, ticket_id: int, status: str, by: Staff | None, now: datetime, custom_status_id: int | None = None
) -> Ticket:
    """Move the ticket to another status, and to a custom one inside it where one is named."""
    ticket = lock_for("tickets.edit", ticket_id=ticket_id, by=by)
    move_to_status(ticket, status, by=by, now=now, custom_status_id=custom_status_id)
    return ticket


def move_to_status(
    ticket: Ticket, status: str, *, by: Staff | None, now: datetime, custom_status_id: int | None = None
) -> None:
    """Change a locked ticket's status and tell it by name; nothing when it has it already.

    Every change of status by staff comes through here. A custom status of another fixed one is dropped.
    Raises NotAStatus, NotACustomStatus, or when the ticket can't be solved or closed as it is, FieldsMissing or what
    a domain above has against it.
    """
    custom = _custom_inside(ticket, status, custom_status_id) if custom_status_id else None
    was, was_custom = ticket.status, ticket.custom_status_id
    if was == status and custom is not None:
        set_custom_status(ticket, custom, by=by, now=now)
        return
    if status not in _TOLD_BY:
        raise NotAStatus(wanted=status)
    if was == status:
        return
    if status in (Ticket.Status.SOLVED, Ticket.Status.CLOSED):
        require_fields(ticket, closing=True)
        if ticket.is_active:
            refuse_what_holds(ticket)
    wake_if_snoozed(ticket, reason="staff", by=by, now=now)
    ticket.change_status(status, at=now, custom=custom)
    ticket.save(update_fields=[*_STATUS_COLUMNS, "solved_at", "waiting_since", "woken_at"])
    customs = {"custom_id": ticket.custom_status_id, "was_custom_id": was_custom}
    emit(_TOLD_BY[status](ticket_id=ticket.pk, was=was, by_id=id_of(by), at=now, **customs))


def restore_status(
    ticket: Ticket,
    status: str,
    *,
    custom: CustomStatus | None,
    waiting_since: datetime | None,
    solved_at: datetime | None,
    by: Staff | None,
    now: datetime,
) -> None:
    """Bring a locked ticket back to a status it had, who waits included; a new one counts as reopened."""
    was, was_custom = ticket.status, ticket.custom_status_id
    ticket.change_status(status, at=now, custom=custom)
    ticket.waiting_since, ticket.solved_at = waiting_since, solved_at
    ticket.save(update_fields=[*_STATUS_COLUMNS, "solved_at", "waiting_since"])
    customs = {"custom_id": ticket.custom_status_id, "was_custom_id": was_custom}
    emit(
        _TOLD_BY.get(status, TicketReopened)(ticket_id=ticket.pk, was=was, by_id=id_of(by), at=now, **customs)
    )


def set_custom_status(
    ticket: Ticket, custom: CustomStatus | None, *, by: Staff | None, now: datetime
) -> None:
    """Give a locked ticket another custom status inside the fixed one it has, or none."""
    was = ticket.custom_status_id
    if was == (custom.pk if custom else None):
        return
    ticket.custom_status = custom
    ticket.touch(now)
    ticket.save(update_fields=_STATUS_COLUMNS)
    emit(
        TicketStatusRefined(
            ticket_id=ticket.pk,
            status=ticket.status,
            custom_id=ticket.custom_status_id,
            was_custom_id=was,
            by_id=id_of(by),
            at=now,
        )
    )


def custom_status_for(ticket: Ticket, custom_status_id: int) -> CustomStatus:
    """A custom status the ticket can be given: in use, or the one it has. Raises NotACustomStatus."""
    custom = CustomStatus.objects.filter(pk=custom_status_id).first()
    if custom is None or not (custom.active or custom.pk == ticket.custom_status_id):
        raise NotACustomStatus(custom_status_id=custom_status_id)
    return custom


def _custom_inside(ticket: Ticket, status: str, custom_status_id: int) -> CustomStatus:
    custom = custom_status_for(ticket, custom_status_id)
    if custom.status != status:
        raise NotACustomStatus(custom_status_id=custom_status_id)
    return custom


@transaction.atomic
def edit_ticket(*, ticket_id: int, changes: dict[str, Any], by: Staff | None, now: datetime) -> Ticket:
    """Change what is EDITABLE; `changes` maps names to values, `fields` to those of custom fields by key.

    Raises NoSuchChoice, FieldsDoNotFit or FieldsMissing.
    """
    ticket = lock_for("tickets.edit", ticket_id=ticket_id, by=by)
    plain = {name: value for name, value in changes.items() if name != "fields"}
    before = telling_values(ticket)
    changed = sorted(name for name in plain if getattr(ticket, name) != plain[name])
    for name in changed:
        if name not in EDITABLE:
            raise ValueError(name)
        setattr(ticket, name, plain[name])
    refuse_what_is_out_of_use(ticket, changed)
    filled = fill_fields(ticket, changes.get("fields") or {}, by=by)
    if not changed and not filled:
        return ticket
    ticket.touch(now)
    ticket.save(update_fields=[*changed, *["fields"] * bool(filled), "updated_at", "version"])
    if filled:
        keep_files(ticket, filled)
        index_ticket(ticket, customer=ticket.customer, text=searchable(ticket.fields, filled))
    told = [*changed, *(f"fields.{key}" for key in filled)]
    was, became = differing(before, telling_values(ticket))
    emit(TicketEdited(ticket_id=ticket.pk, fields=told, by_id=id_of(by), was=was, now=became, at=now))
    return ticket


def telling_values(ticket: Ticket) -> dict[str, Any]:
    """The values that facts of a change tell: numbers and choices, no free text."""
    kept = {f"fields.{key}": value for key, value in ticket.fields.items()}
    return {name: getattr(ticket, name) for name in _TOLD_VALUES} | {"tags": list(ticket.tags)} | kept


def differing(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was and what became of the values that differ; of tags those taken away and those added."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    own = [name.removeprefix("fields.") for name in names if name.startswith("fields.")]
    chosen = set(
        CustomField.objects.filter(key__in=own, kind__in=_TOLD_KINDS).values_list("key", flat=True)
        if own
        else ()
    )
    names = [
        name for name in names if not name.startswith("fields.") or name.removeprefix("fields.") in chosen
    ]
    was = {name: before.get(name) for name in names}
    became = {name: after.get(name) for name in names}
    if "tags" in names:
        was["tags"] = [tag for tag in before["tags"] if tag not in after["tags"]]
        became["tags"] = [tag for tag in after["tags"] if tag not in before["tags"]]
    return was, became


def refuse_what_is_out_of_use(ticket: Ticket, names: Collection[str]) -> None:
    """A type or category just chosen must be in use. Raises NoSuchChoice."""
    in_use = TicketType.objects.filter(active=True)
    if "type_id" in names and ticket.type_id and not in_use.filter(pk=ticket.type_id).exists():
        raise NoSuchChoice(field="type_id", id=ticket.type_id)
    if "category_id" in names and ticket.category_id:
        chosen = Category.objects.filter(pk=ticket.category_id).first()
        if chosen is None or Category.objects.filter(pk__in=chosen.lineage, active=False).exists():
            raise NoSuchChoice(field="category_id", id=ticket.category_id)


def check_version(ticket: Ticket, seen: int | None) -> None:
    """Refuse a change made on an older view. Raises EditedMeanwhile."""
    if seen is not None and ticket.version != seen:
        raise EditedMeanwhile(version=ticket.version)
