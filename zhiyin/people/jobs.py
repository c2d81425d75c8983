from django.utils import timezone
from procrastinate.contrib.django import app

from zhiyin.people.sessions import forget_expired_sessions


@app.periodic(cron="25 3 * * *")
@app.task(queueing_lock="people.sessions")
def clear_sessions(timestamp: int) -> None:
    forget_expired_sessions(now=timezone.now())
