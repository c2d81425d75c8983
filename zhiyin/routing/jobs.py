from django.utils import timezone
from procrastinate.contrib.django import app

from zhiyin.routing.commands.simulating import clear_old_simulations, run_simulation


@app.task()
def run_simulation_later(simulation_id: int) -> None:
    """A long time replayed, while the person waits elsewhere."""
    run_simulation(simulation_id=simulation_id)


@app.periodic(cron="50 3 * * *")
@app.task(queueing_lock="routing.clear_old_simulations")
def clear_simulations(timestamp: int) -> None:
    """Every night: simulations older than a week."""
    clear_old_simulations(now=timezone.now())
