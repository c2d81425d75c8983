"""How many tickets the views of a person hold, kept by the events since they were last asked for.

For each view and reach the tickets in it are kept, up to a bound, with the position of the event log they are right
for. Whoever asks next has only the tickets that events name since then looked at again, in one statement for all
views. Looking at a ticket twice does no harm, so an event may be seen as pending and once more in the log.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Max

from zhiyin.people.models import Staff
from zhiyin.people.permissions import Scope
from zhiyin.platform.event_log.models import Event, PendingEvent
from zhiyin.tickets.fields.registry import Viewpoint, declared_fields
from zhiyin.tickets.fields.trees import Tree, condition_of, conditions_in, fields_of
from zhiyin.tickets.models import Ticket, ViewCount
from zhiyin.tickets.queries.listing import ListTooWide, patience, tickets_in
from zhiyin.tickets.queries.views import OfferedView

COUNTED_UP_TO = 1000  # more is told as "1000+": an exact number would cost more than it helps
KEPT = COUNTED_UP_TO + 200  # so that a few may leave a full view before it has to be read again
LOOKED_AT = 3000  # changed tickets at a time; after more it is cheaper to count anew
TRUE_FOR = timedelta(minutes=10)
TRUE_FOR_WITH_CLOCK = timedelta(minutes=1)  # conditions that time alone can change
NOTED_EVERY = timedelta(minutes=1)
_PERSONAL = {"me", "my_groups", "mine"}  # values; a tag of the same letters only costs a count of its own
log = structlog.get_logger(__name__)


def count_views(*, views: Sequence[OfferedView], by: Staff, now: datetime) -> dict[str, int]:
    """How many tickets each view holds for the person, up to COUNTED_UP_TO; one that takes too long has no number."""
    changed = set(
        _tickets_of(PendingEvent.objects.all())
    )  # first: what leaves here meanwhile is in the log below
    head = Event.objects.aggregate(head=Max("position"))["head"] or 0
    wanted = {_key(view, by): view for view in views}
    kept = {row.key: row for row in ViewCount.objects.filter(key__in=wanted)}
    rows = {key: kept.get(key) for key, view in wanted.items()}
    fresh = {
        key: row for key, row in rows.items() if row is not None and _is_fresh(row, wanted[key], by, now)
    }
    if fresh:
        since = min(row.position for row in fresh.values())
        changed |= set(_tickets_of(Event.objects.filter(position__gt=since)))
    if len(changed) > LOOKED_AT:
        fresh = {}
    touched = _follow(fresh, wanted, changed, head=head, by=by, now=now)
    stale = {key: view for key, view in wanted.items() if key not in fresh}
    counted = _count_anew(stale, kept, head=head, by=by, now=now)
    _keep([*touched, *(row for row in counted if _true_for(wanted[row.key]))])
    found = fresh | {row.key: row for row in counted}
    return {
        wanted[key].key: min(len(row.members), COUNTED_UP_TO)
        for key, row in found.items()
        if row.members is not None
    }


def clear_unused_counts(*, now: datetime) -> int:
    """Forget counts that nobody asked for within a week."""
    return ViewCount.objects.filter(used_at__lt=now - timedelta(days=7)).delete()[0]


def _follow(
    fresh: dict[str, ViewCount],
    wanted: dict[str, OfferedView],
    changed: set[int],
    *,
    head: int,
    by: Staff,
    now: datetime,
) -> list[ViewCount]:
    """Bring kept counts up to the head of the log; those worth writing down."""
    known = {key: row for key, row in fresh.items() if row.members is not None}
    inside = _which_hold(changed, {key: wanted[key].conditions for key in known}, by=by, now=now)
    touched = []
    for key, row in known.items():
        before = set(row.members or ())
        after = (before - changed) | inside[key]
        is_noted = now - row.used_at < NOTED_EVERY and head - row.position < LOOKED_AT // 4
        row.position = head
        if after != before or not is_noted:
            row.members, row.used_at = sorted(after)[:KEPT], now
            touched.append(row)
    return touched


def _which_hold(
    changed: set[int], trees: dict[str, Tree], *, by: Staff, now: datetime
) -> dict[str, set[int]]:
    """Which of the tickets each tree holds for the person; one statement for all of them."""
    found: dict[str, set[int]] = {key: set() for key in trees}
    if not changed or not trees:
        return found
    viewpoint, fields = Viewpoint(by=by, now=now), fields_of(trees.values())
    conditions = [condition_of(tree, viewpoint, fields) for tree in trees.values()]
    told = {
        f"holds_{number}": ExpressionWrapper(condition, output_field=BooleanField())
        for number, condition in enumerate(conditions)
        if condition
    }
    rows = Ticket.objects.visible_to(by).filter(pk__in=changed).annotate(**told).values("pk", *told)
    for row in rows.order_by():
        for number, key in enumerate(trees):
            if row.get(f"holds_{number}", True):
                found[key].add(row["pk"])
    return found


def _count_anew(
    stale: dict[str, OfferedView], kept: dict[str, ViewCount], *, head: int, by: Staff, now: datetime
) -> list[ViewCount]:
    """Read the views from the tickets: all in one statement, one by one when that takes too long."""
    if not stale:
        return []
    try:
        read = _read(list(stale.values()), by=by, now=now)
    except ListTooWide:
        read = [_read_alone(view, by=by, now=now) for view in stale.values()]
    rows = []
    for (key, view), members in zip(stale.items(), read, strict=True):
        rows.append(
            ViewCount(
                key=key,
                fingerprint=_fingerprint(view, by),
                members=members,
                is_whole=members is not None and len(members) < KEPT,
                position=head,
                counted_at=now,
                used_at=now,
            )
        )
        _tell_drift(kept.get(key), rows[-1], view)
    return rows


def _read(views: list[OfferedView], *, by: Staff, now: datetime) -> list[list[int] | None]:
    fields = fields_of(view.conditions for view in views)
    asked = [
        tickets_in(view.conditions, by=by, now=now, fields=fields)
        .order_by()
        .values("pk")[:KEPT]
        .query.sql_with_params()
        for view in views
    ]
    arrays = ", ".join(f"ARRAY({sql})" for sql, _ in asked)
    with patience(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {arrays}", [param for _, params in asked for param in params])
        return list(cursor.fetchone())


def _read_alone(view: OfferedView, *, by: Staff, now: datetime) -> list[int] | None:
    try:
        return _read([view], by=by, now=now)[0]
    except ListTooWide:
        return None


def _tell_drift(was: ViewCount | None, now: ViewCount, view: OfferedView) -> None:
    """A count that events should have kept right and did not is a bug of ours: say so, with what is needed to find it."""
    if (
        was is None
        or was.position != now.position
        or was.fingerprint != now.fingerprint
        or _true_for(view) < TRUE_FOR
    ):
        return
    if was.is_whole and now.is_whole and set(was.members or ()) != set(now.members or ()):
        log.warning(
            "view_count_drifted",
            view=view.key,
            differing=len(set(was.members or ()) ^ set(now.members or ())),
        )


def _keep(rows: list[ViewCount]) -> None:
    ViewCount.objects.bulk_create(
        sorted(rows, key=lambda row: row.key),  # in one order, so that two people do not wait for each other
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["fingerprint", "members", "is_whole", "position", "counted_at", "used_at"],
    )


def _is_fresh(row: ViewCount, view: OfferedView, by: Staff, now: datetime) -> bool:
    if row.fingerprint != _fingerprint(view, by):
        return False
    if not row.is_whole and row.members is not None and len(row.members) < COUNTED_UP_TO:
        return False  # some of those that were not kept would show now
    return now - row.counted_at < (TRUE_FOR if row.members is None else _true_for(view))


def _key(view: OfferedView, by: Staff) -> str:
    is_same_for_all = by.scope("tickets.read") == Scope.ALL and not _is_personal(view.conditions)
    return f"{view.key}@{'all' if is_same_for_all else by.pk}"


def _fingerprint(view: OfferedView, by: Staff) -> str:
    """Changes with the conditions and with what the person reaches."""
    reach = by.scope("tickets.read"), [] if _key(view, by).endswith("@all") else sorted(by.group_ids)
    return hashlib.sha1(json.dumps([view.conditions, *reach]).encode(), usedforsecurity=False).hexdigest()


def _is_personal(tree: Tree) -> bool:
    fields = declared_fields()
    return any(
        (condition["field"] in fields and fields[condition["field"]].is_personal)
        or (isinstance(condition.get("value"), list) and not _PERSONAL.isdisjoint(condition["value"]))
        for condition in conditions_in(tree)
    )


def _true_for(view: OfferedView) -> timedelta:
    """How long events alone keep the count right."""
    fields, holds = declared_fields(), TRUE_FOR
    for condition in conditions_in(view.conditions):
        field = fields.get(condition["field"])
        if condition["is"] in ("within", "older_than"):
            holds = min(holds, TRUE_FOR_WITH_CLOCK)
        if field is not None and field.true_for is not None:
            holds = min(holds, field.true_for)
    return holds


def _tickets_of(events: object) -> Iterable[int]:
    subjects = events.filter(subject__startswith="ticket:").values_list("subject", flat=True).distinct()  # type: ignore[attr-defined]
    return (int(subject.removeprefix("ticket:")) for subject in subjects[: LOOKED_AT + 1])
