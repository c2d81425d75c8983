"""Which tickets routing has anything to do with."""

from __future__ import annotations

from collections.abc import Collection

from zhiyin.routing.conditions import meets
from zhiyin.routing.models import Queue, WorkItem
from zhiyin.routing.queries.queueing import features_of
from zhiyin.tickets.models import Ticket

ENTERING = (Ticket.Status.NEW, Ticket.Status.OPEN)  # what is otherwise waits for nobody


def concerned(ticket_ids: Collection[int]) -> set[int]:
    """Those with work that is not ended, and those a queue waits for; three queries at most, two without queues."""
    found = set(WorkItem.objects.filter(ticket__in=ticket_ids).open().values_list("ticket_id", flat=True))
    conditions = list(Queue.objects.filter(is_active=True).values_list("condition", flat=True))
    others = set(ticket_ids) - found
    if not conditions or not others:
        return found
    tickets = Ticket.objects.themselves().filter(pk__in=others, status__in=ENTERING)
    for ticket in tickets.select_related("channel", "customer"):
        features = features_of(ticket)
        if any(meets(condition, features) for condition in conditions):
            found.add(ticket.pk)
    return found
