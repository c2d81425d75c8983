"""Skills, who has them, and how well."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.people.api.router import router
from zhiyin.people.commands.skills import remove_skill, save_skill, set_skills_of
from zhiyin.people.models import Skill, StaffSkill
from zhiyin.people.queries.skills import levels_of, skills_with_holders
from zhiyin.platform.http.shapes import Shape

Level = Annotated[int, Field(ge=1, le=StaffSkill.HIGHEST)]
Kind = Literal["language", "dialect", "product", "channel", "free"]


class HolderShape(Shape):
    id: int
    name: str
    level: int


class SkillShape(Shape):
    id: int
    name_zh: str
    name_en: str
    kind: str
    holders: list[HolderShape]


class HolderBody(Schema):
    id: int = Field(description="id of a member of staff")
    level: Level = StaffSkill.USUAL


class SkillBody(Schema):
    name_zh: str = Field(min_length=1, max_length=100, pattern=r"\S")
    name_en: str = Field(min_length=1, max_length=100, pattern=r"\S")
    kind: Kind = "free"
    holders: list[HolderBody] = Field(default_factory=list, max_length=1000)


class SkillLevelsBody(Schema):
    levels: dict[int, Level] = Field(default_factory=dict, max_length=200, description="by the skill's id")


@router.get("/people/skills", response=list[SkillShape], auth=needs("people.read"))
def get_skills(request: Signed) -> Any:
    """All skills by name, with who has them to which level."""
    return [_shape(skill) for skill in skills_with_holders()]


@router.post("/people/skills", response={201: SkillShape}, auth=needs("people.manage"))
def post_skill(request: Signed, body: SkillBody) -> Any:
    """Add a skill."""
    return Status(201, _save(request, None, body))


@router.put("/people/skills/{int:skill_id}", response=SkillShape, auth=needs("people.manage"))
def put_skill(request: Signed, skill_id: int, body: SkillBody) -> Any:
    """Change a skill, and say who has it to which level."""
    return _save(request, skill_id, body)


@router.delete("/people/skills/{int:skill_id}", response={204: None}, auth=needs("people.manage"))
def delete_skill(request: Signed, skill_id: int) -> Any:
    """Take a skill away."""
    remove_skill(skill_id=skill_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.get("/people/staff/{int:staff_id}/skills", response=SkillLevelsBody, auth=needs("routing.lead"))
def get_skills_of(request: Signed, staff_id: int) -> Any:
    """What somebody one leads can."""
    return SkillLevelsBody(levels=levels_of(staff_id=staff_id, by=request.auth))


@router.put("/people/staff/{int:staff_id}/skills", response=SkillLevelsBody, auth=needs("routing.lead"))
def put_skills_of(request: Signed, staff_id: int, body: SkillLevelsBody) -> Any:
    """Say what somebody one leads can."""
    set_skills_of(staff_id=staff_id, levels=body.levels, by=request.auth, now=timezone.now())
    return get_skills_of(request, staff_id)


def _save(request: Signed, skill_id: int | None, body: SkillBody) -> SkillShape:
    skill = save_skill(
        skill_id=skill_id,
        name_zh=body.name_zh,
        name_en=body.name_en,
        kind=body.kind,
        levels={one.id: one.level for one in body.holders},
        by=request.auth,
        now=timezone.now(),
    )
    return _shape(skills_with_holders().get(pk=skill.pk))


def _shape(skill: Skill) -> SkillShape:
    held = sorted(skill.held.all(), key=lambda one: one.staff.name)
    return SkillShape(
        id=skill.pk,
        name_zh=skill.name_zh,
        name_en=skill.name_en,
        kind=skill.kind,
        holders=[HolderShape(id=one.staff_id, name=one.staff.name, level=one.level) for one in held],
    )
