"""Skills and who has them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.people.api.router import router
from zhiyin.people.commands.skills import remove_skill, save_skill
from zhiyin.people.models import Skill
from zhiyin.platform.http.shapes import Shape


class HolderShape(Shape):
    id: int
    name: str


class SkillShape(Shape):
    id: int
    name_zh: str
    name_en: str
    holders: list[HolderShape]


class SkillBody(Schema):
    name_zh: str = Field(min_length=1, max_length=100, pattern=r"\S")
    name_en: str = Field(min_length=1, max_length=100, pattern=r"\S")
    holders: list[int] = Field(default_factory=list, max_length=1000, description="ids of staff")


@router.get("/people/skills", response=list[SkillShape], auth=needs("people.read"))
def get_skills(request: Signed) -> Any:
    """All skills by name, with who has them."""
    return [_shape(skill) for skill in Skill.objects.order_by("name_zh").prefetch_related("holders")]


@router.post("/people/skills", response={201: SkillShape}, auth=needs("people.manage"))
def post_skill(request: Signed, body: SkillBody) -> Any:
    """Add a skill."""
    return Status(201, _shape(save_skill(skill_id=None, **body.dict(), by=request.auth, now=timezone.now())))


@router.put("/people/skills/{int:skill_id}", response=SkillShape, auth=needs("people.manage"))
def put_skill(request: Signed, skill_id: int, body: SkillBody) -> Any:
    """Rename a skill, and say who has it."""
    return _shape(save_skill(skill_id=skill_id, **body.dict(), by=request.auth, now=timezone.now()))


@router.delete("/people/skills/{int:skill_id}", response={204: None}, auth=needs("people.manage"))
def delete_skill(request: Signed, skill_id: int) -> Any:
    """Take a skill away."""
    remove_skill(skill_id=skill_id, by=request.auth, now=timezone.now())
    return Status(204, None)


def _shape(skill: Skill) -> SkillShape:
    holders = sorted(skill.holders.all(), key=lambda staff: staff.name)
    return SkillShape(
        id=skill.pk,
        name_zh=skill.name_zh,
        name_en=skill.name_en,
        holders=[HolderShape(id=staff.pk, name=staff.name) for staff in holders],
    )
