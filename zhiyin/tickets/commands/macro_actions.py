"""Doing actions to a ticket: read, checked, and done by the same commands as by hand. What there is: actions.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.actions import Doing, known_actions
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.commands.editing import TicketChange, change_ticket
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.commands.wording import BannedWords, note_refused
from zhiyin.tickets.declared_actions import STATUSES, ActionGone, BadAction
from zhiyin.tickets.models import Message, Ticket

__all__ = ["STATUSES", "ActionGone"]


def check_actions(actions: Mapping[str, Any], *, by: Staff | None) -> dict[str, Any]:
    """The actions as they are kept, without what says nothing.

    Raises ActionGone for what they point to in vain, FieldsDoNotFit, BadAction for what nobody knows, or what only a
    rule may do and a person (`by`) wants.
    """
    kept: dict[str, Any] = {}
    for name, value in actions.items():
        if value in ("", [], {}):
            continue
        action = known_actions().get(name)
        if action is None or (action.only_rules and by is not None):
            raise BadAction(zh=name, en=name)
        kept[name] = action.check(value, by)
    return kept


@transaction.atomic
def perform_actions(
    *, ticket_id: int, actions: dict[str, Any], idempotency_key: str, by: Staff | None, now: datetime
) -> Ticket:
    """Do the actions to the ticket, all or nothing; what it is already stays untouched and untold.

    Raises what check_actions does, and what the commands refuse.
    """
    actions = check_actions(actions, by=by)
    ticket = lock_for("tickets.edit", ticket_id=ticket_id, by=by)
    doing = Doing(ticket_id=ticket_id, key=idempotency_key, by=by, now=now)
    for name, action in known_actions().items():
        if name in actions and action.perform is not None:
            action.perform(actions[name], doing)
    if any(action.perform is not None and name in actions for name, action in known_actions().items()):
        ticket.refresh_from_db()
    change = TicketChange(values=changes_of(actions, ticket, by=by))
    return change_ticket(ticket_id=ticket_id, change=change, by=by, now=now)


def perform_each(*, ticket_id: int, actions: dict[str, Any], key: str, now: datetime) -> dict[str, Exception]:
    """Do a rule's actions, in nobody's name. Each stands alone: what can't be done is left out, the others are done.

    Returns why by name, of those that were not done.
    """
    try:
        with transaction.atomic():  # the usual case: all go well, as one change
            perform_actions(ticket_id=ticket_id, actions=actions, idempotency_key=key, by=None, now=now)
        return {}
    except (DomainError, ObjectDoesNotExist) as refusal:
        if len(actions) == 1:
            if isinstance(refusal, BannedWords):  # what was done is rolled back by now
                note_refused(refusal, ticket_id=ticket_id, by=None, now=now)
            return {next(iter(actions)): refusal}
    refused: dict[str, Exception] = {}
    for name in known_actions():
        if name in actions:
            one = {name: actions[name]}
            refused |= perform_each(ticket_id=ticket_id, actions=one, key=key, now=now)
    return refused


def changes_of(actions: Mapping[str, Any], ticket: Ticket, *, by: Staff | None) -> dict[str, Any]:
    """The new values by name, of what would really change."""
    wanted: dict[str, Any] = {}
    for name, action in known_actions().items():
        if name in actions and action.changes is not None:
            wanted |= action.changes(actions[name], ticket, by)
    tags = tags_after(ticket.tags, add=actions.get("tags_add", []), remove=actions.get("tags_remove", []))
    return wanted | {"tags": tags} if tags != ticket.tags else wanted


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
