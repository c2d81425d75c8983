"""Chances of automatic answers are set right by what became of answers; put in place only where they are told better."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from zhiyin.assist.answering.recalibrating import mean_loss, recalibrate
from zhiyin.assist.commands.versions import one_at_a_time, put_in_place
from zhiyin.assist.events import RecalibrationActivated
from zhiyin.assist.models import Recalibration
from zhiyin.assist.queries.answer_outcomes import answer_outcomes, scalings_in_force
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit

LEAST = 50  # outcomes of one fit


@transaction.atomic
def learn_from_outcomes(*, now: datetime) -> Recalibration | None:
    """Fit, measure on outcomes held back, keep the version, and put it in place where that tells better than what ships.

    Where it does not, and what is in place does worse by now than what ships, chances are as they ship again. None where there
    is too little to learn from, or nothing new since the last version.
    """
    one_at_a_time("recalibration")
    outcomes = answer_outcomes(now=now)
    right = sum(one.right for one in outcomes)
    found = recalibrate(outcomes, least=LEAST)
    last = Recalibration.objects.order_by("-number").first()
    is_same = last is not None and (last.outcomes, last.right) == (len(outcomes), right)
    if not found or is_same:
        return None
    better = {fit: asdict(one.scaling) for fit, one in found.items() if one.report.is_better}
    version = Recalibration.objects.create(
        number=(last.number if last is not None else 0) + 1,
        scalings=better,
        report={fit: asdict(one.report) for fit, one in found.items()},
        outcomes=len(outcomes),
        right=right,
        fitted_at=now,
    )
    if better:
        return activate_recalibration(version_id=version.pk, by=None, now=now)
    if mean_loss(outcomes, scalings_in_force()) > mean_loss(outcomes, {}):
        use_shipped_chances(by=None, now=now)
    return version


@transaction.atomic
def activate_recalibration(*, version_id: int, by: Staff | None, now: datetime) -> Recalibration:
    """Have chances set right by this version from now on: the way forward, and the way back."""
    one_at_a_time("recalibration")
    version = Recalibration.objects.select_for_update().get(pk=version_id)
    if version.active:
        return version
    put_in_place(version, now=now)
    _tell(version, by=by, now=now)
    return version


@transaction.atomic
def use_shipped_chances(*, by: Staff | None, now: datetime) -> None:
    """Let chances be as they ship, until a version is put in place again."""
    one_at_a_time("recalibration")
    if Recalibration.objects.filter(active=True).update(active=False):
        _tell(None, by=by, now=now)


def _tell(version: Recalibration | None, *, by: Staff | None, now: datetime) -> None:
    version_id = version.pk if version is not None else None
    if by is not None:
        action = "assist.recalibration_activated" if version is not None else "assist.shipped_chances"
        record_audit(action=action, by=by.pk, target=f"recalibration:{version_id or 'shipped'}", now=now)
    emit(RecalibrationActivated(version_id=version_id, by_id=by.pk if by is not None else None, at=now))
