"""Skills: who has them, and to which level."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.people.commands.skills import SkillExists, remove_skill, save_skill, set_skills_of
from zhiyin.people.models import Group, Skill, Staff, StaffSkill
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.people import client_for, make_staff

pytestmark = pytest.mark.django_db
API = "/api/v1/people"


def told() -> list[tuple[str, int]]:
    """(what, whose) of the facts about skills since this was last asked."""
    found = PendingEvent.objects.filter(type__startswith="people.skill").order_by("pk")
    pairs = [(one.type, one.payload.get("staff_id", one.payload.get("skill_id"))) for one in found]
    found.delete()
    return pairs


def cantonese(by: Staff, levels: dict[int, int], skill_id: int | None = None) -> Skill:
    names: dict[str, Any] = {"name_zh": "粤语", "name_en": "Cantonese", "kind": "dialect"}
    return save_skill(skill_id=skill_id, **names, levels=levels, by=by, now=timezone.now())


def test_a_skill_says_who_has_it_and_tells_only_of_those_it_changes_for(
    administrator: Staff, owner: Staff, colleague: Staff, stranger: Staff
) -> None:
    skill = cantonese(administrator, {owner.pk: 2, colleague.pk: 5})
    assert told() == [("people.skills_changed", pk) for pk in sorted([owner.pk, colleague.pk])]
    cantonese(administrator, {owner.pk: 2, stranger.pk: 1}, skill.pk)
    assert dict(StaffSkill.objects.values_list("staff_id", "level")) == {owner.pk: 2, stranger.pk: 1}
    assert told() == [("people.skills_changed", pk) for pk in sorted([colleague.pk, stranger.pk])]
    assert list(owner.skills.all()) == [skill]


def test_a_name_is_given_once(administrator: Staff, owner: Staff) -> None:
    cantonese(administrator, {owner.pk: 2})
    told()
    with pytest.raises(SkillExists):
        save_skill(
            skill_id=None, name_zh="广东话", name_en="Cantonese", kind="free", levels={}, by=administrator,
            now=timezone.now(),
        )  # fmt: skip
    assert (Skill.objects.filter(name_en="Cantonese").count(), told()) == (1, [])


def test_who_left_gets_no_skill(administrator: Staff, owner: Staff) -> None:
    Staff.objects.filter(pk=owner.pk).update(is_active=False)
    cantonese(administrator, {owner.pk: 2, 999_999: 3})
    assert (StaffSkill.objects.count(), told()) == (0, [])


def test_leads_say_what_their_own_people_can(
    administrator: Staff, support: Group, owner: Staff, stranger: Staff
) -> None:
    lead = make_staff(name="Lead", roles=["lead"], groups=[support])
    skill, english = (
        cantonese(administrator, {owner.pk: 2}),
        Skill.objects.create(name_zh="英语", name_en="E"),
    )
    told()
    set_skills_of(staff_id=owner.pk, levels={english.pk: 4, 999_999: 1}, by=lead, now=timezone.now())
    assert dict(StaffSkill.objects.values_list("skill_id", "level")) == {english.pk: 4}
    assert told() == [("people.skills_changed", owner.pk)]
    with pytest.raises(Staff.DoesNotExist):
        set_skills_of(staff_id=stranger.pk, levels={skill.pk: 4}, by=lead, now=timezone.now())
    assert AuditEntry.objects.latest("number").details == {"levels": {str(english.pk): 4}}


def test_a_removed_skill_is_nobodys(administrator: Staff, owner: Staff) -> None:
    skill = cantonese(administrator, {owner.pk: 2})
    told()
    remove_skill(skill_id=skill.pk, by=administrator, now=timezone.now())
    assert told() == [("people.skills_changed", owner.pk), ("people.skill_removed", skill.pk)]
    assert StaffSkill.objects.count() == 0


def test_the_api_reads_all_skills_with_the_same_number_of_queries(
    administrator: Staff, owner: Staff, colleague: Staff
) -> None:
    client = client_for(administrator)
    body = {"name_zh": "粤语", "name_en": "Cantonese", "kind": "dialect", "holders": [{"id": owner.pk}]}
    made = client.post(f"{API}/skills", body).json()
    assert made["holders"] == [{"id": owner.pk, "name": "Owner", "level": 3}]
    client.get(f"{API}/skills")
    counts = []
    for holders in ([{"id": owner.pk}], [{"id": owner.pk, "level": 1}, {"id": colleague.pk, "level": 5}]):
        assert client.put(f"{API}/skills/{made['id']}", body | {"holders": holders}).status_code == 200
        with CaptureQueriesContext(connection) as captured:
            [shown] = [one for one in client.get(f"{API}/skills").json() if one["id"] == made["id"]]
        counts.append(len(captured))
    assert {one["id"]: one["level"] for one in shown["holders"]} == {owner.pk: 1, colleague.pk: 5}
    assert counts[0] == counts[1]
    for level in (0, 6):
        wrong = body | {"holders": [{"id": owner.pk, "level": level}]}
        assert client.put(f"{API}/skills/{made['id']}", wrong).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_who_had_a_skill_before_there_were_levels_has_it_to_the_middle_one() -> None:
    after = MigrationExecutor(connection).loader.graph.leaf_nodes()
    MigrationExecutor(connection).migrate([("people", "0004_presence"), ("routing", None)])
    try:
        old = MigrationExecutor(connection).loader.project_state([("people", "0004_presence")]).apps
        person = old.get_model("people", "Staff").objects.create(email="old@example.com", name="Old")
        skill = old.get_model("people", "Skill").objects.create(name_zh="旧", name_en="Old")
        skill.holders.add(person)
    finally:
        MigrationExecutor(connection).migrate(after)
    held = StaffSkill.objects.get(skill_id=skill.pk)
    assert (held.staff_id, held.level, held.skill.kind) == (person.pk, 3, "free")
