"""Telling everybody who is touched: one text to the customers of all open children, each back the way they came.

The first batch goes with the request; the worker does the rest by a timer due at once.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.timers.timers import set_timer
from zhiyin.procedures.events import ChildrenTold
from zhiyin.procedures.models import ChildNotice
from zhiyin.procedures.queries.imports import open_children
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.commands.telling import tell_customer

TIMER = "procedures.child_notice"
BATCH = 20


class NoChildrenToTell(DomainError):
    code = "procedures.no_children_to_tell"
    status = 409
    messages = {
        "zh": "这张工单没有进行中的子工单。请先导入受影响的订单或关联子工单。",
        "en": "This ticket has no open children. Import the affected orders or link children first.",
    }


@transaction.atomic
def tell_children(*, ticket_id: int, text: str, by: Staff, now: datetime) -> ChildNotice:
    """Tell the customers of all open children. Raises NoChildrenToTell, MergedAway."""
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    if not open_children(ticket).exists():
        raise NoChildrenToTell
    notice = ChildNotice.objects.create(ticket=ticket, text=text.strip(), by=by, at=now)
    go_on_telling(notice_id=notice.pk, now=now)
    notice.refresh_from_db()
    return notice


@transaction.atomic
def go_on_telling(*, notice_id: int, now: datetime) -> None:
    """Tell the next ones; who can't be reached is noted, so that people can call them."""
    notice = (
        ChildNotice.objects.select_for_update(of=("self",)).select_related("ticket", "by").get(pk=notice_id)
    )
    if notice.finished_at is not None:
        return
    due = list(open_children(notice.ticket).filter(pk__gt=notice.up_to).order_by("pk")[: BATCH + 1])
    for child in due[:BATCH]:
        key = f"notice:{notice.pk}:{child.pk}"
        said = tell_customer(ticket_id=child.pk, text=notice.text, key=key, by=notice.by, now=now)
        notice.up_to = child.pk
        if said is None:
            notice.unreached.append(child.pk)
        else:
            notice.told += 1
    if len(due) > BATCH:
        set_timer(kind=TIMER, key=str(notice.pk), due_at=now)
    else:
        notice.finished_at = now
        emit(
            ChildrenTold(
                ticket_id=notice.ticket_id,
                notice_id=notice.pk,
                told=notice.told,
                unreached=len(notice.unreached),
                by_id=notice.by_id,
                at=now,
            )
        )
    notice.save()
