from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.timers.models import Timer
from zhiyin.platform.timers.timers import fire_due_timers
from zhiyin.procedures.commands.calling_back import NotACallBack, NotAnOutcome, note_attempt
from zhiyin.procedures.commands.policies import change_rhythm_policy
from zhiyin.procedures.commands.promising import (
    NoOwner,
    NothingPromised,
    PromiseIsSettled,
    hand_over_promise,
    keep_promise,
    make_promise,
    replan_promise,
    withdraw_promise,
)
from zhiyin.procedures.commands.updating import NotARhythm, set_rhythm
from zhiyin.procedures.models import Promise, Rhythm
from zhiyin.testing.people import client_for, make_staff
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.commands.lifecycle import change_status, edit_ticket
from zhiyin.tickets.commands.snoozing import NotAMomentAhead
from zhiyin.tickets.commands.spam import mark_as_spam, unmark_spam
from zhiyin.tickets.models import Draft, Ticket

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def lead(support: Group) -> Staff:
    return make_staff(email="lead@example.com", name="Lead", roles=["lead"], groups=[support])


@pytest.fixture
def manager(db: None) -> Staff:
    return make_staff(email="manager@example.com", name="Manager", roles=["manager"])


@pytest.fixture
def ticket(support: Group, owner: Staff) -> Ticket:
    made = give_to(make_ticket(group=support), owner.pk)
    let_events_happen()
    return made


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def promise(ticket: Ticket, by: Staff, now: datetime, *, hours: float = 2, **more: Any) -> Promise:
    told: dict[str, Any] = {"text": "两小时内回复进展", "due_at": now + timedelta(hours=hours)} | more
    return make_promise(ticket_id=ticket.pk, by=by, now=now, **told)


def at(moment: datetime) -> None:
    """The clock shows this moment, and everything that is due happens."""
    while fire_due_timers(now=moment):
        let_events_happen(now=moment)
    let_events_happen(now=moment)


def told(*types: str) -> list[str]:
    found = Event.objects.filter(type__startswith="procedures.promise_").order_by("position")
    return [name for name in found.values_list("type", flat=True) if not types or name in types]


def payloads(name: str) -> list[dict[str, Any]]:
    found = Event.objects.filter(type=f"procedures.promise_{name}").order_by("position")
    return list(found.values_list("payload", flat=True))


def reply(ticket: Ticket, by: Staff, now: datetime) -> None:
    key = f"reply-{now.isoformat()}"
    write_reply(ticket_id=ticket.pk, reply=ReplyText(text="进展如下"), idempotency_key=key, by=by, now=now)
    let_events_happen(now=now)


def test_a_promise_has_an_owner_and_a_moment(
    ticket: Ticket, owner: Staff, colleague: Staff, now: datetime
) -> None:
    made = promise(ticket, colleague, now)
    assert (made.owner, made.made_by, made.due_at, made.state) == (owner, colleague, now + 2 * HOUR, "open")
    kept = keep_promise(promise_id=made.pk, outcome="已退款", by=owner, now=now + HOUR)
    assert (kept.state, kept.outcome, kept.settled_by, kept.missed_at) == ("kept", "已退款", owner, None)
    assert not Timer.objects.filter(kind="procedures.promise").exists()
    assert keep_promise(promise_id=made.pk, outcome="again", by=owner, now=now + HOUR).outcome == "已退款"


def test_a_missed_promise_goes_up_step_by_step(
    ticket: Ticket, owner: Staff, lead: Staff, manager: Staff, now: datetime
) -> None:
    made = promise(ticket, owner, now)
    at(now + 1.6 * HOUR)
    assert told() == ["procedures.promise_made", "procedures.promise_near"]
    at(now + 2 * HOUR)
    assert told()[2:] == ["procedures.promise_missed"]
    assert {one["owner_id"] for one in payloads("missed")} == {owner.pk}
    at(now + 2.5 * HOUR)
    made.refresh_from_db()
    assert (made.level, made.missed_at) == (1, now + 2 * HOUR)
    assert [one["people"] for one in payloads("escalated")] == [[lead.pk]]
    at(now + 4 * HOUR)
    made.refresh_from_db()
    assert made.level == 2
    assert [one["people"] for one in payloads("escalated")] == [[lead.pk], [manager.pk]]
    at(now + 48 * HOUR)
    assert told("procedures.promise_escalated") == ["procedures.promise_escalated"] * 2
    assert keep_promise(promise_id=made.pk, outcome="", by=owner, now=now + 48 * HOUR).was_kept_late


def test_a_kept_promise_is_not_missed(ticket: Ticket, owner: Staff, lead: Staff, now: datetime) -> None:
    made = promise(ticket, owner, now)
    keep_promise(promise_id=made.pk, outcome="", by=owner, now=now + HOUR)
    at(now + 9 * HOUR)
    assert told() == ["procedures.promise_made", "procedures.promise_kept"]


def test_a_promise_is_re_planned_and_watched_anew(
    ticket: Ticket, owner: Staff, lead: Staff, now: datetime
) -> None:
    made = promise(ticket, owner, now)
    replan_promise(promise_id=made.pk, due_at=now + 5 * HOUR, reason="供应商未回复", by=owner, now=now + HOUR)
    at(now + 3 * HOUR)
    assert "procedures.promise_missed" not in told()
    at(now + 5 * HOUR)
    made.refresh_from_db()
    move = made.moves.get()
    assert (made.first_due_at, made.missed_at) == (now + 2 * HOUR, now + 5 * HOUR)
    assert (move.from_at, move.to_at, move.reason) == (now + 2 * HOUR, now + 5 * HOUR, "供应商未回复")


def test_another_keeps_it_only_if_they_may_see_the_ticket(
    ticket: Ticket, owner: Staff, colleague: Staff, stranger: Staff, now: datetime
) -> None:
    made = promise(ticket, owner, now)
    assert (
        hand_over_promise(promise_id=made.pk, to_id=colleague.pk, by=owner, now=now).owner_id == colleague.pk
    )
    with pytest.raises(NoOwner):
        hand_over_promise(promise_id=made.pk, to_id=stranger.pk, by=owner, now=now)
    with pytest.raises(NoOwner):
        promise(ticket, owner, now, owner_id=stranger.pk)
    with pytest.raises(Promise.DoesNotExist):
        keep_promise(promise_id=made.pk, outcome="", by=stranger, now=now)
    assert Promise.objects.get().owner_id == colleague.pk


def test_spam_is_owed_nothing_until_it_is_none_after_all(
    ticket: Ticket, owner: Staff, lead: Staff, manager: Staff, now: datetime
) -> None:
    set_rhythm(ticket_id=ticket.pk, minutes=24 * 60, by=owner, now=now)
    late, later = promise(ticket, owner, now, hours=1), promise(ticket, owner, now, hours=3)
    at(now + 1.1 * HOUR)
    mark_as_spam(ticket_id=ticket.pk, block=False, by=owner, now=now + 1.2 * HOUR)
    at(now + 1.2 * HOUR)
    client = client_for(owner)
    assert client.get("/api/v1/promises?whose=mine").json()["items"] == []
    before = told()
    at(now + 2.9 * HOUR)
    assert told() == before
    unmark_spam(ticket_id=ticket.pk, by=owner, now=now + 2.9 * HOUR)
    let_events_happen(now=now + 2.9 * HOUR)
    at(now + 2.9 * HOUR)
    assert [(one["promise_id"], one["people"]) for one in payloads("escalated")] == [(late.pk, [lead.pk])]
    at(now + 3.1 * HOUR)
    assert [one["people"] for one in payloads("escalated")] == [[lead.pk], [manager.pk]]
    assert [one["promise_id"] for one in payloads("missed")] == [late.pk, later.pk]
    listed = client.get("/api/v1/promises?whose=mine").json()["items"]
    assert {one["kind"] for one in listed} == {"promise", "update"}
    assert len(listed) == 3


def test_what_does_not_fit_is_refused(ticket: Ticket, owner: Staff, now: datetime) -> None:
    with pytest.raises(NothingPromised):
        promise(ticket, owner, now, text="  ")
    with pytest.raises(NotAMomentAhead):
        promise(ticket, owner, now, hours=-1)
    assert not Promise.objects.exists()
    made = promise(ticket, owner, now)
    withdraw_promise(promise_id=made.pk, reason="客户已撤诉", by=owner, now=now)
    with pytest.raises(PromiseIsSettled):
        replan_promise(promise_id=made.pk, due_at=now + HOUR, reason="", by=owner, now=now)
    with pytest.raises(NotACallBack):
        note_attempt(promise_id=made.pk, outcome="reached", words="", by=owner, now=now)


def test_a_call_back_is_tried_as_often_as_the_policy_says(
    ticket: Ticket, owner: Staff, now: datetime
) -> None:
    made = promise(ticket, owner, now, kind="call_back", text="")
    for number in (1, 2):
        moment = now + number * HOUR
        after = note_attempt(promise_id=made.pk, outcome="no_answer", words="", by=owner, now=moment)
        assert (after.state, after.due_at) == ("open", moment + 2 * HOUR)
    last = note_attempt(promise_id=made.pk, outcome="busy", words="", by=owner, now=now + 5 * HOUR)
    assert (last.state, last.attempts.count()) == ("unreached", 3)
    let_events_happen()
    assert Event.objects.get(type="procedures.customer_unreached").payload["attempts"] == 3
    with pytest.raises(PromiseIsSettled):
        note_attempt(promise_id=made.pk, outcome="reached", words="", by=owner, now=now + 6 * HOUR)


def test_a_customer_who_asks_for_another_time_gets_it_and_is_then_reached(
    ticket: Ticket, owner: Staff, now: datetime
) -> None:
    made = promise(ticket, owner, now, kind="call_back", text="回访满意度")
    with pytest.raises(NotAnOutcome):
        note_attempt(promise_id=made.pk, outcome="asked_later", words="", by=owner, now=now)
    assert made.attempts.count() == 0
    later = now + 20 * HOUR
    note_attempt(promise_id=made.pk, outcome="asked_later", words="开会", next_at=later, by=owner, now=now)
    made.refresh_from_db()
    assert made.due_at == later
    done = note_attempt(promise_id=made.pk, outcome="reached", words="满意", by=owner, now=later)
    assert (done.state, done.outcome) == ("kept", "满意")


def test_each_answer_keeps_one_update_and_makes_the_next(ticket: Ticket, owner: Staff, now: datetime) -> None:
    set_rhythm(ticket_id=ticket.pk, minutes=240, by=owner, now=now)
    let_events_happen(now=now)
    first = Promise.objects.open().get()
    assert (first.kind, first.due_at) == ("update", now + 4 * HOUR)
    reply(ticket, owner, now + 3 * HOUR)
    first.refresh_from_db()
    assert (first.state, first.settled_by) == ("kept", owner)
    assert Promise.objects.open().get().due_at == now + 7 * HOUR
    change_status(ticket_id=ticket.pk, status="solved", by=owner, now=now + 4 * HOUR)
    let_events_happen()
    assert not Promise.objects.open().exists()
    change_status(ticket_id=ticket.pk, status="open", by=owner, now=now + 5 * HOUR)
    let_events_happen()
    assert Promise.objects.open().get().due_at == now + 9 * HOUR
    set_rhythm(ticket_id=ticket.pk, minutes=0, by=owner, now=now + 5 * HOUR)
    assert not Promise.objects.open().exists()


def test_a_draft_is_proposed_before_an_update_and_a_missed_one_goes_up(
    ticket: Ticket, owner: Staff, colleague: Staff, lead: Staff, now: datetime
) -> None:
    set_rhythm(ticket_id=ticket.pk, minutes=240, by=owner, now=now)
    at(now + 3 * HOUR)
    draft = Draft.objects.get()
    assert (draft.staff, draft.is_shared) == (owner, True)
    assert ticket.number in draft.text
    assert Event.objects.filter(type="procedures.update_proposed").count() == 1
    at(now + 4.5 * HOUR)
    assert Promise.objects.get().level == 1
    assert [one["people"] for one in payloads("escalated")] == [[lead.pk]]


def test_no_draft_is_put_over_what_somebody_writes(ticket: Ticket, owner: Staff, now: datetime) -> None:
    set_rhythm(ticket_id=ticket.pk, minutes=240, by=owner, now=now)
    Draft.objects.create(ticket=ticket, staff=owner, text="正在写", updated_at=now)
    at(now + 3 * HOUR)
    assert Draft.objects.get().text == "正在写"


def test_urgent_tickets_get_the_rhythm_of_the_policy_unless_a_person_chose(
    ticket: Ticket, owner: Staff, administrator: Staff, now: datetime
) -> None:
    values = {"by_priority": {"4": 120}, "draft_minutes": 30, "draft_zh": "", "draft_en": ""}
    change_rhythm_policy(values=values, by=administrator, now=now)
    edit_ticket(ticket_id=ticket.pk, changes={"priority": 4}, by=owner, now=now)
    let_events_happen(now=now)
    assert Rhythm.objects.get().every_minutes == 120
    edit_ticket(ticket_id=ticket.pk, changes={"priority": 2}, by=owner, now=now)
    let_events_happen(now=now)
    assert not Rhythm.objects.exists()
    set_rhythm(ticket_id=ticket.pk, minutes=60, by=owner, now=now)
    edit_ticket(ticket_id=ticket.pk, changes={"priority": 4}, by=owner, now=now)
    let_events_happen(now=now)
    assert Rhythm.objects.get().every_minutes == 60


def test_a_rhythm_of_seconds_is_refused(ticket: Ticket, owner: Staff, now: datetime) -> None:
    with pytest.raises(NotARhythm):
        set_rhythm(ticket_id=ticket.pk, minutes=1, by=owner, now=now)
    assert not Rhythm.objects.exists()


def test_promises_over_http(
    ticket: Ticket, owner: Staff, colleague: Staff, stranger: Staff, django_assert_num_queries: Any
) -> None:
    client, path = client_for(owner), f"/api/v1/tickets/{ticket.pk}/promises"
    due = (timezone.now() + 2 * HOUR).isoformat()
    made = client.post(path, {"text": "回电", "kind": "call_back", "due_at": due, "owner_id": colleague.pk})
    assert (made.status_code, made.json()["owner"]["name"]) == (201, "Colleague")
    client.post(path, {"text": "补发", "due_at": due})
    client.put(f"/api/v1/tickets/{ticket.pk}/rhythm", {"minutes": 120})
    told = client.get(path).json()
    assert sorted(one["kind"] for one in told["promises"]) == ["call_back", "promise", "update"]
    assert told["rhythm"] == {"every_minutes": 120, "by": {"id": owner.pk, "name": "Owner"}}
    with django_assert_num_queries(6):
        mine = client.get("/api/v1/promises").json()["items"]
    assert sorted(one["kind"] for one in mine) == ["promise", "update"]
    assert len(client.get("/api/v1/promises?whose=all").json()["items"]) == 3
    assert client_for(stranger).get("/api/v1/promises?whose=all").json()["items"] == []
    one = f"/api/v1/promises/{made.json()['id']}"
    assert client_for(stranger).post(f"{one}/attempts", {"outcome": "reached"}).status_code == 404
    assert (
        client.post(f"{one}/attempts", {"outcome": "no_answer"}).json()["attempts"][0]["outcome"]
        == "no_answer"
    )
    assert client.post(f"{one}/attempts", {"outcome": "reached", "words": "好"}).json()["state"] == "kept"
    assert client.post(f"{one}/moves", {"due_at": due}).json()["code"] == "procedures.promise_is_settled"
