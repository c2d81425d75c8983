from django.utils import timezone
from procrastinate.contrib.django import app

from zhiyin.trust.commands.running import start_due_runs


@app.periodic(cron="10 2 * * *")
@app.task(queueing_lock="trust.apply_rules")
def apply_rules(timestamp: int) -> None:
    """Every night: retention rules; the files of what they take go with the files that nobody points to."""
    start_due_runs(now=timezone.now())
