from django.utils import timezone
from procrastinate.contrib.django import app

from zhiyin.notifications.commands.clearing import clear_old
from zhiyin.notifications.commands.digesting import PEOPLE_AT_ONCE, owe_due_digests


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="notifications.digests")
def send_due_digests(timestamp: int) -> None:
    """Every minute: summaries that are due."""
    while owe_due_digests(now=timezone.now()) == PEOPLE_AT_ONCE:
        pass


@app.periodic(cron="50 3 * * *")
@app.task(queueing_lock="notifications.clear")
def clear_notifications(timestamp: int) -> None:
    """Every night: decisions, sendings and notifications that have been kept long enough."""
    clear_old(now=timezone.now())
