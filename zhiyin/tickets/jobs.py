from django.utils import timezone
from procrastinate.contrib.django import app

from zhiyin.tickets.commands.counting import clear_unused_counts


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="tickets.clear_unused_counts")
def clear_counts(timestamp: int) -> None:
    """Every night: counts of views that nobody looks at any more."""
    clear_unused_counts(now=timezone.now())
