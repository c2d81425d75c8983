"""Heavy or periodic work as Procrastinate jobs; each domain's are in its `jobs.py`, thin.

from procrastinate.contrib.django import app

@app.periodic(cron="15 3 * * *")
@app.task(queueing_lock="files.clear")
def clear_files(timestamp: int) -> None: ...
"""
