from django.utils import timezone
from procrastinate.contrib.django import app

from zhiyin.sla.commands.trying import clear_old_trials, run_trial


@app.task()
def run_trial_later(trial_id: int) -> None:
    """A draft tried on a large past, while the person waits elsewhere."""
    run_trial(trial_id=trial_id, now=timezone.now())


@app.periodic(cron="55 3 * * *")
@app.task(queueing_lock="sla.clear_old_trials")
def clear_trials(timestamp: int) -> None:
    """Every night: trials older than a week."""
    clear_old_trials(now=timezone.now())
