"""How chances of automatic answers are set right by what became of them, for those who manage assistance."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Status

from zhiyin.assist.api.router import router
from zhiyin.assist.commands.recalibrating import LEAST, activate_recalibration, use_shipped_chances
from zhiyin.assist.jobs import recalibrate_later
from zhiyin.assist.models import Recalibration
from zhiyin.assist.queries.answer_outcomes import answer_outcomes
from zhiyin.assist.shapes_answers import RecalibrationsShape
from zhiyin.people.access import Signed, needs

MANAGE = needs("assist.manage")
SHOWN = 10


@router.get("/assist/recalibrations", response=RecalibrationsShape, auth=MANAGE)
def get_recalibrations(request: Signed) -> Any:
    """How many outcomes are known, and what was learned from them, the newest first."""
    versions = Recalibration.objects.order_by("-number")[:SHOWN]
    return {
        "outcomes": len(answer_outcomes(now=timezone.now())),
        "least": LEAST,
        "versions": [_version(one) for one in versions],
    }


@router.post("/assist/recalibrations", response={202: None}, auth=MANAGE)
def post_recalibration(request: Signed) -> Any:
    """Have chances set right by the outcomes there are; nothing comes of it where there is nothing new."""
    recalibrate_later.defer()
    return Status(202, None)


@router.post("/assist/recalibrations/{int:version_id}/activation", response={204: None}, auth=MANAGE)
def post_recalibration_activation(request: Signed, version_id: int) -> Any:
    """Have chances set right by this version: also the way back to an earlier one."""
    activate_recalibration(version_id=version_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.delete("/assist/recalibrations/active", response={204: None}, auth=MANAGE)
def delete_active_recalibration(request: Signed) -> Any:
    """Back to the chances that ship."""
    use_shipped_chances(by=request.auth, now=timezone.now())
    return Status(204, None)


def _version(version: Recalibration) -> dict[str, Any]:
    names = ("id", "number", "active", "fitted_at", "outcomes", "right")
    fits = [
        {"fit": fit, "language": fit.split(".")[0], **report, **version.scalings.get(fit, {})}
        for fit, report in sorted(version.report.items())
    ]
    return {name: getattr(version, name) for name in names} | {"fits": fits}
