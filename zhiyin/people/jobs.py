from typing import cast

from django.core.cache import cache
from django.utils import timezone
from procrastinate.contrib.django import app

from zhiyin.people.sessions import forget_expired_sessions
from zhiyin.people.signing_in.cache import AttemptCache


@app.periodic(cron="25 3 * * *")
@app.task(queueing_lock="people.sessions")
def clear_sessions(timestamp: int) -> None:
    """Every night: sessions and counts of attempts that ran out."""
    forget_expired_sessions(now=timezone.now())
    cast("AttemptCache", cache).forget_expired()
