"""Carrying out what was given: told to another system once under one key, or done by hand; then in the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.ledger.ledger import record_effect, retry_effect
from zhiyin.procedures.commands.proposing import propose
from zhiyin.procedures.events_compensation import (
    CompensationFailed,
    CompensationFulfilled,
    CompensationOwed,
)
from zhiyin.procedures.models import CompensationItem, Grant, LedgerEntry
from zhiyin.tickets.models import Ticket

EFFECT = "procedures.compensation"


class NothingToTryAgain(DomainError):
    code = "procedures.nothing_to_try_again"
    status = 409
    messages = {
        "zh": "这项补偿没有失败，无需重试。",
        "en": "This has not failed; there is nothing to try again.",
    }


def owe_grant(grant: Grant, *, now: datetime) -> None:
    """Owe a locked grant to the system that carries it out, or to people where there is none."""
    by_hand = grant.item.system_id is None
    grant.state = Grant.State.BY_HAND if by_hand else Grant.State.OWED
    grant.problem = ""
    grant.save(update_fields=["state", "problem"])
    if not by_hand:
        record_effect(kind=EFFECT, key=grant.effect_key, payload={"grant_id": grant.pk}, not_before=now)
    elif grant.item.kind == CompensationItem.Kind.LETTER:
        _propose_letter(grant, now=now)
    emit(CompensationOwed(grant_id=grant.pk, ticket_id=grant.ticket_id, by_hand=by_hand, at=now))


def try_again(grant: Grant, *, now: datetime) -> None:
    """Owe a failed, locked grant once more, under the same key. Raises NothingToTryAgain."""
    if grant.state != Grant.State.FAILED:
        raise NothingToTryAgain
    owe_grant(grant, now=now)
    retry_effect(key=grant.effect_key, now=now)


def keep_in_ledger(grant: Grant, *, reference: str, by: Staff | None, now: datetime) -> None:
    """A locked grant is fulfilled: write it into the ledger, once, and tell it."""
    grant.state, grant.reference, grant.problem = Grant.State.FULFILLED, reference[:200], ""
    grant.settled_at = now
    grant.save(update_fields=["state", "reference", "problem", "settled_at"])
    LedgerEntry.objects.create(
        grant=grant,
        customer_id=grant.customer_id,
        kind=grant.item.kind,
        cause=grant.cause,
        worth=grant.worth,
        currency=grant.currency,
        reference=grant.reference,
        at=now,
    )
    told: dict[str, Any] = {
        "grant_id": grant.pk,
        "ticket_id": grant.ticket_id,
        "by_id": by.pk if by is not None else None,
    }
    emit(CompensationFulfilled(**told, at=now))


@transaction.atomic
def note_carried_out(*, grant_id: int, reference: str, now: datetime) -> None:
    """The other system has done it; nothing when that is known already."""
    grant = _owed(grant_id)
    if grant is not None:
        keep_in_ledger(grant, reference=reference, by=None, now=now)


@transaction.atomic
def note_given_up(*, grant_id: int, problem: str, now: datetime) -> None:
    """The other system refused, or could not be reached; people decide what becomes of it."""
    grant = _owed(grant_id)
    if grant is None:
        return
    grant.state, grant.problem, grant.settled_at = Grant.State.FAILED, problem[:500], now
    grant.save(update_fields=["state", "problem", "settled_at"])
    told: dict[str, Any] = {"grant_id": grant.pk, "ticket_id": grant.ticket_id, "given_by_id": grant.by_id}
    emit(CompensationFailed(**told, at=now))


def _propose_letter(grant: Grant, *, now: datetime) -> None:
    """The letter stands in the composer of whoever has the ticket, who sends it and notes that it is done."""
    ticket = Ticket.objects.select_related("customer").get(pk=grant.ticket_id)
    is_english = ticket.customer.language.lower().startswith("en")
    letter = grant.item.letter_en if is_english else grant.item.letter_zh
    if letter.strip():
        propose(ticket, letter, now=now)


def _owed(grant_id: int) -> Grant | None:
    owed = Grant.objects.select_for_update(of=("self",)).select_related("item")
    return owed.filter(pk=grant_id, state=Grant.State.OWED).first()
