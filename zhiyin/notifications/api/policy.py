"""What holds for everybody."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from zhiyin.notifications.api.router import router
from zhiyin.notifications.commands.choosing import change_policy
from zhiyin.notifications.commands.owing import mail_is_possible
from zhiyin.notifications.queries.choices import policy_or_blank, ways_of_roles
from zhiyin.notifications.reasons import all_reasons
from zhiyin.notifications.shapes import (
    PolicyBody,
    PolicyShape,
    ReasonShape,
    RoleWaysShape,
    WordsShape,
    words_shape,
)
from zhiyin.people.access import Signed, needs

MANAGE = needs("settings.manage")


@router.get("/notifications/policy", response=PolicyShape, auth=MANAGE)
def get_policy(request: Signed) -> Any:
    """The company's and the roles' defaults, and what may leave the house."""
    return _told()


@router.patch("/notifications/policy", response=PolicyShape, auth=MANAGE)
def patch_policy(request: Signed, body: PolicyBody) -> Any:
    """Change what holds for whoever has not chosen otherwise."""
    changes = body.dict(exclude_unset=True)
    change_policy(
        ways=changes.pop("ways", {}),
        role_ways=changes.pop("roles", {}),
        changes=changes,
        by=request.auth,
        now=timezone.now(),
    )
    return _told()


def _told() -> PolicyShape:
    policy = policy_or_blank()
    return PolicyShape(
        reasons=[
            ReasonShape(
                reason=one.code, name=words_shape(one.name), urgency=one.urgency, shipped=list(one.ways)
            )
            for one in all_reasons()
        ],
        ways=policy.ways,
        roles=[
            RoleWaysShape(
                id=role.pk, code=role.code, name=WordsShape(zh=role.name_zh, en=role.name_en), ways=ways
            )
            for role, ways in ways_of_roles()
        ],
        allows_content=policy.allows_content,
        mails_per_hour=policy.mails_per_hour,
        pushes_per_hour=policy.pushes_per_hour,
        mail_is_possible=mail_is_possible(),
    )
