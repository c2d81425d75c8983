"""A classifier learned from the centre's own tickets; put in place only where it is no worse than what there is."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from zhiyin.assist.commands.versions import one_at_a_time, put_in_place
from zhiyin.assist.events import ModelActivated
from zhiyin.assist.models import ModelVersion, Training
from zhiyin.assist.queries.learning import known_tickets
from zhiyin.knowledge.search.vectors import encoder_for_classes
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.files.files import open_content, store_file
from zhiyin.platform.http.errors import DomainError

if TYPE_CHECKING:  # numeric libraries are loaded at first need: most commands need none
    from zhiyin.assist.classifying.measuring import Report
    from zhiyin.assist.classifying.model import LinearModel

LEAST = 100  # known tickets in all
MOST = 100_000
HOLDOUT = 10  # every tenth ticket is held back for the report
WORSE_BY = 0.02  # accuracy on the same held-back tickets
STALE_AFTER = timedelta(hours=2)


class AlreadyTraining(DomainError):
    code = "assist.already_training"
    status = 409
    messages = {
        "zh": "已有一次训练在进行，请等它结束。",
        "en": "A training is under way; wait until it has ended.",
    }


@transaction.atomic
def ask_for_training(*, by: Staff | None, now: datetime) -> Training:
    """Have a training run soon. Raises AlreadyTraining while one waits or runs."""
    one_at_a_time("training")
    waiting = Training.objects.filter(state="waiting", asked_at__gt=now - STALE_AFTER)
    if waiting.exists():
        raise AlreadyTraining
    return Training.objects.create(asked_at=now, by=by)


def run_training(*, training_id: int, now: datetime) -> Training:
    """Learn, measure on tickets held back, keep the version, and put it in place where it is no worse."""
    from zhiyin.assist.classifying.measuring import report_on
    from zhiyin.assist.classifying.training import LEAST_TEXTS, Known, TooLittle, train

    training = Training.objects.get(pk=training_id, state="waiting")
    known = known_tickets(most=MOST)
    if len(known) < LEAST or len({one.category for one in known}) < 2:
        return _end(training, "refused", "too_little", now=now)
    held = [one for one in known if is_held_back(one.ticket_id)]
    held_ids = {one.ticket_id for one in held}
    learned = [one for one in known if one.ticket_id not in held_ids]
    sizes = Counter(one.category for one in learned)
    held = [one for one in held if sizes[one.category] >= LEAST_TEXTS]
    encoder = encoder_for_classes()
    try:
        model = train(
            Known([one.text for one in learned], [one.category for one in learned]), encoder=encoder
        )
    except TooLittle:
        return _end(training, "refused", "too_little", now=now)
    texts, truth = [one.text for one in held], [one.category for one in held]
    guesses = model.guess(texts, encoder=encoder)
    report = report_on(guesses, truth)
    is_worse = _is_worse(report, texts, truth)
    version = _keep(model, report, [one.confidence for one in guesses], training, now=now)
    if is_worse:
        return _end(training, "refused", "worse", now=now, version=version)
    activate_version(version_id=version.pk, by=None, now=now)
    return _end(training, "done", "", now=now, version=version)


def note_failure(*, training_id: int, reason: str, now: datetime) -> None:
    """A training that broke off has failed; the next one may be asked for."""
    Training.objects.filter(pk=training_id, state="waiting").update(
        state=Training.State.FAILED, reason=reason, ended_at=now
    )


@transaction.atomic
def activate_version(*, version_id: int, by: Staff | None, now: datetime) -> ModelVersion:
    """Have this version answer from now on: the way forward, and the way back."""
    versions = {one.pk: one for one in ModelVersion.objects.select_for_update().order_by("pk")}
    if version_id not in versions:
        raise ModelVersion.DoesNotExist
    version = versions[version_id]
    was = next((one for one in versions.values() if one.active), None)
    if was is not None and was.pk == version.pk:
        return version
    put_in_place(version, now=now)
    if by is not None:
        record_audit(action="assist.model_activated", by=by.pk, target=f"model:{version.pk}", now=now)
    emit(
        ModelActivated(
            version_id=version.pk, was_id=was.pk if was else None, by_id=by.pk if by else None, at=now
        )
    )
    return version


@transaction.atomic
def use_shipped_pack(*, by: Staff, now: datetime) -> None:
    """Let no version of the centre's own answer; the shipped pack does until one is put in place again."""
    was = ModelVersion.objects.select_for_update().filter(active=True).first()
    if was is None:
        return
    ModelVersion.objects.filter(pk=was.pk).update(active=False)
    record_audit(action="assist.pack_activated", by=by.pk, target=f"model:{was.pk}", now=now)


def is_held_back(ticket_id: int) -> bool:
    """A tenth that stays the same from one training to the next, whatever the numbers are given in."""
    return hashlib.sha256(str(ticket_id).encode()).digest()[0] < 256 // HOLDOUT


def _is_worse(report: Report, texts: list[str], truth: list[str]) -> bool:
    """Against the active version, on the same tickets. It may have learned some of them, which is to its favour."""
    from zhiyin.assist.classifying.measuring import report_on
    from zhiyin.assist.classifying.model import from_bytes

    active = ModelVersion.objects.filter(active=True).select_related("file").first()
    if active is None or not texts:
        return False
    with open_content(active.file.sha256) as stored:
        before = report_on(from_bytes(stored.read()).guess(texts, encoder=encoder_for_classes()), truth)
    return report.accuracy < before.accuracy - WORSE_BY


@transaction.atomic
def _keep(
    model: LinearModel, report: Report, confidences: list[float], training: Training, *, now: datetime
) -> ModelVersion:
    from zhiyin.assist.classifying.model import to_bytes

    number = (ModelVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    file = store_file(
        content=to_bytes(model),
        name=f"classifier-v{number}.zip",
        media_type="application/zip",
        owner="assist",
    )
    return ModelVersion.objects.create(
        number=number,
        file=file,
        report=asdict(report),
        baseline=[round(one, 3) for one in confidences[:2000]],
        texts=model.note["texts"],
        categories=len(model.categories),
        seconds=model.note["seconds"],
        trained_at=now,
        by=training.by,
    )


def _end(
    training: Training, state: str, reason: str, *, now: datetime, version: ModelVersion | None = None
) -> Training:
    training.state, training.reason, training.ended_at, training.version = state, reason, now, version
    training.save(update_fields=["state", "reason", "ended_at", "version"])
    return training
