"""What people did with what was suggested."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.assist.events import FindingRated
from zhiyin.assist.models import Use
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError


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
