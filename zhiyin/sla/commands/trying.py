"""Trying a draft on the last months before it holds for anybody."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.sla.attainment import Tally
from zhiyin.sla.commands.policies import PolicyForm, checked_form
from zhiyin.sla.models import Trial
from zhiyin.sla.queries.replaying import Draft, Replayed, replay_draft

KEPT = timedelta(days=7)
log = structlog.get_logger(__name__)


@transaction.atomic
def ask_for_trial(*, form: PolicyForm, policy_id: int | None, days: int, by: Staff, now: datetime) -> Trial:
    """Note a trial of a draft. Raises Invalid, BadCondition, PersonalCondition."""
    tree, metrics = checked_form(form)
    draft = Draft(form.track, tree, form.calendar_id, metrics, form.robots, policy_id)
    return Trial.objects.create(by=by, draft=asdict(draft) | {"days": days}, created_at=now)


def run_trial(*, trial_id: int, now: datetime) -> Trial:
    """Replay the draft and keep what it would have come to; one that is done already stays as it is."""
    trial = Trial.objects.select_related("by").get(pk=trial_id)
    if trial.state != Trial.State.WAITING:
        return trial
    began = time.monotonic()
    asked = dict(trial.draft)
    days = asked.pop("days")
    try:
        found = replay_draft(Draft(**asked), days=days, by=trial.by, now=now)
        trial.result = _result(found) | {"days": days, "seconds": round(time.monotonic() - began, 1)}
        trial.state = Trial.State.DONE
    except Exception:  # the person is told on their screen; the log says what it was
        log.exception("trial_failed", trial=trial_id)
        trial.state = Trial.State.FAILED
    trial.save(update_fields=["result", "state"])
    return trial


def clear_old_trials(*, now: datetime) -> int:
    """Forget trials after a week."""
    return Trial.objects.filter(created_at__lt=now - KEPT).delete()[0]


def _result(found: Replayed) -> dict[str, Any]:
    return {
        "tickets": found.tickets,
        "metrics": [
            {
                "metric": metric,
                "draft": _told(tally),
                "present": _told(found.present[metric]) if metric in found.present else None,
            }
            for metric, tally in found.metrics.items()
        ],
        "priorities": [
            {"priority": priority, "draft": _told(tally)} for priority, tally in found.priorities.items()
        ],
    }


def _told(tally: Tally) -> dict[str, Any]:
    return asdict(tally) | {"share": tally.share}
