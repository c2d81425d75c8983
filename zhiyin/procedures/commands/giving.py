"""Giving customers something: within one's limits at once, above them with a yes from others; paid once, whatever fails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import connection, transaction

from zhiyin.people.models import Staff
from zhiyin.people.queries.company import company_or_blank
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.procedures.commands.approving import ask_approval, withdraw_approval
from zhiyin.procedures.commands.fulfilling import keep_in_ledger, owe_grant
from zhiyin.procedures.events_compensation import (
    CompensationGiven,
    CompensationRefused,
    CompensationWithdrawn,
)
from zhiyin.procedures.models import CAUSES, Approval, CompensationItem, Grant, Incident
from zhiyin.procedures.queries.limits import limits_for
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.models import Ticket

KIND = "compensation"
_LOCK = 0x5A48_0003  # limits are sums: two that are given at once must see each other
_CENT = Decimal("0.01")


@dataclass(frozen=True, kw_only=True)
class Gift:
    """What is to be given, how much of it and why."""

    item_id: int
    units: Decimal
    cause: str
    reason: str = ""
    incident_id: int | None = None


class NotInTheCatalogue(DomainError):
    code = "procedures.not_in_the_catalogue"
    status = 422
    messages = {
        "zh": "目录中没有这项补偿，或已停用，请重新选择。",
        "en": "That is not in the catalogue, or no longer; choose another.",
    }


class NotThatMuch(DomainError):
    code = "procedures.not_that_much"
    status = 422
    messages = {
        "zh": "这项补偿每次须在 {least} 到 {most} 之间。",
        "en": "Of this, {least} to {most} can be given at once.",
    }


class NotACause(DomainError):
    code = "procedures.not_a_cause"
    status = 422
    messages = {
        "zh": "请从列表中选择补偿的原因。",
        "en": "Choose from the list why it is given.",
    }


class TooLateToWithdraw(DomainError):
    code = "procedures.too_late_to_withdraw"
    status = 409
    messages = {
        "zh": "这项补偿已在办理或已有结果，无法撤回。",
        "en": "This is being carried out or settled already and can't be taken back.",
    }


@transaction.atomic
def give_compensation(*, ticket_id: int, gift: Gift, idempotency_key: str, by: Staff, now: datetime) -> Grant:
    """Give the ticket's customer something. The same idempotency key is the same grant.

    Over a limit it waits for approval. Raises NotInTheCatalogue, NotThatMuch, NotACause, NobodyToApprove.
    """
    ticket = lock_for("compensation.give", ticket_id=ticket_id, by=by)
    key = f"{by.pk}:{idempotency_key}"
    if (given := Grant.objects.filter(idempotency_key=key).first()) is not None:
        return given
    item = _item_for(gift)
    _one_after_the_other()
    worth = (gift.units * item.worth).quantize(_CENT, ROUND_HALF_UP)
    over = limits_for(customer_id=ticket.customer_id, by=by, at=now).exceeded(worth)
    grant = Grant.objects.create(
        ticket=ticket,
        customer_id=ticket.customer_id,
        item=item,
        units=gift.units,
        worth=worth,
        currency=company_or_blank().currency,
        cause=gift.cause,
        incident=Incident.objects.filter(pk=gift.incident_id).first() if gift.incident_id else None,
        reason=gift.reason.strip(),
        state=Grant.State.WAITING if over else Grant.State.OWED,
        over=over,
        by=by,
        at=now,
        idempotency_key=key,
    )
    emit(CompensationGiven(grant_id=grant.pk, ticket_id=ticket.pk, waits=bool(over), by_id=by.pk, at=now))
    if over:
        _ask(grant, ticket=ticket, by=by, now=now)
    else:
        owe_grant(grant, now=now)
    return grant


@transaction.atomic
def follow_decision(*, grant_id: int, outcome: str, by_id: int | None, now: datetime) -> None:
    """Carry out what was agreed to, or end what was not; nothing when the grant does not wait any more."""
    grant = Grant.objects.select_for_update(of=("self",)).select_related("item").get(pk=grant_id)
    if grant.state != Grant.State.WAITING:
        return
    if outcome == Approval.State.APPROVED:
        owe_grant(grant, now=now)
        return
    if outcome == Approval.State.WITHDRAWN:
        _note_withdrawn(grant, by_id=grant.by_id, now=now)
        return
    grant.state, grant.settled_at = Grant.State.REFUSED, now
    grant.save(update_fields=["state", "settled_at"])
    told: dict[str, Any] = {"grant_id": grant.pk, "ticket_id": grant.ticket_id, "asked_by_id": grant.by_id}
    emit(CompensationRefused(**told, by_id=by_id, at=now))


@transaction.atomic
def note_fulfilled(*, grant_id: int, reference: str, by: Staff, now: datetime) -> Grant:
    """Somebody carried it out by hand. Raises Grant.DoesNotExist; TooLateToWithdraw for one not theirs to carry out."""
    grant = lock_grant(grant_id, by=by)
    if grant.state == Grant.State.FULFILLED:
        return grant
    if grant.state not in (Grant.State.BY_HAND, Grant.State.FAILED):
        raise TooLateToWithdraw
    keep_in_ledger(grant, reference=reference.strip(), by=by, now=now)
    return grant


@transaction.atomic
def withdraw_grant(*, grant_id: int, by: Staff, now: datetime) -> Grant:
    """Take back what one wanted to give, while it waits or after it failed. Raises TooLateToWithdraw."""
    grant = lock_grant(grant_id, by=by)
    if grant.by_id != by.pk:
        raise Grant.DoesNotExist
    if grant.state == Grant.State.WITHDRAWN:
        return grant
    if grant.state not in (Grant.State.WAITING, Grant.State.BY_HAND, Grant.State.FAILED):
        raise TooLateToWithdraw
    waited = grant.state == Grant.State.WAITING
    _note_withdrawn(grant, by_id=by.pk, now=now)
    if waited and grant.approval_id is not None:
        withdraw_approval(approval_id=grant.approval_id, by=by, now=now)
    return grant


def lock_grant(grant_id: int, *, by: Staff) -> Grant:
    """The grant, locked, its ticket first, if the person may give on that. Raises Grant.DoesNotExist."""
    ticket_id = (
        Grant.objects.visible_to(by, "compensation.give").values_list("ticket_id", flat=True).get(pk=grant_id)
    )
    Ticket.objects.select_for_update().get(pk=ticket_id)
    return Grant.objects.select_for_update(of=("self",)).select_related("item__system").get(pk=grant_id)


def _note_withdrawn(grant: Grant, *, by_id: int, now: datetime) -> None:
    grant.state, grant.settled_at = Grant.State.WITHDRAWN, now
    grant.save(update_fields=["state", "settled_at"])
    emit(CompensationWithdrawn(grant_id=grant.pk, ticket_id=grant.ticket_id, by_id=by_id, at=now))


def _item_for(gift: Gift) -> CompensationItem:
    item = CompensationItem.objects.select_related("system").filter(pk=gift.item_id, active=True).first()
    if item is None:
        raise NotInTheCatalogue
    if not item.least <= gift.units <= item.most:
        raise NotThatMuch(least=f"{item.least.normalize():f}", most=f"{item.most.normalize():f}")
    if gift.cause not in CAUSES:
        raise NotACause
    return item


def _ask(grant: Grant, *, ticket: Ticket, by: Staff, now: datetime) -> None:
    grant.approval = ask_approval(
        ticket_id=ticket.pk,
        kind=KIND,
        key=str(grant.pk),
        amount=grant.worth,
        chain=None,
        reason=grant.reason,
        by=by,
        now=now,
    )
    grant.save(update_fields=["approval"])


def _one_after_the_other() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
