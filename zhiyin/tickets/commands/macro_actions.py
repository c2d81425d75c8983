"""What a macro or a bulk change does to a ticket beside words: read, checked, and done by the same commands as by hand.

The actions are plain data, so that they can be stored: `status`, or `custom_status_id` which brings its fixed one
along, `priority`, `type_id`, `category_id` and `group_id` (null takes them away), `tags_add`, `tags_remove`, `assignee`
("me", "nobody" or a colleague's id), `fields` (values of custom fields by key, null takes one away) and `note`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from zhiyin.people.models import Group, Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.answering import ReplyText, write_note, write_reply
from zhiyin.tickets.commands.editing import TicketChange, change_ticket
from zhiyin.tickets.commands.filling import fit_changes
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.models import Category, CustomStatus, Message, Ticket, TicketType
from zhiyin.tickets.placeholders import fill, values_for

PLAIN = ["status", "custom_status_id", "priority", "type_id", "category_id", "group_id"]
STATUSES = ("open", "pending", "on_hold", "solved", "closed")


class ActionGone(DomainError):
    code = "tickets.action_gone"
    status = 422
    messages = {
        "zh": "动作里的{what}已不存在或已停用，请重新选择。",
        "en": "The {what} that this sets does not exist or is out of use; choose another.",
    }


def check_actions(actions: dict[str, Any], *, by: Staff) -> dict[str, Any]:
    """The actions without what says nothing. Raises ActionGone for what they point to in vain, FieldsDoNotFit."""
    kept = {name: value for name, value in actions.items() if value not in ("", [], {})}
    there: dict[str, tuple[str, QuerySet[Any]]] = {
        "custom_status_id": ("status / 状态", CustomStatus.objects.filter(active=True)),
        "type_id": ("type / 类型", TicketType.objects.filter(active=True)),
        "category_id": ("category / 分类", Category.objects.filter(active=True)),
        "group_id": ("group / 小组", Group.objects.all()),
        "assignee": ("assignee / 负责人", Staff.objects.filter(is_active=True)),
    }
    for name, (what, rows) in there.items():
        wanted = kept.get(name)
        if isinstance(wanted, int) and not rows.filter(pk=wanted).exists():
            raise ActionGone(what=what)
    if "fields" in kept:
        kept["fields"] = fit_changes(kept["fields"], by=by)
    return kept


@transaction.atomic
def perform_actions(
    *, ticket_id: int, actions: dict[str, Any], idempotency_key: str, by: Staff, now: datetime
) -> Ticket:
    """Do the actions to the ticket; what it is already stays untouched and untold. Raises what check_actions does."""
    actions = check_actions(actions, by=by)
    ticket = lock_for("tickets.edit", ticket_id=ticket_id, by=by)
    if actions.get("note"):
        write_note(
            ticket_id=ticket_id,
            text=fill(actions["note"], values_for(ticket, by=by, now=now)).text,
            file_ids=[],
            mentions=[],
            idempotency_key=f"{idempotency_key}:note",
            by=by,
            now=now,
        )
    change = TicketChange(values=changes_of(actions, ticket, by=by))
    return change_ticket(ticket_id=ticket_id, change=change, by=by, now=now)


def changes_of(actions: dict[str, Any], ticket: Ticket, *, by: Staff) -> dict[str, Any]:
    """The new values by name, of what would really change."""
    wanted: dict[str, Any] = {
        name: actions[name] for name in PLAIN if name in actions and getattr(ticket, name) != actions[name]
    }
    tags = tags_after(ticket.tags, add=actions.get("tags_add", []), remove=actions.get("tags_remove", []))
    if tags != ticket.tags:
        wanted["tags"] = tags
    fields = {
        key: value for key, value in actions.get("fields", {}).items() if ticket.fields.get(key) != value
    }
    if fields:
        wanted["fields"] = fields
    if "assignee" in actions:
        assignee = {"me": by.pk, "nobody": None}.get(actions["assignee"], actions["assignee"])
        if assignee != ticket.assignee_id:
            wanted["assignee_id"] = assignee
    return wanted


def tags_after(tags: list[str], *, add: list[str], remove: list[str]) -> list[str]:
    return [tag for tag in [*tags, *(tag for tag in add if tag not in tags)] if tag not in remove]


@transaction.atomic
def answer_and_act(
    *,
    ticket_id: int,
    reply: ReplyText,
    actions: dict[str, Any],
    idempotency_key: str,
    by: Staff,
    now: datetime,
    **how: Any,
) -> Message:
    """Answer, and do what goes with the answer, both or neither; the same idempotency key does it once."""
    message = write_reply(
        ticket_id=ticket_id, reply=reply, idempotency_key=idempotency_key, by=by, now=now, **how
    )
    if actions and message.at == now:  # else it was written before, and done with it
        perform_actions(ticket_id=ticket_id, actions=actions, idempotency_key=idempotency_key, by=by, now=now)
    return message
