"""Trying once more what another system refused."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.procedures.commands.fulfilling import try_again
from zhiyin.procedures.commands.giving import lock_grant
from zhiyin.procedures.models import Grant


@transaction.atomic
def try_grant_again(*, grant_id: int, by: Staff, now: datetime) -> Grant:
    """Owe what failed once more, under the same key. Raises Grant.DoesNotExist, NothingToTryAgain."""
    grant = lock_grant(grant_id, by=by)
    try_again(grant, now=now)
    return grant
