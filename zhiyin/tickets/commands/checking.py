"""Checklists: steps of a ticket, one by one or from a template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.assigning import NoSuchColleague
from zhiyin.tickets.commands.lifecycle import id_of, lock_for
from zhiyin.tickets.events_around import ChecklistChanged, ChecklistItemDone
from zhiyin.tickets.models import Checklist, ChecklistItem, ChecklistTemplate, Ticket

MOST_ITEMS = 200


@dataclass(frozen=True, kw_only=True)
class Step:
    text: str
    assignee_id: int | None = None
    due_at: datetime | None = None


class TooManySteps(DomainError):
    code = "tickets.too_many_steps"
    status = 422
    messages = {
        "zh": "一张工单最多 {limit} 个步骤。请删去一些，或拆成子工单。",
        "en": "A ticket has at most {limit} steps. Remove some, or make child tickets of them.",
    }


class TemplateExists(DomainError):
    code = "tickets.checklist_template_exists"
    status = 409
    messages = {
        "zh": "已有名为“{name}”的清单模板，请换一个名称。",
        "en": "There is a checklist template {name} already; choose another name.",
    }


@transaction.atomic
def add_steps(*, ticket_id: int, steps: list[Step], by: Staff | None, now: datetime) -> list[ChecklistItem]:
    """Put steps behind those there are; a rule's are nobody's. Raises TooManySteps, NoSuchColleague."""
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    _check_assignees({step.assignee_id for step in steps} - {None})
    there = ChecklistItem.objects.filter(ticket=ticket).aggregate(last=Max("place"), count=Count("pk"))
    if there["count"] + len(steps) > MOST_ITEMS:
        raise TooManySteps(limit=MOST_ITEMS)
    first = (there["last"] or 0) + 1
    made = ChecklistItem.objects.bulk_create(
        ChecklistItem(
            ticket=ticket,
            text=step.text.strip(),
            place=first + number,
            assignee_id=step.assignee_id,
            due_at=step.due_at,
            created_by=by,
            created_at=now,
        )
        for number, step in enumerate(steps)
    )
    _tell_changed(ticket, by, now)
    return made


@transaction.atomic
def attach_template(*, ticket_id: int, template_id: int, by: Staff, now: datetime) -> list[ChecklistItem]:
    """Put a template's steps on the ticket."""
    template = ChecklistTemplate.objects.get(pk=template_id, active=True)
    return add_steps(ticket_id=ticket_id, steps=[Step(text=text) for text in template.steps], by=by, now=now)


@transaction.atomic
def put_steps_once(
    *, ticket_id: int, template_id: int | None, texts: list[str], by: Staff | None, now: datetime
) -> list[ChecklistItem]:
    """Put a template's steps and these on the ticket, those that stand there already left out. Raises TooManySteps."""
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    template = ChecklistTemplate.objects.get(pk=template_id, active=True) if template_id is not None else None
    there = {
        _plain(text) for text in ChecklistItem.objects.filter(ticket=ticket).values_list("text", flat=True)
    }
    wanted = {_plain(text): text for text in (*(template.steps if template else ()), *texts)}
    fresh = [Step(text=text) for plain, text in wanted.items() if plain not in there]
    return add_steps(ticket_id=ticket_id, steps=fresh, by=by, now=now) if fresh else []


@transaction.atomic
def tick_steps_named(
    *, ticket_id: int, texts: list[str], by: Staff | None, now: datetime
) -> list[ChecklistItem]:
    """Note that the steps with these words are done; those that are not there, or done already, are passed over."""
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    named = {_plain(text) for text in texts}
    open_ones = ChecklistItem.objects.filter(ticket=ticket, done_at=None).order_by("place", "pk")
    items = [item for item in open_ones if _plain(item.text) in named]
    for item in items:
        _tick(item, ticket, done=True, by=by, now=now)
    if items:
        _tell_changed(ticket, by, now)
    return items


@transaction.atomic
def change_step(
    *, ticket_id: int, item_id: int, changes: dict[str, Any], by: Staff, now: datetime
) -> ChecklistItem:
    """Change a step's text, assignee or due moment. Raises NoSuchColleague."""
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    item = ChecklistItem.objects.get(pk=item_id, ticket=ticket)
    _check_assignees({changes.get("assignee_id")} - {None})
    for name in ("text", "assignee_id", "due_at"):
        if name in changes:
            setattr(item, name, changes[name])
    item.save(update_fields=["text", "assignee", "due_at"])
    _tell_changed(ticket, by, now)
    return item


@transaction.atomic
def tick_step(*, ticket_id: int, item_id: int, done: bool, by: Staff, now: datetime) -> ChecklistItem:
    """Note that a step is done, by whom and when, or that it is not; who ticked first stays noted."""
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    item = ChecklistItem.objects.get(pk=item_id, ticket=ticket)
    if (item.done_at is not None) == done:
        return item
    _tick(item, ticket, done=done, by=by, now=now)
    _tell_changed(ticket, by, now)
    return item


@transaction.atomic
def remove_step(*, ticket_id: int, item_id: int, by: Staff, now: datetime) -> None:
    """Take a step away."""
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    ChecklistItem.objects.get(pk=item_id, ticket=ticket).delete()
    _tell_changed(ticket, by, now)


@transaction.atomic
def order_steps(*, ticket_id: int, item_ids: list[int], by: Staff, now: datetime) -> None:
    """Put the steps in this order; those not named come behind, in the order they had."""
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    items = {item.pk: item for item in ChecklistItem.objects.filter(ticket=ticket).order_by("place", "pk")}
    named = [pk for pk in dict.fromkeys(item_ids) if pk in items]
    for place, pk in enumerate([*named, *(pk for pk in items if pk not in named)], start=1):
        items[pk].place = place
    ChecklistItem.objects.bulk_update(items.values(), ["place"])
    _tell_changed(ticket, by, now)


@transaction.atomic
def save_template(
    *, template_id: int | None, name: str, steps: list[str], active: bool, by: Staff
) -> ChecklistTemplate:
    """Add a checklist template (None) or change one. Raises TemplateExists."""
    if ChecklistTemplate.objects.filter(name=name.strip()).exclude(pk=template_id or 0).exists():
        raise TemplateExists(name=name.strip())
    template = (
        ChecklistTemplate.objects.select_for_update().get(pk=template_id)
        if template_id
        else ChecklistTemplate()
    )
    template.name, template.active = name.strip(), active
    template.steps = [step.strip() for step in steps if step.strip()]
    template.save()
    return template


def recount(ticket: Ticket) -> None:
    """Keep how far the ticket's steps are."""
    told = ChecklistItem.objects.filter(ticket=ticket).aggregate(total=Count("pk"), done=Count("done_at"))
    if told["total"]:
        Checklist.objects.update_or_create(ticket=ticket, defaults=told)
    else:
        Checklist.objects.filter(ticket=ticket).delete()


def _tick(item: ChecklistItem, ticket: Ticket, *, done: bool, by: Staff | None, now: datetime) -> None:
    item.done_at, item.done_by = (now, by) if done else (None, None)
    item.save(update_fields=["done_at", "done_by"])
    if done:
        emit(ChecklistItemDone(ticket_id=ticket.pk, item_id=item.pk, by_id=id_of(by), at=now))


def _plain(text: str) -> str:
    """Steps are one where only blanks and capitals tell them apart."""
    return " ".join(text.split()).casefold()


def _tell_changed(ticket: Ticket, by: Staff | None, now: datetime) -> None:
    recount(ticket)
    emit(ChecklistChanged(ticket_id=ticket.pk, by_id=id_of(by), at=now))


def _check_assignees(staff_ids: set[int | None]) -> None:
    known = Staff.objects.filter(pk__in=staff_ids, is_active=True).count()
    if known != len(staff_ids):
        raise NoSuchColleague(assignee_id=next(iter(staff_ids)))
