"""What people did with what was suggested."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.assist.events import FindingRated
from zhiyin.assist.models import Use
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.models import KnowledgeUse


class NoSuchOutcome(DomainError):
    code = "assist.no_such_outcome"
    status = 422
    messages = {
        "zh": "结果只能是 used（已采用）、edited（修改后采用）或 dismissed（未采用）。",
        "en": "The outcome is used, edited or dismissed.",
    }


@transaction.atomic
def rate_use(*, use_id: int, outcome: str, by: Staff, now: datetime) -> Use:
    """Say what became of one's own use; a later word replaces an earlier one. Raises NoSuchOutcome, Use.DoesNotExist."""
    if outcome not in Use.Outcome.values:
        raise NoSuchOutcome
    use = Use.objects.select_for_update(of=("self",)).get(pk=use_id, by=by)
    use.outcome, use.outcome_at = outcome, now
    use.save(update_fields=["outcome", "outcome_at"])
    if use.ticket_id is not None:
        emit(FindingRated(ticket_id=use.ticket_id, use_id=use.pk, outcome=outcome, by_id=by.pk, at=now))
    return use


@transaction.atomic
def note_edited(*, message_id: int, now: datetime) -> None:
    """What was taken from a suggestion left in other words: its use is one that was edited. Doing so twice is once."""
    adapted = KnowledgeUse.objects.filter(message=message_id, how=KnowledgeUse.How.ADAPTED, by__isnull=False)
    for taken in adapted.select_related("by"):
        assert taken.by is not None
        use = Use.objects.filter(
            ticket=taken.ticket_id,
            by=taken.by,
            outcome=Use.Outcome.USED,
            finding__evidence__contains=[{"version_id": taken.version_id}],
        ).order_by("-outcome_at", "-pk")[:1]
        for one in use:
            rate_use(use_id=one.pk, outcome=Use.Outcome.EDITED, by=taken.by, now=now)
