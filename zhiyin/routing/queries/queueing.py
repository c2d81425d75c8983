"""Which queue a ticket belongs to, and what it asks for."""

from __future__ import annotations

from datetime import datetime, timedelta

from zhiyin.customers.models import Customer
from zhiyin.platform.calendars.queries import hours_of
from zhiyin.routing.conditions import Features, meets
from zhiyin.routing.models import Pool, Queue, SkillNeed
from zhiyin.routing.rings import Ring, needs_in_ring
from zhiyin.routing.scoring import Need
from zhiyin.tickets.models import Ticket

TIERS = {Customer.Tier.STANDARD.value: 0, Customer.Tier.VIP.value: 2, Customer.Tier.KEY.value: 3}
_REMEMBERED = timedelta(days=30)


def features_of(ticket: Ticket) -> Features:
    """What conditions ask about; the channel and the customer must be fetched."""
    return Features(
        kind=ticket.channel.kind,
        language=ticket.customer.language[:2] or language_of(f"{ticket.subject} {ticket.preview}"),
        priority=ticket.priority,
        tier=TIERS[ticket.customer.tier],
        group_id=ticket.group_id,
        category_id=ticket.category_id,
        type_id=ticket.type_id,
        tags=frozenset(ticket.tags),
    )


def language_of(text: str) -> str:
    """'zh' where a fifth of the letters are Chinese, 'en' where there are others, '' where there are none."""
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return ""
    chinese = sum("\u4e00" <= letter <= "\u9fff" for letter in letters)
    return "zh" if chinese * 5 >= len(letters) else "en"


def queue_for(features: Features) -> Queue | None:
    """The first active queue whose condition fits."""
    queues = Queue.objects.filter(is_active=True).order_by("position", "pk")
    return next((queue for queue in queues if meets(queue.condition, features)), None)


def needs_of(features: Features) -> list[Need]:
    """The skills the work asks for by itself, by the conditions set for skills."""
    return sorted(
        Need(str(row.skill_id), row.level)
        for row in SkillNeed.objects.all()
        if meets(row.condition, features)
    )


def rings_of(queue: Queue) -> list[Ring]:
    """The queue's rings by number; one that is open to all where none are set."""
    rings = [row.ring() for row in queue.rings.prefetch_related("without").order_by("number")]
    return rings or [Ring()]


def pool_for(queue: Queue, *, kind: str, asked: list[Need], ring: int, tier: int, rings: list[Ring]) -> Pool:
    """The pool of such work in this ring, made when it is the first."""
    needs = needs_in_ring(asked, rings, ring, queue.pk)
    senior = tier >= queue.weighing().senior_from_tier
    name = f"{queue.pk}|{kind}|{int(senior)}|" + ",".join(f"{need.skill}>{need.level}" for need in needs)
    pool, _ = Pool.objects.get_or_create(
        name=name,
        defaults={
            "queue": queue,
            "kind": kind,
            "senior": senior,
            "needs": [[need.skill, need.level] for need in needs],
        },
    )
    return pool


def last_agent_of(ticket: Ticket, *, now: datetime) -> int | None:
    """Who had the customer's newest other case within 30 days."""
    found = (
        Ticket.objects.filter(
            customer_id=ticket.customer_id,
            last_message_at__gt=now - _REMEMBERED,
            assignee__is_active=True,
        )
        .exclude(pk=ticket.pk)
        .order_by("-last_message_at")
        .values_list("assignee_id", flat=True)
    )
    return found.first()


def is_open(queue: Queue, *, now: datetime) -> bool:
    """Whether the queue's hours let it give out work."""
    return queue.calendar is None or hours_of(queue.calendar).is_open(now)
