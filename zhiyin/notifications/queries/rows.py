"""The unread rows of some people as they stand while facts are told one after the other, before they are written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db.models import Q

from zhiyin.notifications.models import Notification
from zhiyin.notifications.reasons import Reason
from zhiyin.tickets.models import Ticket

BURST_WINDOW = timedelta(minutes=10)
MASS_AFTER = 5  # separate notices of one reason within the window; what follows is told as one


class Occasion(Protocol):
    """A fact that is told for a reason."""

    @property
    def reason(self) -> Reason: ...
    @property
    def ticket(self) -> Ticket: ...
    @property
    def at(self) -> datetime: ...


@dataclass(eq=False)
class Row:
    """A row of somebody's bell, and how often it is told now."""

    staff_id: int
    bundle: str
    ticket_id: int | None
    reason: str
    created_at: datetime
    last_at: datetime
    count: int = 0
    stored_id: int | None = None  # known once it is written
    told: list[dict[str, Any]] = field(default_factory=list)

    @property
    def id(self) -> int:
        assert self.stored_id is not None
        return self.stored_id


class Rows:
    """Those of these people that what is told now may touch or depend on; two queries."""

    def __init__(self, people: Collection[int], occasions: Sequence[Occasion]) -> None:
        self._open: dict[tuple[int, str], Row] = {}
        self._of_ticket: dict[tuple[int, int | None], list[Row]] = {}
        self._begun: dict[tuple[int, str], list[tuple[datetime, int | None]]] = {}
        tickets = {occasion.ticket.pk for occasion in occasions}
        reasons = {occasion.reason.code for occasion in occasions}
        near = Q(ticket__in=tickets) | Q(bundle__in=[f"mass:{code}" for code in reasons])
        unread = Notification.objects.filter(near, staff__in=people).unread()
        for pk, staff_id, bundle, ticket_id, reason, created_at, last_at, count in unread.values_list(
            "pk", "staff", "bundle", "ticket", "reason", "created_at", "last_at", "count"
        ):
            self._keep(Row(staff_id, bundle, ticket_id, reason, created_at, last_at, count, pk))
        since = min(occasion.at for occasion in occasions) - BURST_WINDOW
        begun = Notification.objects.filter(staff__in=people, reason__in=reasons, created_at__gt=since)
        for staff_id, reason, created_at, ticket_id in begun.values_list(
            "staff", "reason", "created_at", "ticket"
        ):
            self._begun.setdefault((staff_id, reason), []).append((created_at, ticket_id))

    def covering(self, staff_id: int, occasion: Occasion) -> Row | None:
        """The row that has told the same at this moment."""
        for row in self._of_ticket.get((staff_id, occasion.ticket.pk), ()):
            if row.reason in occasion.reason.covered_by and row.last_at == occasion.at:
                return row
        return None

    def is_burst(self, staff_id: int, occasion: Occasion) -> bool:
        """Whether too many of this reason were told apart just now, and this would be one more."""
        if (staff_id, bundle_of(occasion.reason, occasion.ticket)) in self._open:
            return False
        begun = self._begun.get((staff_id, occasion.reason.code), ())
        since = occasion.at - BURST_WINDOW
        return sum(at > since and ticket_id != occasion.ticket.pk for at, ticket_id in begun) >= MASS_AFTER

    def grow(self, *, staff_id: int, bundle: str, ticket_id: int | None, reason: str, **told: Any) -> Row:
        """Tell once more in the unread row of this bundle; in a new one where there is none."""
        at: datetime = told["at"]
        row = self._open.get((staff_id, bundle))
        if row is None:
            row = Row(staff_id, bundle, ticket_id, reason, at, at)
            self._keep(row)
            self._begun.setdefault((staff_id, reason), []).append((at, ticket_id))
        row.count += 1
        row.last_at = max(row.last_at, at)
        row.told.append(told)
        return row

    def told(self) -> Iterable[Row]:
        """Those that were told in."""
        return [row for row in self._open.values() if row.told]

    def _keep(self, row: Row) -> None:
        self._open[row.staff_id, row.bundle] = row
        self._of_ticket.setdefault((row.staff_id, row.ticket_id), []).append(row)


def bundle_of(reason: Reason, ticket: Ticket) -> str:
    return f"ticket:{ticket.pk}:{reason.code}"
