from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from zhiyin.people.models import Staff
from zhiyin.tickets.commands.wording import BannedWords, RiskyWords, note_refused


@contextmanager
def refusals_noted(*, ticket_id: int | None, by: Staff) -> Iterator[None]:
    """Keep that an answer was refused for its words; what refused it has rolled back by then."""
    try:
        yield
    except (BannedWords, RiskyWords) as refusal:
        note_refused(refusal, ticket_id=ticket_id, by=by, now=timezone.now())
        raise
