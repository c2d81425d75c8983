"""The catalogue, what was given on a ticket, and totals from the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from zhiyin.people.models import Staff
from zhiyin.procedures.models import CompensationItem, Grant, LedgerEntry, RoleLimit
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.queries.aliases import family_of


@dataclass(frozen=True)
class Total:
    """What was given for one cause, of one kind."""

    cause: str
    kind: str
    count: int
    currency: str
    worth: Decimal


def catalogue(*, with_inactive: bool = False) -> QuerySet[CompensationItem]:
    """What can be given, in the order of the catalogue."""
    items = CompensationItem.objects.select_related("system").order_by("position", "pk")
    return items if with_inactive else items.filter(active=True)


def role_limits() -> list[RoleLimit]:
    """What each role may give without asking."""
    return list(RoleLimit.objects.select_related("role").order_by("role__pk"))


def grants_of_ticket(ticket: Ticket) -> list[Grant]:
    """What was given on the ticket, newest first."""
    return list(_with_details(Grant.objects.filter(ticket__in=family_of(ticket.pk))).order_by("-at", "-pk"))


def grant_with_details(grant_id: int) -> Grant:
    """One, as it is told to somebody who has just acted on it."""
    return _with_details(Grant.objects.all()).get(pk=grant_id)


def grants_to_do(*, by: Staff) -> QuerySet[Grant]:
    """Those that somebody has to carry out by hand or that failed, on tickets the person may act on; newest first."""
    waiting = Grant.objects.visible_to(by, "compensation.give")
    waiting = waiting.filter(state__in=[Grant.State.BY_HAND, Grant.State.FAILED])
    return _with_details(waiting).order_by("-at", "-pk")


def totals(*, since: datetime, until: datetime) -> list[Total]:
    """What stands in the ledger between two moments, by currency, cause and kind, the dearest first."""
    entries = LedgerEntry.objects.filter(at__gte=since, at__lt=until)
    rows = entries.values("currency", "cause", "kind").annotate(count=Count("pk"), sum=Sum("worth"))
    found = [Total(row["cause"], row["kind"], row["count"], row["currency"], row["sum"]) for row in rows]
    return sorted(found, key=lambda one: (one.currency, -one.worth, one.cause, one.kind))


@dataclass(frozen=True)
class UnderWay:
    """What was given in one currency but is not fulfilled."""

    currency: str
    count: int
    worth: Decimal


def under_way() -> list[UnderWay]:
    """How many were given but are not fulfilled, and what they are worth together; of each currency by itself."""
    open_ = Grant.objects.filter(
        Q(state=Grant.State.WAITING) | Q(state=Grant.State.OWED) | Q(state=Grant.State.BY_HAND)
    )
    rows = open_.values("currency").annotate(count=Count("pk"), sum=Sum("worth")).order_by("currency")
    return [UnderWay(row["currency"], row["count"], row["sum"]) for row in rows]


def _with_details(grants: QuerySet[Grant]) -> QuerySet[Grant]:
    return grants.select_related("item", "by", "incident", "ticket")
