"""Time rules: which tickets they are due for, each once.

A rule counts from a moment of the ticket (since its customer waits, say). It is due when the time has passed, and again
only when that moment is another one; a ticket that meets the conditions later has its turn then, for LATE_BY.
What became due before the rule was switched on is not its business.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.db import OperationalError, transaction
from django.db.models import Exists, OuterRef, Q, TextField, Value
from django.db.models.functions import Cast, Concat

from zhiyin.automation.commands.executing import Turn, execute
from zhiyin.automation.definitions import SINCE, Occasion
from zhiyin.automation.models import Rule, Run, Sweep
from zhiyin.automation.queries.in_force import Standing, standing
from zhiyin.people.queries.company import company_or_blank
from zhiyin.platform.calendars.timetable import MINUTE, Measure, moment_of, ticks_of
from zhiyin.sla.queries.hours import measures
from zhiyin.tickets.fields.registry import Viewpoint
from zhiyin.tickets.fields.trees import condition_of, fields_of
from zhiyin.tickets.models import Ticket

BATCH = 100
AGAIN = timedelta(seconds=3)
AFTER_FAILURE = timedelta(minutes=1)  # that no rule's own turn accounts for: it waits, and the others go on
LATE_BY = timedelta(days=3)
FARTHEST = timedelta(days=500)
log = structlog.get_logger(__name__)


def keep_sweep(rule: Rule, *, now: datetime) -> None:
    """A rule in force that waits for a time is looked after; any other is not."""
    if rule.active and rule.version is not None and (occasion := Occasion(**rule.version.occasion)).is_time:
        next_at = next_hour(occasion, after=now) if occasion.on == "hours" else now
        Sweep.objects.update_or_create(rule=rule, defaults={"next_at": next_at})
    else:
        Sweep.objects.filter(rule=rule).delete()


@transaction.atomic
def sweep_next(*, now: datetime) -> bool:
    """Let the time rule that has waited longest have its turns, a batch of them; whether there was one that had any.

    What was done, that it was done, and when to look again are one transaction: a worker that is killed has done nothing.
    """
    sweep = (
        Sweep.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(next_at__lte=now, rule__active=True)
        .order_by("next_at")
        .first()
    )
    if sweep is None:
        return False
    try:
        with transaction.atomic():
            return _sweep(sweep, now)
    except OperationalError:  # of the database, not of the rule: all of it is tried again
        raise
    except Exception:  # the edge of one rule: whatever it trips over, the others have their turns
        log.exception("time_rule_failed", rule=sweep.rule_id)
        Sweep.objects.filter(pk=sweep.pk).update(next_at=now + AFTER_FAILURE)
        return True


def _sweep(sweep: Sweep, now: datetime) -> bool:
    rule = Rule.objects.select_related("version__by").get(pk=sweep.rule_id)
    one = standing(rule)
    due = list(_due(one, sweep, now))
    for ticket_id, key in due:
        execute(Turn(one, ticket_id, key, [], now))
    is_done = len(due) < BATCH
    if is_done and one.occasion.on == "hours":
        sweep.next_at = next_hour(one.occasion, after=max(sweep.next_at, now - timedelta(hours=1)))
    elif is_done:
        sweep.next_at = now + AGAIN
    Sweep.objects.filter(pk=sweep.pk).update(next_at=sweep.next_at)
    return bool(due)


def _due(one: Standing, sweep: Sweep, now: datetime) -> Iterator[tuple[int, str]]:
    """Tickets and the key of their occasion; one query."""
    conditions = one.version.conditions
    viewpoint = Viewpoint(by=one.version.by, now=now)
    tickets = Ticket.objects.themselves().filter(condition_of(conditions, viewpoint, fields_of([conditions])))
    if one.occasion.on == "hours":
        key = Value(f"hours:{sweep.next_at.isoformat()}", output_field=TextField())
        found = tickets.annotate(occasion=key).order_by("pk")
    else:
        window = time_window(one.occasion, since=one.rule.active_since or now, now=now)
        if window is None:
            return
        column = SINCE[one.occasion.since]
        found = tickets.filter(**{f"{column}__gt": window[0], f"{column}__lte": window[1]}).annotate(
            occasion=Concat(Value("time:"), Cast(column, TextField()), output_field=TextField())
        )
    done = Run.objects.filter(rule=one.rule, ticket=OuterRef("pk"), key=OuterRef("occasion"))
    yield from found.filter(~Q(Exists(done))).values_list("pk", "occasion")[:BATCH]


def time_window(occasion: Occasion, *, since: datetime, now: datetime) -> tuple[datetime, datetime] | None:
    """Between which moments a ticket's must lie for the rule to be due now: after, until. None when no time is.

    `since` is when the rule was switched on. Counted back by working time where the rule counts so.
    """
    measure = measures([occasion.calendar_id], now=now).get(occasion.calendar_id)
    if measure is None:  # the business hours are gone
        return None
    amount = occasion.minutes * MINUTE
    until = counted_back(measure, now, amount)
    if until is None:
        return None
    oldest = counted_back(measure, max(since, now - LATE_BY), amount)
    return (oldest if oldest is not None else until - FARTHEST), until


def counted_back(measure: Measure, at: datetime, amount: int) -> datetime | None:
    """The last moment from which `amount` of working time has passed by `at`; None where there is none in a year."""
    end = ticks_of(at)
    low, high = ticks_of(at - FARTHEST), end
    if measure.between(low, end) < amount:
        return None
    # the last that is enough is sought: `low` always is, `high` never
    while high - low > 1:
        middle = (low + high) // 2
        if measure.between(middle, end) >= amount:
            low = middle
        else:
            high = middle
    return moment_of(low)


def next_hour(occasion: Occasion, *, after: datetime) -> datetime:
    """The next moment at which the clock of the company shows the hour on one of the weekdays."""
    here = after.astimezone(ZoneInfo(company_or_blank().timezone))
    hour, minute = map(int, occasion.clock.split(":"))
    for days in range(8):
        day = here + timedelta(days=days)
        at = day.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if at > after and at.isoweekday() in occasion.weekdays:
            return at
    raise ValueError(occasion.clock)
