"""Links between tickets: parent and child, related, duplicate."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.lifecycle import refuse_alias
from zhiyin.tickets.events_around import TicketsLinked, TicketsUnlinked
from zhiyin.tickets.models import Ticket, TicketLink
from zhiyin.tickets.queries.aliases import family_of, root_of
from zhiyin.tickets.queries.relations import open_children, relation_told

RELATIONS_LOCK = (
    7_302_114  # parents and merges of all tickets: two changes at once could close a circle together
)
# how a person says it of the ticket they look at: the link's kind, and whether the ticket is its own side
_SAID = {
    "parent": ("child_of", True),
    "child": ("child_of", False),
    "related": ("related", True),
    "duplicate_of": ("duplicate_of", True),
}


class LinkGoesRound(DomainError):
    code = "tickets.link_goes_round"
    status = 409
    messages = {
        "zh": "这样会让父子工单绕成一圈：{number} 已在另一头。请先解除原有的父子关系。",
        "en": "That would make a circle of parents and children: {number} is at the other end. Unlink those first.",
    }


class HasAParent(DomainError):
    code = "tickets.has_a_parent"
    status = 409
    messages = {
        "zh": "{number} 已有父工单。请先解除原来的父工单，再设新的。",
        "en": "{number} has a parent already. Unlink that one first.",
    }


class LinkedToItself(DomainError):
    code = "tickets.linked_to_itself"
    status = 422
    messages = {
        "zh": "这是同一张工单，请填写另一张的编号。",
        "en": "That is the same ticket; give the number of another one.",
    }


class OpenChildren(DomainError):
    code = "tickets.open_children"
    status = 409
    messages = {
        "zh": "还有 {count} 张子工单没有完成。确定仍要结束这张工单吗？",
        "en": "{count} of its child tickets are not done yet. Close this one nevertheless?",
    }


@transaction.atomic
def link_tickets(*, ticket_id: int, other_id: int, relation: str, by: Staff, now: datetime) -> TicketLink:
    """Say what the other ticket is to this one: parent, child, related or duplicate_of. The same link twice is one.

    Raises LinkedToItself, LinkGoesRound, HasAParent, MergedAway.
    """
    if ticket_id == other_id:
        raise LinkedToItself
    lock_relations()
    ticket, other = lock_several([ticket_id, other_id], first=ticket_id, by=by)
    kind, is_own_side = _SAID[relation]
    low, high = (ticket, other) if is_own_side else (other, ticket)
    if kind == "related" and low.pk > high.pk:
        low, high = high, low
    if (known := TicketLink.objects.filter(ticket=low, other=high, kind=kind).first()) is not None:
        return known
    if kind == "child_of":
        _check_parent(child=low, parent=high)
    return add_link(low, high, kind=kind, by=by, now=now)


@transaction.atomic
def unlink_tickets(*, ticket_id: int, link_id: int, by: Staff, now: datetime) -> None:
    """Take a link away; TicketLink.DoesNotExist when it is none of this ticket's."""
    ticket = Ticket.objects.visible_to(by, "tickets.edit").select_for_update(of=("self",)).get(pk=ticket_id)
    family = family_of(ticket.pk)
    link = TicketLink.objects.select_for_update().get(pk=link_id)
    if link.ticket_id not in family and link.other_id not in family:
        raise TicketLink.DoesNotExist
    link.delete()
    for side, far, is_own in ((link.ticket_id, link.other_id, True), (link.other_id, link.ticket_id, False)):
        told = relation_told(link.kind, from_its_own_side=is_own)
        emit(TicketsUnlinked(ticket_id=side, other_id=far, relation=told, by_id=by.pk, at=now))


def add_link(ticket: Ticket, other: Ticket, *, kind: str, by: Staff, now: datetime) -> TicketLink:
    """Link two locked tickets and tell it on both."""
    link = TicketLink.objects.create(ticket=ticket, other=other, kind=kind, by=by, at=now)
    for side, far, is_own in ((ticket, other, True), (other, ticket, False)):
        told = relation_told(kind, from_its_own_side=is_own)
        emit(TicketsLinked(ticket_id=side.pk, other_id=far.pk, relation=told, by_id=by.pk, at=now))
    return link


def lock_several(ticket_ids: list[int], *, first: int, by: Staff) -> list[Ticket]:
    """Tickets the person may edit, locked in the order of their ids, `first` before the others.

    Raises Ticket.DoesNotExist when one is out of reach, MergedAway for an alias.
    """
    wanted = set(ticket_ids)
    rows = Ticket.objects.visible_to(by, "tickets.edit").select_for_update(of=("self",))
    found = list(rows.filter(pk__in=wanted).order_by("pk"))
    if len(found) != len(wanted):
        raise Ticket.DoesNotExist
    for ticket in found:
        refuse_alias(ticket)
    return sorted(found, key=lambda ticket: ticket.pk != first)


def lock_relations() -> None:
    """One change of parents and merges at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [RELATIONS_LOCK])


def ancestors_of(ticket_id: int) -> set[int]:
    """What the ticket leads up to, parent by parent, through merges."""
    above: set[int] = set()
    level = {ticket_id}
    while level:
        family = [one for pk in level for one in family_of(pk)]
        parents = TicketLink.objects.filter(ticket__in=family, kind="child_of").values_list(
            "other_id", flat=True
        )
        level = {root_of(parent) for parent in parents} - above - {ticket_id}
        above |= level
    return above


def refuse_open_children(ticket: Ticket, status: str | None) -> None:
    """Ask before a parent is done while its children are not. Raises OpenChildren."""
    if status in ("solved", "closed") and (count := open_children(ticket)):
        raise OpenChildren(count=count)


def _check_parent(*, child: Ticket, parent: Ticket) -> None:
    if child.pk in ancestors_of(parent.pk):
        raise LinkGoesRound(number=child.number)
    if TicketLink.objects.filter(ticket__in=family_of(child.pk), kind="child_of").exists():
        raise HasAParent(number=child.number)
