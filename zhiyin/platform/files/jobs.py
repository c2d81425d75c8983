from django.utils import timezone
from procrastinate.contrib.django import app

from zhiyin.platform.files.files import clear_unused_files


@app.periodic(cron="15 3 * * *")
@app.task(queueing_lock="files.clear_unused")
def clear_unused(timestamp: int) -> None:
    """Every night: files nobody points to any more."""
    clear_unused_files(now=timezone.now())
