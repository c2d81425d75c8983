from django.utils import timezone
from procrastinate.contrib.django import app

from zhiyin.knowledge.commands.questions import forget_old_questions


@app.periodic(cron="35 3 * * *")
@app.task(queueing_lock="knowledge.forget_old_questions")
def forget_what_was_asked_long_ago(timestamp: int) -> None:
    """Every night: questions older than half a year."""
    forget_old_questions(now=timezone.now())
