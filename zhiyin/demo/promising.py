"""What the demo's company promises: policies in force, and the clocks of its latest tickets as they would stand."""

from __future__ import annotations

from datetime import datetime, timedelta

from zhiyin.demo.company import HOURS
from zhiyin.people.models import Staff
from zhiyin.platform.calendars.models import Calendar
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.sla.commands.counting import count_tickets
from zhiyin.sla.commands.policies import PolicyForm, add_policy
from zhiyin.sla.models import Coverage, Policy
from zhiyin.sla.queries.covering import fitting_policies, policies_in_force
from zhiyin.sla.shipped import packs
from zhiyin.tickets.models import Ticket

LATEST = 250  # tickets that are timed; a large demo has no clocks beyond
_VIP = {"all": [{"field": "customer_tier", "is": "any_of", "value": ["vip", "key"]}]}


def promise(*, by: Staff, now: datetime) -> None:
    """Publish the policies and count the latest tickets; what their clocks would have told stays untold."""
    _publish(by, now)
    told_before = set(PendingEvent.objects.values_list("pk", flat=True))
    latest = Ticket.objects.themselves().order_by("-created_at").values_list("pk", "created_at")[:LATEST]
    opened = dict(latest)
    _cover(opened, policies_in_force(), now)
    count_tickets(moments=dict.fromkeys(opened, now))
    PendingEvent.objects.exclude(pk__in=told_before).delete()


def _publish(by: Staff, now: datetime) -> None:
    calendar = Calendar.objects.filter(name=HOURS["name"]).first()
    published = now - timedelta(days=120)
    known = {pack.key: pack for pack in packs()}
    first = known["customer"]
    swifter = [
        metric.model_copy(update={"targets": {key: max(10, one // 2) for key, one in metric.targets.items()}})
        for metric in first.metrics
    ]
    forms = [
        PolicyForm(
            name_zh="VIP 与大客户承诺",
            name_en="VIPs and key accounts",
            conditions=_VIP,
            metrics=swifter,
            calendar_id=calendar.pk if calendar else None,
        )
    ]
    for key in ("customer", "internal", "12345", "12315"):
        pack = known[key]
        forms.append(
            PolicyForm(
                name_zh=pack.name_zh,
                name_en=pack.name_en,
                track=pack.track,
                conditions=pack.conditions,
                metrics=pack.metrics,
                calendar_id=calendar.pk if calendar else None,
            )
        )
    for form in forms:
        add_policy(form=form, by=by, now=published)


def _cover(opened: dict[int, datetime], policies: list[Policy], now: datetime) -> None:
    """As when the tickets were opened, also where they are done since."""
    Coverage.objects.bulk_create(
        Coverage(ticket_id=ticket_id, track=track, version=policy.version, since=opened[ticket_id])
        for ticket_id, fitting in fitting_policies(opened, policies, now=now).items()
        for track, policy in fitting.items()
        if policy.version is not None
    )
