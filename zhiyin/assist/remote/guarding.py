"""What keeps an endpoint from costing too much or keeping people waiting: budgets of tokens, and a circuit.

Vectors have both of their own.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Q, Sum

from zhiyin.assist.models import Endpoint, Use
from zhiyin.people.models import Staff

FAILURES = 3  # in a row that open the circuit
OPEN_FOR = timedelta(minutes=2)
_DAY = timedelta(days=1)
EMBEDDING = "embedding"  # the task that uses of vectors are kept under


def is_within_budget(endpoint: Endpoint, *, by: Staff | None, now: datetime) -> bool:
    """Whether the tokens of the last 24 hours, of all and of this person, are below what may be spent; one query.

    What a machine asks by itself has the budget of all.
    """
    since = Use.objects.filter(at__gt=now - _DAY, tokens__gt=0).exclude(task=EMBEDDING)
    spent = since.aggregate(all=Sum("tokens"), own=Sum("tokens", filter=Q(by=by)))
    is_own_left = by is None or (spent["own"] or 0) < endpoint.tokens_a_person
    return (spent["all"] or 0) < endpoint.tokens_a_day and is_own_left


def tokens_spent(*, now: datetime) -> int:
    """Of the last 24 hours, vectors left out."""
    since = Use.objects.filter(at__gt=now - _DAY).exclude(task=EMBEDDING)
    return since.aggregate(all=Sum("tokens"))["all"] or 0


def embedding_tokens_spent(*, now: datetime) -> int:
    """Of the last 24 hours, for vectors alone."""
    since = Use.objects.filter(at__gt=now - _DAY, task=EMBEDDING)
    return since.aggregate(all=Sum("tokens"))["all"] or 0


def note_failure(reason: str, *, now: datetime) -> None:
    """Count one more failure in a row; the circuit opens at FAILURES, and again at each one after."""
    Endpoint.objects.update(failures=F("failures") + 1, last_error=reason)
    Endpoint.objects.filter(failures__gte=FAILURES).update(open_until=now + OPEN_FOR)


def note_success() -> None:
    """The row of failures is over."""
    Endpoint.objects.filter(Q(failures__gt=0) | Q(open_until__isnull=False)).update(
        failures=0, open_until=None, last_error=""
    )


def note_embedding_failure(reason: str, *, now: datetime) -> None:
    """The same for vectors."""
    Endpoint.objects.update(embedding_failures=F("embedding_failures") + 1, embedding_error=reason)
    Endpoint.objects.filter(embedding_failures__gte=FAILURES).update(embedding_open_until=now + OPEN_FOR)


def note_embedding_success() -> None:
    """The row of failures is over."""
    failed = Q(embedding_failures__gt=0) | Q(embedding_open_until__isnull=False)
    Endpoint.objects.filter(failed).update(
        embedding_failures=0, embedding_open_until=None, embedding_error=""
    )
