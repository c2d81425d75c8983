"""What stands around tickets in the usual demo: templates, a merged case, a parent, a snoozed one, followers, time.

Done by the commands that people use, on the newest tickets, so that whoever looks around finds them at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count

from zhiyin.people.models import Staff
from zhiyin.tickets.commands.checking import attach_template, save_template, tick_step
from zhiyin.tickets.commands.following import follow_ticket
from zhiyin.tickets.commands.linking import link_tickets
from zhiyin.tickets.commands.merging import merge_tickets
from zhiyin.tickets.commands.snoozing import snooze_ticket
from zhiyin.tickets.commands.timing import Worked, log_time
from zhiyin.tickets.models import Ticket

TEMPLATES = {
    "退货": ["核对订单与签收时间", "发退货地址和运费说明", "仓库验货", "原路退款", "告知客户到账时间"],
    "上门安装": ["确认地址与电话", "预约师傅", "提醒客户在家", "回访"],
}


def arrange_tickets(*, now: datetime) -> int:
    """Arrange a few of the open tickets; returns how many were touched, none where there are too few."""
    by = Staff.objects.filter(roles__code="manager").order_by("pk").first()
    open_ones = list(Ticket.objects.at_hand().themselves().order_by("-last_message_at", "-pk")[:60])
    if by is None or len(open_ones) < 8:
        return 0
    made = [
        save_template(template_id=None, name=name, steps=steps, active=True, by=by)
        for name, steps in TEMPLATES.items()
    ]
    merged = _merge_a_pair(open_ones, by, now)
    parent, child, other, late, stepped, watched = [one for one in open_ones if one.pk not in merged][:6]
    link_tickets(ticket_id=parent.pk, other_id=child.pk, relation="child", by=by, now=now)
    link_tickets(ticket_id=parent.pk, other_id=other.pk, relation="child", by=by, now=now)
    snooze_ticket(ticket_id=late.pk, until=now + timedelta(days=1), by=by, now=now)
    items = attach_template(ticket_id=stepped.pk, template_id=made[0].pk, by=by, now=now)
    for item in items[:2]:
        tick_step(ticket_id=stepped.pk, item_id=item.pk, done=True, by=by, now=now)
    worked = Worked(minutes=25, worked_at=now - timedelta(minutes=25), activity="research", note="与仓库核对")
    log_time(ticket_id=stepped.pk, worked=worked, by=by, now=now)
    follow_ticket(ticket_id=watched.pk, staff_id=by.pk, by=by, now=now)
    return len(merged) + 6


def _merge_a_pair(tickets: list[Ticket], by: Staff, now: datetime) -> set[int]:
    """Two open tickets of one customer become one, where there are two."""
    several = (
        Ticket.objects.filter(pk__in=[one.pk for one in tickets])
        .values("customer_id")
        .annotate(count=Count("pk"))
        .filter(count__gt=1)
        .order_by("customer_id")
        .values_list("customer_id", flat=True)
    )
    customer_id = several.first()
    pair = [one.pk for one in tickets if one.customer_id == customer_id][:2]
    if len(pair) == 2:
        merge_tickets(into_id=pair[0], merged_ids=pair[1:], by=by, now=now)
    return set(pair)
