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
from zhiyin.tickets.commands.lifecycle import lock_for
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
def add_steps(*, ticket_id: int, steps: list[Step], by: Staff, now: datetime) -> list[ChecklistItem]:
    """Put steps behind those there are. Raises TooManySteps, NoSuchColleague."""
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
    item.done_at, item.done_by = (now, by) if done else (None, None)
    item.save(update_fields=["done_at", "done_by"])
    if done:
        emit(ChecklistItemDone(ticket_id=ticket.pk, item_id=item.pk, by_id=by.pk, at=now))
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


def _tell_changed(ticket: Ticket, by: Staff, now: datetime) -> None:
    recount(ticket)
    emit(ChecklistChanged(ticket_id=ticket.pk, by_id=by.pk, at=now))


def _check_assignees(staff_ids: set[int | None]) -> None:
    known = Staff.objects.filter(pk__in=staff_ids, is_active=True).count()
    if known != len(staff_ids):
        raise NoSuchColleague(assignee_id=next(iter(staff_ids)))
