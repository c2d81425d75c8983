"""Promises as they are read: one's own, the team's, a ticket's."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from zhiyin.people.models import Staff
from zhiyin.procedures.models import CallAttempt, Promise, PromiseMove, Rhythm
from zhiyin.tickets.models import SpamMark, Ticket
from zhiyin.tickets.queries.aliases import family_of


def open_promises(
    *, by: Staff, whose: str, kind: str = "", missed: bool = False, at: datetime
) -> QuerySet[Promise]:
    """Open ones on tickets the person may see and that are no spam, the next due first. `whose` is mine or all.

    An update without an owner belongs to whoever has the ticket.
    """
    spam = SpamMark.objects.filter(ticket=OuterRef("ticket"))
    promises = Promise.objects.visible_to(by).open().exclude(Exists(spam))
    if whose == "mine":
        promises = promises.filter(Q(owner=by) | Q(owner=None, ticket__assignee=by))
    if kind:
        promises = promises.filter(kind=kind)
    if missed:
        promises = promises.filter(due_at__lt=at)
    return _with_details(promises).order_by("due_at", "pk")


def promises_of_ticket(ticket: Ticket) -> list[Promise]:
    """All of the ticket's: open ones first, the next due first; then settled ones, the latest first."""
    promises = list(
        _with_details(Promise.objects.filter(ticket__in=family_of(ticket.pk))).order_by("due_at", "pk")
    )
    settled = [one for one in promises if one.state != Promise.State.OPEN]
    settled.sort(key=lambda one: one.settled_at or one.due_at, reverse=True)
    return [one for one in promises if one.state == Promise.State.OPEN] + settled


def promise_with_details(promise_id: int) -> Promise:
    """One, as it is told to somebody who has just acted on it."""
    return _with_details(Promise.objects.all()).get(pk=promise_id)


def rhythm_of(ticket: Ticket) -> Rhythm | None:
    """How often the customer hears from us; None without a rhythm."""
    return Rhythm.objects.select_related("by").filter(ticket=ticket).first()


def _with_details(promises: QuerySet[Promise]) -> QuerySet[Promise]:
    found = promises.select_related("ticket__assignee", "owner", "made_by", "settled_by")
    return found.prefetch_related(
        Prefetch("attempts", CallAttempt.objects.select_related("by").order_by("pk")),
        Prefetch("moves", PromiseMove.objects.select_related("by").order_by("pk")),
    )
