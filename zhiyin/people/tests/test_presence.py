from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from zhiyin.people.commands.presence import (
    AWAY_AFTER,
    TIMER,
    NotAState,
    change_presence,
    note_heartbeat,
    send_into_break,
)
from zhiyin.people.models import Group, Presence, PresenceSpell, Staff
from zhiyin.people.queries.standing import spells_of
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.platform.timers.models import Timer
from zhiyin.platform.timers.timers import fire_due_timers
from zhiyin.testing.people import client_for, make_staff
from zhiyin.testing.spine import let_events_happen

pytestmark = pytest.mark.django_db
NOW = timezone.now() + timedelta(days=1)  # what a worker hears late is judged by the clock


def be(staff: Staff, state: str, at: datetime, reason: str = "") -> Presence:
    return change_presence(staff_id=staff.pk, state=state, reason=reason, by=staff, now=at)


def pass_time(to: datetime) -> None:
    fire_due_timers(now=to)
    let_events_happen(now=to)


def state_of(staff: Staff) -> str:
    return Presence.objects.get(pk=staff.pk).state


def test_states_follow_each_other_to_the_second(owner: Staff) -> None:
    be(owner, "available", NOW)
    be(owner, "break", NOW + timedelta(seconds=61), "吃饭")
    be(owner, "offline", NOW + timedelta(seconds=100))
    spells = spells_of(staff_id=owner.pk, since=NOW, by=owner)
    told = [(one.state, one.reason, (one.began_at - NOW).total_seconds()) for one in spells]
    assert told == [("available", "", 0), ("break", "吃饭", 61), ("offline", "", 100)]
    assert [one.ended_at for one in spells] == [one.began_at for one in spells[1:]] + [None]
    facts = PendingEvent.objects.filter(type="people.presence_changed").values_list("payload", flat=True)
    assert [(one["was"], one["state"]) for one in facts] == [
        ("offline", "available"),
        ("available", "break"),
        ("break", "offline"),
    ]


def test_the_same_state_again_is_no_new_spell(owner: Staff) -> None:
    be(owner, "available", NOW)
    be(owner, "available", NOW + timedelta(seconds=5))
    assert Presence.objects.get(pk=owner.pk).since == NOW
    assert PresenceSpell.objects.filter(staff=owner, state="available").count() == 0


@pytest.mark.parametrize("wanted", ["away", "asleep", ""])
def test_what_is_no_state_of_choice_is_refused_and_nothing_changes(owner: Staff, wanted: str) -> None:
    be(owner, "available", NOW)
    with pytest.raises(NotAState):
        be(owner, wanted, NOW)
    assert state_of(owner) == "available"


def test_a_desk_that_is_not_heard_of_is_away_and_a_heartbeat_brings_it_back(owner: Staff) -> None:
    be(owner, "busy", NOW, "回访")
    note_heartbeat(by=owner, now=NOW + timedelta(seconds=60))
    pass_time(NOW + AWAY_AFTER)
    assert state_of(owner) == "busy"
    pass_time(NOW + timedelta(seconds=60) + AWAY_AFTER)
    assert state_of(owner) == "away"
    assert Presence.objects.get(pk=owner.pk).by is None
    back = note_heartbeat(by=owner, now=NOW + timedelta(minutes=9))
    assert (back.state, back.reason) == ("busy", "回访")
    assert Timer.objects.filter(kind=TIMER, key=str(owner.pk)).exists()


def test_who_is_offline_stays_so_whatever_the_clock_says(owner: Staff) -> None:
    be(owner, "available", NOW)
    be(owner, "offline", NOW)
    pass_time(NOW + timedelta(hours=1))
    assert state_of(owner) == "offline"


def test_a_clock_set_back_makes_no_spell_of_negative_length(owner: Staff) -> None:
    be(owner, "available", NOW)
    be(owner, "break", NOW - timedelta(hours=1))
    spell = PresenceSpell.objects.get(staff=owner, state="available")
    assert spell.ended_at == spell.began_at


def test_a_lead_sets_the_presence_of_their_group_and_of_nobody_else(
    owner: Staff, stranger: Staff, support: Group
) -> None:
    lead = make_staff(roles=["lead"], groups=[support])
    be(owner, "available", NOW)
    change_presence(staff_id=owner.pk, state="training", reason="新产品", by=lead, now=NOW)
    assert (state_of(owner), Presence.objects.get(pk=owner.pk).by) == ("training", lead)
    assert AuditEntry.objects.filter(action="people.presence_forced").count() == 1
    with pytest.raises(Staff.DoesNotExist):
        change_presence(staff_id=stranger.pk, state="offline", by=lead, now=NOW)
    with pytest.raises(Staff.DoesNotExist):
        change_presence(staff_id=lead.pk, state="offline", by=owner, now=NOW)
    with pytest.raises(Staff.DoesNotExist):
        spells_of(staff_id=lead.pk, since=NOW, by=owner)
    assert not Presence.objects.filter(staff__in=[stranger, lead]).exists()


def test_who_did_not_react_has_a_break_that_a_heartbeat_does_not_end(owner: Staff) -> None:
    be(owner, "available", NOW)
    send_into_break(staff_id=owner.pk, reason="missed", now=NOW)
    assert note_heartbeat(by=owner, now=NOW).state == "break"
    be(owner, "training", NOW)
    send_into_break(staff_id=owner.pk, reason="missed", now=NOW)
    assert state_of(owner) == "training"


def test_presence_over_http(owner: Staff, colleague: Staff) -> None:
    client = client_for(owner)
    assert client.get("/api/v1/people/presence").json()["state"] == "offline"
    put = client.put("/api/v1/people/presence", {"state": "available", "reason": " 早班 "})
    assert (put.json()["state"], put.json()["reason"]) == ("available", "早班")
    assert client.post("/api/v1/people/presence/heartbeats").json()["state"] == "available"
    refused = client.put("/api/v1/people/presence", {"state": "asleep"})
    assert (refused.status_code, refused.json()["code"]) == (422, "people.not_a_presence")
    path = f"/api/v1/people/staff/{colleague.pk}/presence"
    assert client.put(path, {"state": "offline"}).status_code == 403
    spells = client.get(f"{path.replace(str(colleague.pk), str(owner.pk))}/spells?since=2026-01-01T00:00:00Z")
    assert [one["state"] for one in spells.json()] == ["offline", "available"]
