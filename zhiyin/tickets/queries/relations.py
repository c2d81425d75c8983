"""What a ticket has to do with others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from zhiyin.people.models import Staff
from zhiyin.tickets.models import Ticket, TicketLink
from zhiyin.tickets.queries.aliases import family_of, root_of

ROW = ("customer", "assignee", "checklist")
MOST_LINKS = 200
_FROM_THE_OTHER_SIDE = {
    "child_of": "child",
    "related": "related",
    "duplicate_of": "duplicated_by",
    "split_from": "split_into",
}
_FROM_ITS_OWN = {
    "child_of": "parent",
    "related": "related",
    "duplicate_of": "duplicate_of",
    "split_from": "split_from",
}


@dataclass(frozen=True)
class Linked:
    """`ticket` is the `relation` of the ticket one looks at: parent, child, related, duplicate_of, duplicated_by,
    split_from or split_into."""

    link_id: int
    relation: str
    ticket: Ticket


def links_of(ticket: Ticket, *, by: Staff, family: Collection[int] | None = None) -> list[Linked]:
    """Links of the ticket and of what was merged into it, to tickets the person may see; an alias as what it leads to."""
    own = set(family if family is not None else family_of(ticket.pk))
    links = list(TicketLink.objects.filter(Q(ticket__in=own) | Q(other__in=own)).order_by("pk")[:MOST_LINKS])
    sides = [(link, link.ticket_id in own) for link in links]
    ends = {link.pk: link.other_id if is_own else link.ticket_id for link, is_own in sides}
    leads = _leads_to(set(ends.values()))
    shown = {
        row.pk: row
        for row in Ticket.objects.visible_to(by).filter(pk__in=leads.values()).select_related(*ROW)
    }
    found = []
    for link, is_own in sides:
        end = leads.get(ends[link.pk], 0)
        if end in shown and end not in own:
            relation = (_FROM_ITS_OWN if is_own else _FROM_THE_OTHER_SIDE)[link.kind]
            found.append(Linked(link.pk, relation, shown[end]))
    return found


def relation_told(kind: str, *, from_its_own_side: bool) -> str:
    """The link's kind as the ticket (or the other) sees it."""
    return (_FROM_ITS_OWN if from_its_own_side else _FROM_THE_OTHER_SIDE)[kind]


def open_children(ticket: Ticket) -> int:
    """How many tickets below this one are not done."""
    children = TicketLink.objects.filter(other__in=family_of(ticket.pk), kind="child_of").values("ticket_id")
    roots = set(_leads_to({row["ticket_id"] for row in children}).values()) - {ticket.pk}
    return Ticket.objects.active().filter(pk__in=roots).count()


def _leads_to(ticket_ids: set[int]) -> dict[int, int]:
    """For each ticket what it leads to; one more query for each alias among them, and there are few."""
    found = dict(Ticket.objects.filter(pk__in=ticket_ids).values_list("pk", "merged_into_id"))
    return {pk: root_of(pk) if into else pk for pk, into in found.items()}
