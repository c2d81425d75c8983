"""Presence states of the company's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from zhiyin.people.commands.custom_presences import (
    CustomPresenceContent,
    OnlyTheAvailableTakeWork,
    PresenceNameTaken,
    save_custom_presence,
)
from zhiyin.people.commands.presence import (
    AWAY_AFTER,
    NotAState,
    ReasonMissing,
    change_presence,
    leave_if_unheard,
    note_heartbeat,
)
from zhiyin.people.models import CustomPresence, Group, Presence, PresenceSpell, Staff
from zhiyin.people.queries.standing import spells_of
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.people import client_for, make_staff

pytestmark = pytest.mark.django_db
NOW = timezone.now()
API = "/api/v1/people"


def save(by: Staff, custom_id: int | None = None, **content: Any) -> CustomPresence:
    names: dict[str, Any] = {"name_zh": "会议", "name_en": "Meeting", "state": "busy"}
    told = CustomPresenceContent(**(names | content))
    return save_custom_presence(custom_id=custom_id, content=told, by=by, now=NOW)


def be(
    staff: Staff, custom: CustomPresence, at: datetime = NOW, reason: str = "", by: Staff | None = None
) -> None:
    change_presence(staff_id=staff.pk, state="", custom_id=custom.pk, reason=reason, by=by or staff, now=at)


def of(staff: Staff) -> tuple[str, int | None]:
    found = Presence.objects.get(pk=staff.pk)
    return found.state, found.custom_id


def test_a_state_of_ones_own_counts_as_a_fixed_one_and_is_in_the_history(
    administrator: Staff, owner: Staff
) -> None:
    meeting = save(administrator)
    be(owner, meeting, reason="周会")
    assert of(owner) == ("busy", meeting.pk)
    change_presence(staff_id=owner.pk, state="busy", by=owner, now=NOW + timedelta(seconds=60))
    told = [
        (one.state, one.custom_id, one.reason) for one in spells_of(staff_id=owner.pk, since=NOW, by=owner)
    ]
    assert told == [("busy", meeting.pk, "周会"), ("busy", None, "")]
    facts = PendingEvent.objects.filter(type="people.presence_changed").values_list("payload", flat=True)
    assert [(one["state"], one["custom_id"]) for one in facts] == [("busy", meeting.pk), ("busy", None)]


def test_who_was_away_is_back_in_their_own_state(administrator: Staff, owner: Staff) -> None:
    meeting = save(administrator)
    be(owner, meeting)
    leave_if_unheard(staff_id=owner.pk, now=NOW + AWAY_AFTER)
    assert of(owner) == ("away", None)
    note_heartbeat(by=owner, now=NOW + timedelta(minutes=5))
    assert of(owner) == ("busy", meeting.pk)


def test_a_state_that_asks_for_a_reason_is_refused_without_one_but_not_to_a_lead(
    administrator: Staff, owner: Staff, support: Group
) -> None:
    visit = save(
        administrator, name_zh="外出", name_en="Out", asks_reason=True, reasons=[" 送件 ", "送件", ""]
    )
    assert visit.reasons == ["送件"]
    with pytest.raises(ReasonMissing):
        be(owner, visit, reason="  ")
    assert not Presence.objects.filter(pk=owner.pk).exclude(state="offline").exists()
    be(owner, visit, reason="送件")
    lead = make_staff(roles=["lead"], groups=[support])
    change_presence(staff_id=owner.pk, state="available", by=owner, now=NOW)
    be(owner, visit, by=lead)
    assert of(owner) == ("busy", visit.pk)
    assert AuditEntry.objects.get(action="people.presence_forced").details["custom"] == visit.pk


def test_what_is_out_of_use_or_unknown_can_not_be_chosen_and_stays_with_who_has_it(
    administrator: Staff, owner: Staff, colleague: Staff
) -> None:
    meeting = save(administrator)
    be(owner, meeting)
    save(administrator, meeting.pk, active=False)
    with pytest.raises(NotAState):
        be(colleague, meeting)
    with pytest.raises(NotAState):
        change_presence(staff_id=colleague.pk, state="available", custom_id=999_999, by=colleague, now=NOW)
    assert of(owner) == ("busy", meeting.pk)
    assert not Presence.objects.filter(pk=colleague.pk).exists()


def test_who_is_in_a_state_that_counts_otherwise_now_counts_so_at_once(
    administrator: Staff, owner: Staff, colleague: Staff
) -> None:
    meeting = save(administrator)
    be(owner, meeting)
    be(colleague, meeting)
    leave_if_unheard(staff_id=colleague.pk, now=NOW + AWAY_AFTER)
    save(administrator, meeting.pk, state="break")
    assert of(owner) == ("break", meeting.pk)
    assert of(colleague) == ("away", None)
    assert PresenceSpell.objects.filter(staff=owner, state="busy", custom=meeting).count() == 1


def test_names_are_given_once_and_only_the_available_are_limited_to_channels(administrator: Staff) -> None:
    meeting = save(administrator)
    with pytest.raises(PresenceNameTaken):
        save(administrator, name_zh="开会")
    with pytest.raises(OnlyTheAvailableTakeWork):
        save(administrator, name_zh="只接邮件", name_en="Mail only", kinds=["email"])
    assert list(CustomPresence.objects.all()) == [meeting]
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomPresence.objects.filter(pk=meeting.pk).update(kinds=["email"])
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomPresence.objects.filter(pk=meeting.pk).update(state="away")


def test_own_states_over_http(administrator: Staff, owner: Staff) -> None:
    client, body = (
        client_for(administrator),
        {"name_zh": "只接邮件", "name_en": "Mail only", "state": "available"},
    )
    made = client.post(f"{API}/presence-states", body | {"kinds": ["email"]})
    assert (made.status_code, made.json()["kinds"], made.json()["active"]) == (201, ["email"], True)
    path = f"{API}/presence-states/{made.json()['id']}"
    assert client.put(path, made.json() | {"reasons": ["清积压"]}).json()["reasons"] == ["清积压"]
    wrong = client.put(path, made.json() | {"state": "away"})
    assert wrong.status_code == 422
    mine = client_for(owner)
    assert mine.post(f"{API}/presence-states", body).status_code == 403
    assert [one["name_zh"] for one in mine.get(f"{API}/presence-states").json()] == ["只接邮件"]
    put = mine.put(f"{API}/presence", {"custom_id": made.json()["id"]}).json()
    assert (put["state"], put["custom_id"]) == ("available", made.json()["id"])
    refused = mine.put(f"{API}/presence", {"custom_id": 999_999})
    assert (refused.status_code, refused.json()["code"]) == (422, "people.not_a_presence")
