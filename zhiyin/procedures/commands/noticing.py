"""Telling everybody who is touched: one text to the customers of all open children, each back the way they came.

The first batch goes with the request; the worker does the rest by a timer due at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.timers.timers import set_timer
from zhiyin.procedures.events import ChildrenTold
from zhiyin.procedures.models import ChildNotice
from zhiyin.procedures.queries.imports import open_children
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.commands.telling import tell_customer
from zhiyin.tickets.commands.wording import refuse_banned_words
from zhiyin.tickets.models import Ticket

TIMER = "procedures.child_notice"
BATCH = 20
AT_ONCE = timedelta(minutes=1)  # within which the same text is the same notice, sent twice


class NoChildrenToTell(DomainError):
    code = "procedures.no_children_to_tell"
    status = 409
    messages = {
        "zh": "这张工单没有进行中的子工单。请先导入受影响的订单或关联子工单。",
        "en": "This ticket has no open children. Import the affected orders or link children first.",
    }


@transaction.atomic
def tell_children(*, ticket_id: int, text: str, by: Staff, now: datetime) -> ChildNotice:
    """Tell the customers of all open children that the person may answer; the same sent again at once is the same.

    Raises NoChildrenToTell, MergedAway, BannedInPrepared.
    """
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    told = ChildNotice.objects.filter(ticket=ticket, by=by, text=text.strip(), at__gt=now - AT_ONCE)
    if (same := told.order_by("-pk").first()) is not None:
        return same
    refuse_banned_words(text)
    if not open_children(ticket).filter(pk__in=_within_reach(by)).exists():
        raise NoChildrenToTell
    notice = ChildNotice.objects.create(ticket=ticket, text=text.strip(), by=by, at=now)
    go_on_telling(notice_id=notice.pk, now=now)
    notice.refresh_from_db()
    return notice


@transaction.atomic
def go_on_telling(*, notice_id: int, now: datetime) -> None:
    """Tell the next ones; who can't be reached, or is others' to answer, is noted, so that people can call them."""
    notice = (
        ChildNotice.objects.select_for_update(of=("self",)).select_related("ticket", "by").get(pk=notice_id)
    )
    if notice.finished_at is not None:
        return
    due = list(open_children(notice.ticket).filter(pk__gt=notice.up_to).order_by("pk")[: BATCH + 1])
    theirs = set(_within_reach(notice.by).filter(pk__in=[child.pk for child in due]))
    for child in due[:BATCH]:
        key = f"notice:{notice.pk}:{child.pk}"
        said = (
            tell_customer(ticket_id=child.pk, text=notice.text, key=key, by=notice.by, now=now)
            if child.pk in theirs
            else None
        )
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


def _within_reach(by: Staff) -> QuerySet[Ticket, int]:
    """Numbers of the tickets whose customers the person may write to."""
    return Ticket.objects.visible_to(by, "tickets.reply").values_list("pk", flat=True)
