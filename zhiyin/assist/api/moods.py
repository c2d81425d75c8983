"""What was learned of moods from corrections, for those who manage assistance."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Status

from zhiyin.assist.api.router import router
from zhiyin.assist.commands.learning_moods import LEAST, activate_mood_version, use_lexicon_alone
from zhiyin.assist.jobs import learn_moods_later
from zhiyin.assist.models import MoodVersion
from zhiyin.assist.queries.mood_examples import corrections_made
from zhiyin.assist.shapes import MoodsShape
from zhiyin.people.access import Signed, needs

MANAGE = needs("assist.manage")
SHOWN = 20
_REPORTED = ("lexicon_accuracy", "accuracy", "corrected_right", "gained", "lost", "is_better", "confused")


@router.get("/assist/moods", response=MoodsShape, auth=MANAGE)
def get_moods(request: Signed) -> Any:
    """How many moods were corrected, and what was learned from that, the newest first."""
    versions = MoodVersion.objects.order_by("-number")[:SHOWN]
    return {
        "corrections": corrections_made(),
        "least": LEAST,
        "versions": [_version(one) for one in versions],
    }


@router.post("/assist/moods/trainings", response={202: None}, auth=MANAGE)
def post_mood_training(request: Signed) -> Any:
    """Have moods learned from the corrections there are; nothing comes of it where there is nothing new."""
    learn_moods_later.defer()
    return Status(202, None)


@router.post("/assist/moods/{int:version_id}/activation", response={204: None}, auth=MANAGE)
def post_mood_activation(request: Signed, version_id: int) -> Any:
    """Have this version go before the lexicon: also the way back to an earlier one."""
    activate_mood_version(version_id=version_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.delete("/assist/moods/active", response={204: None}, auth=MANAGE)
def delete_active_moods(request: Signed) -> Any:
    """Back to the lexicon alone."""
    use_lexicon_alone(by=request.auth, now=timezone.now())
    return Status(204, None)


def _version(version: MoodVersion) -> dict[str, Any]:
    names = ("id", "number", "active", "trained_at", "corrections", "accepted", "threshold")
    return {name: getattr(version, name) for name in names} | {
        name: version.report[name] for name in _REPORTED
    }
