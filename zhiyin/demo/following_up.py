"""What is followed up in the usual demo: promises, call-backs and a rhythm, gifts and an approval that waits, an incident.

Done by the commands that people use, on the newest tickets. Mails that would ask for approval are not owed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.procedures.commands.giving import Gift, give_compensation, note_fulfilled
from zhiyin.procedures.commands.incidents import link_to_incident, open_incident
from zhiyin.procedures.commands.promising import make_promise
from zhiyin.procedures.commands.updating import set_rhythm
from zhiyin.procedures.models import CompensationItem, Promise, Rhythm
from zhiyin.tickets.models import Ticket

_HOUR = timedelta(hours=1)
# hours from now, kind, words; what is past by now was promised in time and missed
PROMISES = [
    (2.0, Promise.Kind.PROMISE, "两小时内告知退款进展"),
    (5.0, Promise.Kind.CALL_BACK, "回访：确认维修后是否正常"),
    (26.0, Promise.Kind.PROMISE, "明天中午前补发配件并告知单号"),
    (-1.5, Promise.Kind.CALL_BACK, "客户希望下午回电"),
]
INCIDENT = ("退款服务延迟", "支付渠道回调堆积，退款到账晚 1–2 天。恢复后会统一通知。")
MADE = len(PROMISES)


def follow_up(*, now: datetime) -> int:
    """Follow up on a few of the open tickets; returns how many promises were made, none where there are too few."""
    tickets = list(_assigned()[:12])
    manager = Staff.objects.filter(roles__code="manager").order_by("pk").first()
    if len(tickets) < 8 or manager is None:
        return 0
    for ticket, (hours, kind, text) in zip(tickets, PROMISES, strict=False):
        moment = now if hours > 0 else now - 6 * _HOUR
        make_promise(
            ticket_id=ticket.pk,
            kind=kind,
            text=text,
            due_at=now + hours * _HOUR,
            by=_owner(ticket),
            now=moment,
        )
    updated = set(Rhythm.objects.values_list("ticket_id", flat=True))  # some have one from their procedure
    ticket = next(one for one in (*tickets[4:], *tickets[:4]) if one.pk not in updated)
    set_rhythm(ticket_id=ticket.pk, minutes=240, by=_owner(ticket), now=now)
    incident = open_incident(name=INCIDENT[0], about=INCIDENT[1], by=manager, now=now - 3 * _HOUR)
    for ticket in (tickets[0], tickets[5], tickets[6]):
        link_to_incident(ticket_id=ticket.pk, incident_id=incident.pk, by=_owner(ticket), now=now - 2 * _HOUR)
    _give(tickets[0], tickets[5], incident.pk, now)
    return MADE


def _give(small: Ticket, large: Ticket, incident_id: int, now: datetime) -> None:
    """A coupon that was given at once, and a refund above the giver's limit that waits for a lead."""
    items = {item.kind: item for item in CompensationItem.objects.order_by("-pk")}
    coupon = Gift(item_id=items["coupon"].pk, units=Decimal(20), cause="outage", incident_id=incident_id)
    given = give_compensation(
        ticket_id=small.pk, gift=coupon, idempotency_key="demo-coupon", by=_owner(small), now=now - _HOUR
    )
    if given.state == given.State.BY_HAND:
        note_fulfilled(grant_id=given.pk, reference="CPN-20260042", by=_owner(small), now=now - _HOUR)
    refund = Gift(
        item_id=items["refund"].pk,
        units=Decimal(380),
        cause="our_mistake",
        reason="发错型号，客户急用，愿意接受差价退款后留用。",
        incident_id=incident_id,
    )
    give_compensation(
        ticket_id=large.pk, gift=refund, idempotency_key="demo-refund", by=_owner(large), now=now
    )
    PendingEvent.objects.filter(type="procedures.approval_waits").delete()


def _assigned() -> list[Ticket]:
    """Open tickets whose assignee may answer and give on them, the newest first."""
    tickets = Ticket.objects.at_hand().themselves().exclude(assignee=None).select_related("assignee")
    return [one for one in tickets.order_by("-last_message_at", "-pk")[:60] if _may(one)]


def _may(ticket: Ticket) -> bool:
    by = _owner(ticket)
    return all(
        Ticket.objects.visible_to(by, permission).filter(pk=ticket.pk).exists()
        for permission in ("tickets.reply", "tickets.edit", "compensation.give")
    )


def _owner(ticket: Ticket) -> Staff:
    assert ticket.assignee is not None
    return ticket.assignee
