from django.utils import timezone
from procrastinate.contrib.django import app

from zhiyin.portal.commands import forget_expired


@app.periodic(cron="25 3 * * *")
@app.task(queueing_lock="portal.forget_expired")
def forget_what_is_over(timestamp: int) -> None:
    """Every night: sign-in links and sessions that open nothing any more."""
    forget_expired(now=timezone.now())
