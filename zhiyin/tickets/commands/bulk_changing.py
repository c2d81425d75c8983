"""One change to many tickets: each by the commands that change one, in batches, with its own outcome; and undone.

The first batch is done with the request, so that the usual selection is settled at once; the worker does the rest,
batch by batch, by a timer that is due at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError, NotFound
from zhiyin.platform.timers.timers import set_timer
from zhiyin.tickets.commands.answering import AlreadySent, ReplyText, undo_reply, write_reply
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.commands.macro_actions import check_actions, perform_actions
from zhiyin.tickets.commands.snapshots import difference, snapshot, take_back
from zhiyin.tickets.commands.spam import mark_as_spam
from zhiyin.tickets.commands.wording import refuse_banned_words
from zhiyin.tickets.models import BulkChange, BulkItem, Macro, Ticket
from zhiyin.tickets.placeholders import fill, values_for

TIMER = "tickets.bulk"
MOST_AT_ONCE = 1000
BATCH = 50
KEPT_FOR = timedelta(days=7)  # to look up what became of each ticket


@dataclass(frozen=True, kw_only=True)
class BulkOrder:
    """What is to be done to which tickets."""

    ticket_ids: list[int]
    actions: dict[str, Any] = field(default_factory=dict)
    macro_id: int | None = None
    text: str = ""  # sent to each customer, where no macro is named; may hold placeholders
    is_spam: bool = False


class NothingToChange(DomainError):
    code = "tickets.bulk_nothing"
    status = 422
    messages = {
        "zh": "请选择 1 到 {most} 张工单，并至少选一项更改。",
        "en": "Choose 1 to {most} tickets and at least one change.",
    }


class BulkUnderWay(DomainError):
    code = "tickets.bulk_under_way"
    status = 409
    messages = {
        "zh": "这次批量操作还在进行或已经撤销，请稍后再看。",
        "en": "This bulk change is still under way, or undone already; look again in a moment.",
    }


class TooLateToUndo(DomainError):
    code = "tickets.bulk_too_late"
    status = 409
    messages = {
        "zh": "批量操作只能在 15 分钟内撤销。请逐张修改，或再做一次批量操作。",
        "en": "A bulk change can be undone for 15 minutes. Change the tickets one by one, or make another.",
    }


@transaction.atomic
def start_bulk_change(*, order: BulkOrder, idempotency_key: str, by: Staff, now: datetime) -> BulkChange:
    """Change many tickets; the same idempotency key does it once.

    Raises NothingToChange, ActionGone, BannedInPrepared.
    """
    macro = Macro.objects.visible_to(by).get(pk=order.macro_id) if order.macro_id else None
    actions = check_actions(_together(macro, order), by=by)
    text = macro.text if macro else order.text.strip()
    refuse_banned_words(text)
    wanted = set(order.ticket_ids)
    if not (actions or text.strip() or order.is_spam) or not 1 <= len(wanted) <= MOST_AT_ONCE:
        raise NothingToChange(most=MOST_AT_ONCE)
    tickets = list(
        Ticket.objects.visible_to(by).filter(pk__in=wanted).order_by("pk").values_list("pk", flat=True)
    )
    change, made = BulkChange.objects.get_or_create(
        idempotency_key=f"{by.pk}:{idempotency_key}",
        defaults={
            "staff": by,
            "limited_to": sorted(by.limited_to) if by.limited_to is not None else None,
            "actions": actions,
            "macro": macro,
            "text": text,
            "is_spam": order.is_spam,
            "total": len(tickets),
            "created_at": now,
        },
    )
    if made:
        BulkItem.objects.bulk_create(BulkItem(change=change, ticket_id=pk) for pk in tickets)
        go_on(change_id=change.pk, now=now)
    return BulkChange.objects.get(pk=change.pk)


@transaction.atomic
def undo_bulk_change(*, change_id: int, by: Staff, now: datetime) -> BulkChange:
    """Bring back what was before, of what nobody changed since. Raises BulkUnderWay, TooLateToUndo."""
    change = BulkChange.objects.select_for_update().get(pk=change_id, staff=by)
    if change.state != BulkChange.State.FINISHED:
        raise BulkUnderWay
    if now > change.undo_until:
        raise TooLateToUndo
    change.state = BulkChange.State.UNDOING
    change.save(update_fields=["state"])
    go_on(change_id=change_id, now=now)
    return BulkChange.objects.get(pk=change_id)


@transaction.atomic
def go_on(*, change_id: int, now: datetime) -> None:
    """Do or undo the next batch; the worker is asked for the one after it."""
    change = BulkChange.objects.select_for_update().select_related("staff").get(pk=change_id)
    steps: dict[str, tuple[str, Callable[[BulkChange, BulkItem, Staff, datetime], None], str]] = {
        BulkChange.State.RUNNING: (BulkItem.State.WAITING, _do, BulkChange.State.FINISHED),
        BulkChange.State.UNDOING: (BulkItem.State.DONE, _undo, BulkChange.State.UNDONE),
    }
    if change.state not in steps:
        return
    begins, step, ends = steps[change.state]
    by = change.staff
    by.limited_to = frozenset(change.limited_to) if change.limited_to is not None else None
    due = list(change.items.filter(state=begins).order_by("ticket_id")[: BATCH + 1])
    for item in due[:BATCH]:
        _settle(item, partial(step, change, item, by, now))
    if len(due) > BATCH:
        set_timer(kind=TIMER, key=str(change.pk), due_at=now)
        return
    change.state, change.finished_at = ends, now
    change.save(update_fields=["state", "finished_at"])


def clear_old_changes(*, now: datetime) -> int:
    """Forget bulk changes that are long done; what they did stays on the tickets. Returns how many."""
    return BulkChange.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]


def _together(macro: Macro | None, order: BulkOrder) -> dict[str, Any]:
    """What the macro does and what is asked beside it; what is asked goes before."""
    actions = {**(macro.actions if macro else {}), **order.actions}
    if {"status", "custom_status_id"} & set(order.actions):  # one status of the two, not the other's
        for name in {"status", "custom_status_id"} - set(order.actions):
            actions.pop(name, None)
    fields = {**(macro.actions.get("fields", {}) if macro else {}), **order.actions.get("fields", {})}
    return {**actions, "fields": fields}


def _settle(item: BulkItem, step: Callable[[], None]) -> None:
    """One ticket's step: all of it or nothing, and a refusal is kept with its reason."""
    refused = BulkItem.State.REFUSED if item.state == BulkItem.State.WAITING else BulkItem.State.KEPT
    try:
        with transaction.atomic():
            step()
    except ObjectDoesNotExist:
        _refuse(item, refused, NotFound())
    except DomainError as refusal:
        _refuse(item, refused, refusal)
    item.save()


def _refuse(item: BulkItem, state: str, refusal: DomainError) -> None:
    item.state, item.code = state, refusal.code
    item.reason_zh, item.reason_en = refusal.told("zh"), refusal.told("en")


def _do(change: BulkChange, item: BulkItem, by: Staff, now: datetime) -> None:
    ticket = lock_for("tickets.edit", ticket_id=item.ticket_id, by=by)
    before, key = snapshot(ticket), f"bulk-{change.pk}-{item.ticket_id}"
    if change.text.strip():
        filled = fill(change.text, values_for(ticket, by=by, now=now))
        files = list(change.macro.files.values_list("file_id", flat=True)) if change.macro else []
        reply = ReplyText(text=filled.text, file_ids=files)
        message = write_reply(
            ticket_id=ticket.pk, reply=reply, idempotency_key=key, despite_wording=True, by=by, now=now
        )
        item.message_id = message.pk
    if change.is_spam:
        mark_as_spam(ticket_id=ticket.pk, block=False, by=by, now=now)
    if change.actions:
        perform_actions(ticket_id=ticket.pk, actions=change.actions, idempotency_key=key, by=by, now=now)
    item.before, item.after = difference(before, snapshot(Ticket.objects.get(pk=ticket.pk)))
    is_done = item.after or item.message_id or change.actions.get("note")
    item.state = BulkItem.State.DONE if is_done else BulkItem.State.UNCHANGED


def _undo(change: BulkChange, item: BulkItem, by: Staff, now: datetime) -> None:
    ticket = lock_for("tickets.edit", ticket_id=item.ticket_id, by=by)
    kept = take_back(ticket, before=item.before, after=item.after, by=by, now=now)
    if item.message_id is not None and not _unsent(item, by, now):
        kept.append("message")
    if change.actions.get("note"):
        kept.append("note")
    item.kept = kept
    item.state = BulkItem.State.KEPT if kept else BulkItem.State.UNDONE


def _unsent(item: BulkItem, by: Staff, now: datetime) -> bool:
    """Whether the answer could still be stopped."""
    assert item.message_id is not None
    try:
        with transaction.atomic():
            undo_reply(ticket_id=item.ticket_id, message_id=item.message_id, by=by, now=now)
    except (AlreadySent, ObjectDoesNotExist):
        return False
    return True
