"""What holds for everybody; as shipped where nobody changed it."""

from __future__ import annotations

from zhiyin.procedures.models import PromisePolicy, RhythmPolicy, SurveyPolicy


def promise_policy() -> PromisePolicy:
    """How promises are watched."""
    return PromisePolicy.objects.first() or PromisePolicy()


def rhythm_policy() -> RhythmPolicy:
    """Which tickets get a rhythm by themselves, and what is proposed."""
    return RhythmPolicy.objects.first() or RhythmPolicy()


def survey_policy() -> SurveyPolicy:
    """Whether, when and what customers are asked."""
    return SurveyPolicy.objects.first() or SurveyPolicy()
