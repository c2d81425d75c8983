"""Applying rules: a run takes one rule's tickets in batches, each in a transaction with its own progress.

So a worker that dies loses at most the batch it was at, and the next one goes on behind the last that was committed.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

import structlog
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, RestrictedError

from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.forgetting import Gone, anonymise_tickets, delete_tickets, forget_strays
from zhiyin.tickets.models import Ticket
from zhiyin.trust.events import RetentionRunEnded, RetentionRunStarted
from zhiyin.trust.models import Action, KeptTicket, LegalHold, RetentionRule, RetentionRun
from zhiyin.trust.queries.naming import scope_names
from zhiyin.trust.queries.taking import channels_of, held_among, over

BATCH = 100
STRAYS = 500
State = RetentionRun.State
COUNTED = ("tickets", "messages", "customers", "strays", "held", "failed")
_NEEDED = (ProtectedError, RestrictedError, IntegrityError)  # something that is not known here points to it
log = structlog.get_logger(__name__)


class RunningAlready(DomainError):
    code = "trust.running_already"
    status = 409
    messages = {
        "zh": "这条规则正在执行，请等它完成。",
        "en": "This rule is being applied already; wait until that is done.",
    }


@transaction.atomic
def start_run(*, rule_id: int, by: Staff, now: datetime) -> RetentionRun:
    """Apply a rule now, active or not. Raises RunningAlready."""
    rule = RetentionRule.objects.visible_to(by).select_for_update(of=("self",)).get(pk=rule_id)
    if RetentionRun.objects.filter(rule=rule, state=State.RUNNING).exists():
        raise RunningAlready
    return _start(rule, by=by, now=now)


@transaction.atomic
def start_due_runs(*, now: datetime) -> list[RetentionRun]:
    """Every night: a run for each active rule that is not running already."""
    running = RetentionRun.objects.filter(state=State.RUNNING, rule__isnull=False).values("rule")
    rules = RetentionRule.objects.filter(active=True).exclude(pk__in=running).order_by("pk")
    return [_start(rule, by=None, now=now) for rule in rules.select_for_update(of=("self",))]


@transaction.atomic
def stop_run(*, run_id: int, by: Staff, now: datetime) -> RetentionRun:
    """Stop a run; what it took is gone, the rest stays until the rule is applied again. One that is over stays so."""
    run = RetentionRun.objects.select_for_update().get(pk=run_id)
    if run.state == State.RUNNING:
        _end(run, State.STOPPED, by_id=by.pk, now=now)
    return run


@transaction.atomic
def go_on(*, now: datetime) -> bool:
    """One batch of the oldest run that nobody else is at; False where there is nothing to do."""
    running = RetentionRun.objects.select_for_update(skip_locked=True, of=("self",))
    run = running.filter(state=State.RUNNING).order_by("pk").first()
    if run is None:
        return False
    ids = list(
        over(action=run.action, channel_ids=run.channel_ids, before=run.before)
        .filter(pk__gt=run.last_ticket_id)
        .order_by("pk")
        .values_list("pk", flat=True)[:BATCH]
    )
    if ids:
        _take(run, ids, now)
    elif taken := forget_strays(channel_ids=run.channel_ids, before=run.before, limit=STRAYS):
        run.strays += taken
        run.moved_at = now
        run.save(update_fields=["strays", "moved_at"])
    else:
        _end(run, State.DONE, by_id=run.by_id, now=now)
    return True


def _start(rule: RetentionRule, *, by: Staff | None, now: datetime) -> RetentionRun:
    zh, en = scope_names(rule)
    run = RetentionRun.objects.create(
        rule=rule,
        action=rule.action,
        days=rule.days,
        scope_zh=zh,
        scope_en=en,
        channel_ids=[channel.pk for channel in channels_of(rule)],
        before=rule.before(now),
        by=by,
        started_at=now,
        moved_at=now,
    )
    by_id = by.pk if by else None
    emit(RetentionRunStarted(run_id=run.pk, rule_id=rule.pk, by_id=by_id, at=now))
    if by is not None:
        details = {"action": run.action, "days": run.days, "channels": run.channel_ids, "before": run.before}
        record_audit(action="retention.started", by=by.pk, target=f"run:{run.pk}", details=details, now=now)
    return run


def _take(run: RetentionRun, ids: list[int], now: datetime) -> None:
    last = ids[-1]
    # locked before they are looked at: nobody puts one on hold, or merges it, between our look and its end
    ids = list(
        Ticket.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk", flat=True)
    )
    held = held_among(ids)
    free = [pk for pk in ids if pk not in held]
    take = partial(
        delete_tickets if run.action == Action.DELETE else anonymise_tickets, before=run.before, now=now
    )
    gone, failed = _take_together(take, free)
    run.tickets += gone.tickets
    run.messages += gone.messages
    run.customers += gone.customers
    run.held += len(held)
    run.failed += failed
    run.last_ticket_id, run.moved_at = last, now
    run.save()


def _take_together(take: partial[Gone], ids: list[int]) -> tuple[Gone, int]:
    """All at once; where something still needs one of them, one by one."""
    try:
        with transaction.atomic():
            return take(ticket_ids=ids), 0
    except _NEEDED:
        gone, failed = Gone(), 0
    for pk in ids:
        try:
            with transaction.atomic():
                gone += take(ticket_ids=[pk])
        except _NEEDED as needed:
            failed += 1
            _keep(pk, needed, before=take.keywords["before"], now=take.keywords["now"])
    return gone, failed


def _keep(ticket_id: int, needed: Exception, *, before: datetime, now: datetime) -> None:
    """A ticket that can't be deleted, such as for what was paid on it, stays as nobody's, once and for all; one on
    hold stays as it is."""
    by = {type(one) for one in getattr(needed, "protected_objects", ())}
    log.warning("ticket_kept_by_others", ticket=ticket_id, needed_by=sorted(one.__name__ for one in by))
    if by and LegalHold not in by:
        anonymise_tickets(ticket_ids=[ticket_id], before=before, now=now)
        KeptTicket.objects.get_or_create(ticket_id=ticket_id, defaults={"at": now})


def _end(run: RetentionRun, state: str, *, by_id: int | None, now: datetime) -> None:
    """Note what became of it; of a night in which there was nothing to do only when it was is kept."""
    counts = {name: getattr(run, name) for name in COUNTED}
    if run.rule is not None:
        RetentionRule.objects.filter(pk=run.rule.pk).update(applied_at=now)
    emit(RetentionRunEnded(run_id=run.pk, rule_id=run.rule_id or 0, at=now))
    if run.by_id is None and not any(counts.values()):
        run.delete()
        return
    run.state, run.ended_at = state, now
    run.save(update_fields=["state", "ended_at"])
    details = {**counts, "action": run.action, "days": run.days, "channels": run.channel_ids}
    record_audit(action=f"retention.{state}", by=by_id, target=f"run:{run.pk}", details=details, now=now)
