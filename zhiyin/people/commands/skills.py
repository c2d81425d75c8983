"""What only some people can do, and who they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from zhiyin.people.models import Skill, Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.http.errors import DomainError


class SkillExists(DomainError):
    code = "people.skill_exists"
    status = 409
    messages = {
        "zh": "已有名为“{name}”的技能，请换一个名称。",
        "en": "There is a skill {name} already; choose another name.",
    }


@transaction.atomic
def save_skill(
    *, skill_id: int | None, name_zh: str, name_en: str, holders: Collection[int], by: Staff, now: datetime
) -> Skill:
    """Add a skill (None) or change one, and say who has it. Raises SkillExists, Skill.DoesNotExist."""
    zh, en = name_zh.strip(), name_en.strip()
    taken = Skill.objects.filter(Q(name_zh=zh) | Q(name_en=en)).exclude(pk=skill_id or 0).first()
    if taken is not None:
        raise SkillExists(name=taken.name_zh if taken.name_zh == zh else taken.name_en)
    skill = Skill.objects.select_for_update().get(pk=skill_id) if skill_id is not None else Skill()
    skill.name_zh, skill.name_en = zh, en
    skill.save()
    skill.holders.set(Staff.objects.active().filter(pk__in=holders))
    target, told = f"skill:{skill.pk}", {"holders": sorted(holders)}
    record_audit(action="people.skill_saved", by=by.pk, target=target, details=told, now=now)
    return skill


@transaction.atomic
def remove_skill(*, skill_id: int, by: Staff, now: datetime) -> None:
    """Take a skill away; tasks that asked for it are left to whoever sees the ticket."""
    Skill.objects.get(pk=skill_id).delete()
    record_audit(action="people.skill_removed", by=by.pk, target=f"skill:{skill_id}", now=now)


@transaction.atomic
def skills_called(names: Mapping[str, tuple[str, str]]) -> dict[str, int]:
    """The skills of these names in both languages, made where they are missing: their ids under the same keys."""
    return {
        key: Skill.objects.get_or_create(name_zh=zh, defaults={"name_en": en})[0].pk
        for key, (zh, en) in names.items()
    }
