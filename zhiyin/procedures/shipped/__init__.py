"""The procedures that ship, as data beside this file; the company may change them like its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from zhiyin.people.commands.skills import skills_called
from zhiyin.platform.outbound.signing import new_secret
from zhiyin.procedures.content import Content
from zhiyin.procedures.models import Definition, OutsideSystem, Version

FOLDER = Path(__file__).parent
SYSTEMS = [("risk", "风控系统", "Risk control"), ("payments", "支付系统", "Payments")]
SKILLS = {
    "support": ("技术支持", "Technical support"),
    "engineering": ("研发", "Engineering"),
    "product": ("产品", "Product"),
    "logistics": ("物流", "Logistics"),
}


@transaction.atomic
def install_shipped_procedures() -> None:
    """Give a centre that has no procedure yet those that ship; what is there stays as it is."""
    if Definition.objects.exists():
        return
    now = timezone.now()
    OutsideSystem.objects.bulk_create(
        (
            OutsideSystem(key=key, name_zh=zh, name_en=en, secret=new_secret(), created_at=now)
            for key, zh, en in SYSTEMS
        ),
        ignore_conflicts=True,
    )
    skills = skills_called(SKILLS)
    told = [json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))]
    names = ("key", "name_zh", "name_en", "about_zh", "about_en")
    made = Definition.objects.bulk_create(
        Definition(**{name: one[name] for name in names}, created_at=now) for one in told
    )
    Version.objects.bulk_create(
        Version(definition=definition, number=1, content=shipped_content(one, skills), published_at=now)
        for definition, one in zip(made, told, strict=True)
    )


def shipped_content(told: dict[str, Any], skills: dict[str, int]) -> dict[str, Any]:
    """A shipped content with the skills that it names by word as the rows they are here."""
    return Content.model_validate(_with_skills(told["content"], skills)).model_dump()


def _with_skills(part: Any, skills: dict[str, int]) -> Any:
    if isinstance(part, list):
        return [_with_skills(one, skills) for one in part]
    if not isinstance(part, dict):
        return part
    if part.get("to") == "skill":
        return {**part, "id": skills[part["id"]]}
    return {name: _with_skills(one, skills) for name, one in part.items()}
