"""How long the log of runs is kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from zhiyin.automation.models import RuleBook, Run
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit

BATCH = 5_000


@transaction.atomic
def keep_runs(*, days: int, by: Staff, now: datetime) -> RuleBook:
    """Keep runs for so many days, 7 to 3650."""
    book, _ = RuleBook.objects.select_for_update().get_or_create(pk=1)
    book.kept_days = days
    book.save(update_fields=["kept_days"])
    record_audit(
        action="automation.runs_kept", by=by.pk, target="automation", details={"days": days}, now=now
    )
    return book


def clear_old_runs(*, now: datetime) -> int:
    """Take away runs that are kept no longer, in batches; returns how many."""
    book = RuleBook.objects.filter(pk=1).first() or RuleBook()
    old, gone = Run.objects.filter(at__lt=now - timedelta(days=book.kept_days)), 0
    while ids := list(old.order_by("at").values_list("pk", flat=True)[:BATCH]):
        gone += Run.objects.filter(pk__in=ids).delete()[0]
    return gone
