"""Which queue a ticket belongs to, and what it asks for."""

from __future__ import annotations

from datetime import datetime, timedelta

from zhiyin.customers.models import Customer
from zhiyin.platform.calendars.queries import hours_of
from zhiyin.routing.conditions import Features, meets
from zhiyin.routing.models import Pool, Queue, SkillNeed
from zhiyin.routing.rings import Ring, needs_in_ring
from zhiyin.routing.scoring import Need
from zhiyin.tickets.models import Ticket, TicketLink

TIERS = {Customer.Tier.STANDARD.value: 0, Customer.Tier.VIP.value: 2, Customer.Tier.KEY.value: 3}
_REMEMBERED = timedelta(days=30)
_CANTONESE = set("嘅咗唔喺嚟啲冇佢哋嗰咁乜嘢睇俾畀攞")


def features_of(ticket: Ticket) -> Features:
    """What conditions ask about; the channel and the customer must be fetched."""
    return Features(
        kind=ticket.channel.kind,
        language=_language(ticket.language, f"{ticket.subject} {ticket.preview}"),
        region=ticket.region,
        priority=ticket.priority,
        tier=TIERS[ticket.customer.tier],
        group_id=ticket.group_id,
        category_id=ticket.category_id,
        type_id=ticket.type_id,
        tags=frozenset(ticket.tags),
        fields={key: _options(value) for key, value in ticket.fields.items()},
    )


def _options(value: object) -> frozenset[str]:
    """What is chosen in a field: one option, several, or those on the way to one."""
    return frozenset(str(one) for one in value) if isinstance(value, list) else frozenset({str(value)})


def language_of(text: str) -> str:
    """'zh' where a fifth of the letters are Chinese, 'yue' where two characters that only written Cantonese uses are
    among them, 'en' where there are other letters, '' where there are none."""
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return ""
    chinese = sum("\u4e00" <= letter <= "\u9fff" for letter in letters)
    if chinese * 5 < len(letters):
        return "en"
    return "yue" if len(_CANTONESE & set(letters)) >= 2 else "zh"


def _language(told: str, text: str) -> str:
    """What the customer's card says, unless they write in a dialect of it."""
    known, written = told.split("-", maxsplit=1)[0].lower(), language_of(text)
    return written if written == "yue" and known in ("", "zh") else known or written


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


def touched_by(ticket: Ticket) -> int:
    """How many customers the ticket and the open ones under it are about."""
    under = TicketLink.objects.filter(kind=TicketLink.Kind.CHILD_OF, other=ticket)
    still = under.exclude(ticket__status__in=[Ticket.Status.SOLVED, Ticket.Status.CLOSED])
    return len({ticket.customer_id, *still.values_list("ticket__customer_id", flat=True)})


def is_open(queue: Queue, *, now: datetime) -> bool:
    """Whether the queue's hours let it give out work."""
    return queue.calendar is None or hours_of(queue.calendar).is_open(now)


def open_queues(*, now: datetime) -> list[Queue]:
    """The queues in use whose hours let them give out work."""
    found = Queue.objects.filter(is_active=True).select_related("calendar").order_by("position", "pk")
    return [queue for queue in found if is_open(queue, now=now)]
