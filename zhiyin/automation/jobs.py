from django.utils import timezone
from procrastinate.contrib.django import app

from zhiyin.automation.commands.keeping import clear_old_runs


@app.periodic(cron="25 3 * * *")
@app.task(queueing_lock="automation.clear_old_runs")
def clear_runs(timestamp: int) -> None:
    """Every night: what stands in the log longer than it is kept."""
    clear_old_runs(now=timezone.now())
