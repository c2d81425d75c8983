"""What only some people can do, who they are, and how well they can."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from zhiyin.people.events import SkillRemoved, SkillsChanged
from zhiyin.people.models import Skill, Staff, StaffSkill
from zhiyin.people.queries.standing import led_by
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
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
    *,
    skill_id: int | None,
    name_zh: str,
    name_en: str,
    kind: str,
    levels: Mapping[int, int],
    by: Staff,
    now: datetime,
) -> Skill:
    """Add a skill (None) or change one, and say who has it to which level, by id. Raises SkillExists,
    Skill.DoesNotExist."""
    zh, en = name_zh.strip(), name_en.strip()
    taken = Skill.objects.filter(Q(name_zh=zh) | Q(name_en=en)).exclude(pk=skill_id or 0).first()
    if taken is not None:
        raise SkillExists(name=taken.name_zh if taken.name_zh == zh else taken.name_en)
    skill = Skill.objects.select_for_update().get(pk=skill_id) if skill_id is not None else Skill()
    skill.name_zh, skill.name_en, skill.kind = zh, en, kind
    skill.save()
    active = set(Staff.objects.active().filter(pk__in=levels).values_list("pk", flat=True))
    wanted = {pk: level for pk, level in levels.items() if pk in active}
    was = dict(StaffSkill.objects.filter(skill=skill).values_list("staff_id", "level"))
    StaffSkill.objects.filter(skill=skill).exclude(staff_id__in=wanted).delete()
    _write([StaffSkill(skill=skill, staff_id=pk, level=level) for pk, level in wanted.items()])
    _tell({pk for pk in {*was, *wanted} if was.get(pk) != wanted.get(pk)}, by, now)
    target, told = f"skill:{skill.pk}", {"levels": {str(pk): level for pk, level in sorted(wanted.items())}}
    record_audit(action="people.skill_saved", by=by.pk, target=target, details=told, now=now)
    return skill


@transaction.atomic
def set_skills_of(*, staff_id: int, levels: Mapping[int, int], by: Staff, now: datetime) -> None:
    """What somebody one leads can, by skill: replaced by what is told; skills that are not there are left out.
    Raises Staff.DoesNotExist."""
    staff = led_by(by).get(pk=staff_id)
    known = set(Skill.objects.filter(pk__in=levels).values_list("pk", flat=True))
    StaffSkill.objects.filter(staff=staff).exclude(skill_id__in=known).delete()
    _write([StaffSkill(skill_id=pk, staff=staff, level=levels[pk]) for pk in known])
    _tell({staff_id}, by, now)
    told = {"levels": {str(pk): levels[pk] for pk in sorted(known)}}
    record_audit(action="people.skills_changed", by=by.pk, target=f"staff:{staff_id}", details=told, now=now)


@transaction.atomic
def remove_skill(*, skill_id: int, by: Staff, now: datetime) -> None:
    """Take a skill away; tasks that asked for it are left to whoever sees the ticket."""
    skill = Skill.objects.get(pk=skill_id)
    _tell(set(skill.holders.values_list("pk", flat=True)), by, now)
    skill.delete()
    emit(SkillRemoved(skill_id=skill_id, by_id=by.pk, at=now))
    record_audit(action="people.skill_removed", by=by.pk, target=f"skill:{skill_id}", now=now)


@transaction.atomic
def skills_called(names: Mapping[str, tuple[str, str]]) -> dict[str, int]:
    """The skills of these names in both languages, made where they are missing: their ids under the same keys."""
    return {
        key: Skill.objects.get_or_create(name_zh=zh, defaults={"name_en": en})[0].pk
        for key, (zh, en) in names.items()
    }


def _write(rows: list[StaffSkill]) -> None:
    StaffSkill.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["skill", "staff"], update_fields=["level"]
    )


def _tell(staff_ids: set[int], by: Staff, now: datetime) -> None:
    for staff_id in sorted(staff_ids):
        emit(SkillsChanged(staff_id=staff_id, by_id=by.pk, at=now))
