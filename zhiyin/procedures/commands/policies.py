"""What holds for everybody: how promises are watched, who gets a rhythm by itself, what customers are asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.http.errors import Invalid
from zhiyin.procedures.commands.updating import LONGEST, SHORTEST
from zhiyin.procedures.models import PromisePolicy, RhythmPolicy, SurveyPolicy
from zhiyin.tickets.commands.wording import refuse_banned_words


@transaction.atomic
def change_promise_policy(*, values: dict[str, int], by: Staff, now: datetime) -> PromisePolicy:
    """Change how promises are watched. Raises Invalid: managers hear after leads."""
    if values["manager_minutes"] < values["lead_minutes"]:
        raise Invalid(fields={"manager_minutes": "before the leads"})
    policy, _ = PromisePolicy.objects.update_or_create(pk=PromisePolicy.ONLY, defaults=values)
    _audit("procedures.promise_policy_changed", values, by, now)
    return policy


@transaction.atomic
def change_rhythm_policy(*, values: dict[str, Any], by: Staff, now: datetime) -> RhythmPolicy:
    """Change which tickets get a rhythm by themselves; those that are open get it with their next change."""
    by_priority: dict[str, int] = values["by_priority"]
    wrong = {
        f"by_priority.{priority}": f"{SHORTEST} to {LONGEST}"
        for priority, minutes in by_priority.items()
        if priority not in {"1", "2", "3", "4"} or not SHORTEST <= minutes <= LONGEST
    }
    if wrong:
        raise Invalid(fields=wrong)
    policy, _ = RhythmPolicy.objects.update_or_create(pk=RhythmPolicy.ONLY, defaults=values)
    _audit("procedures.rhythm_policy_changed", {"by_priority": by_priority}, by, now)
    return policy


@transaction.atomic
def change_survey_policy(*, values: dict[str, Any], by: Staff, now: datetime) -> SurveyPolicy:
    """Change whether, when and what customers are asked. Raises Invalid by field, BannedInPrepared."""
    if values["variant"] not in SurveyPolicy.Variant.values:
        raise Invalid(fields={"variant": "off, stars or nps"})
    if values["late_days"] > values["open_days"]:
        raise Invalid(fields={"late_days": "longer than it is open"})
    refuse_banned_words(values["text_zh"], values["text_en"])
    policy, _ = SurveyPolicy.objects.update_or_create(pk=SurveyPolicy.ONLY, defaults=values)
    told = {name: values[name] for name in ("variant", "after_minutes", "open_days", "late_days")}
    _audit("procedures.survey_policy_changed", told, by, now)
    return policy


def _audit(action: str, told: dict[str, Any], by: Staff, now: datetime) -> None:
    record_audit(action=action, by=by.pk, details=told, now=now)
