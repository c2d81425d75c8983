"""Moods learned from those who corrected them; put in place only where more is read rightly than without."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from zhiyin.assist.commands.versions import one_at_a_time, put_in_place
from zhiyin.assist.events import MoodVersionActivated
from zhiyin.assist.models import MoodVersion
from zhiyin.assist.queries.mood_examples import mood_examples
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.files.files import store_file

if TYPE_CHECKING:  # numeric libraries are loaded at first need: most commands need none
    from zhiyin.assist.moods.learning import Learned

LEAST = 20  # corrections of different messages


def learn_moods(*, now: datetime) -> MoodVersion | None:
    """Learn, measure on texts held back, keep the version, and put it in place where it is better; None where there is
    too little to learn from, or nothing new since the last version."""
    examples = mood_examples()
    corrected = sum(one.was_corrected for one in examples)
    accepted = len(examples) - corrected
    last = MoodVersion.objects.order_by("-number").first()
    is_same = last is not None and (last.corrections, last.accepted) == (corrected, accepted)
    if corrected < LEAST or is_same:
        return None
    from zhiyin.assist.classifying.training import TooLittle
    from zhiyin.assist.moods.learning import learn

    try:
        learned = learn(examples)
    except TooLittle:
        return None
    version = _keep(learned, corrected, accepted, now=now)
    if learned.report.is_better:
        return activate_mood_version(version_id=version.pk, by=None, now=now)
    return version


@transaction.atomic
def activate_mood_version(*, version_id: int, by: Staff | None, now: datetime) -> MoodVersion:
    """Have this version go before the lexicon from now on: the way forward, and the way back."""
    one_at_a_time("moods")
    version = MoodVersion.objects.select_for_update().get(pk=version_id)
    if version.active:
        return version
    put_in_place(version, now=now)
    _tell(version, by=by, now=now)
    return version


@transaction.atomic
def use_lexicon_alone(*, by: Staff, now: datetime) -> None:
    """Let no version go before the lexicon, until one is put in place again."""
    one_at_a_time("moods")
    if MoodVersion.objects.filter(active=True).update(active=False):
        _tell(None, by=by, now=now)


def _tell(version: MoodVersion | None, *, by: Staff | None, now: datetime) -> None:
    version_id = version.pk if version is not None else None
    if by is not None:
        action = "assist.mood_version_activated" if version is not None else "assist.lexicon_alone"
        record_audit(action=action, by=by.pk, target=f"moods:{version_id or 'lexicon'}", now=now)
    emit(MoodVersionActivated(version_id=version_id, by_id=by.pk if by is not None else None, at=now))


@transaction.atomic
def _keep(learned: Learned, corrections: int, accepted: int, *, now: datetime) -> MoodVersion:
    from zhiyin.assist.classifying.model import to_bytes

    one_at_a_time("moods")
    number = (MoodVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    file = store_file(
        content=to_bytes(learned.model),
        name=f"moods-v{number}.zip",
        media_type="application/zip",
        owner="assist",
    )
    return MoodVersion.objects.create(
        number=number,
        file=file,
        threshold=learned.threshold,
        report=asdict(learned.report) | {"is_better": learned.report.is_better},
        corrections=corrections,
        accepted=accepted,
        trained_at=now,
    )
