from django.utils import timezone
from procrastinate.contrib.django import app

from zhiyin.tickets.commands.bulk_changing import clear_old_changes
from zhiyin.tickets.commands.counting import clear_unused_counts
from zhiyin.tickets.commands.exporting import clear_old_exports, write_export


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="tickets.clear_unused_counts")
def clear_counts(timestamp: int) -> None:
    """Every night: counts of views that nobody looks at any more."""
    clear_unused_counts(now=timezone.now())


@app.task()
def write_export_later(export_id: int) -> None:
    """A view too large to be written while somebody waits."""
    write_export(export_id=export_id, now=timezone.now())


@app.periodic(cron="45 3 * * *")
@app.task(queueing_lock="tickets.clear_old_exports")
def clear_exports(timestamp: int) -> None:
    """Every night: exports older than a week."""
    clear_old_exports(now=timezone.now())


@app.periodic(cron="50 3 * * *")
@app.task(queueing_lock="tickets.clear_old_bulk_changes")
def clear_bulk_changes(timestamp: int) -> None:
    """Every night: bulk changes older than a week."""
    clear_old_changes(now=timezone.now())
