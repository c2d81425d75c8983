from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from zhiyin.assist.commands.clearing import clear_old_uses
from zhiyin.assist.commands.learning_moods import learn_moods
from zhiyin.assist.commands.recalibrating import learn_from_outcomes
from zhiyin.assist.commands.training import (
    AlreadyTraining,
    ask_for_training,
    note_failure,
    run_training,
)
from zhiyin.assist.commands.versions import forget_old
from zhiyin.assist.models import ModelVersion, MoodVersion, Preferences, Recalibration

KEPT = timedelta(days=400)


@app.task()
def train_later(training_id: int) -> None:
    """A training somebody asked for."""
    _train(training_id)


@app.periodic(cron="20 3 * * *")
@app.task(queueing_lock="assist.train_nightly")
def train_nightly(timestamp: int) -> None:
    """Every night: the classifier learns from the tickets there are."""
    preferences = Preferences.objects.first()
    if preferences is not None and not preferences.trains_nightly:
        return
    now = timezone.now()
    try:
        training = ask_for_training(by=None, now=now)
    except AlreadyTraining:
        return
    _train(training.pk)
    forget_old(ModelVersion)


@app.task(lock="assist.learn_moods")
def learn_moods_later() -> None:
    """Moods are learned from corrections: somebody asked for it."""
    learn_moods(now=timezone.now())


@app.periodic(cron="40 3 * * *")
@app.task(queueing_lock="assist.learn_moods_nightly")
def learn_moods_nightly(timestamp: int) -> None:
    """Every night: moods are learned from the corrections there are."""
    preferences = Preferences.objects.first()
    if preferences is not None and not preferences.trains_nightly:
        return
    learn_moods(now=timezone.now())
    forget_old(MoodVersion)


@app.task(lock="assist.recalibrate")
def recalibrate_later() -> None:
    """Chances of automatic answers are set right by what became of them: somebody asked for it."""
    learn_from_outcomes(now=timezone.now())


@app.periodic(cron="50 3 * * *")
@app.task(queueing_lock="assist.recalibrate_nightly")
def recalibrate_nightly(timestamp: int) -> None:
    """Every night: chances of automatic answers are set right by what became of them."""
    preferences = Preferences.objects.first()
    if preferences is not None and not preferences.trains_nightly:
        return
    learn_from_outcomes(now=timezone.now())
    forget_old(Recalibration)


@app.periodic(cron="58 3 * * *")
@app.task(queueing_lock="assist.clear")
def clear_uses(timestamp: int) -> None:
    """Every night: uses that have been kept long enough to be counted."""
    clear_old_uses(before=timezone.now() - KEPT)


def _train(training_id: int) -> None:
    try:
        run_training(training_id=training_id, now=timezone.now())
    except (
        Exception
    ) as error:  # the edge of the job: it is told on the settings page, and to whoever watches jobs
        note_failure(training_id=training_id, reason=type(error).__name__, now=timezone.now())
        raise
