from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.people import client_for, make_group, make_staff
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.commands.answering import write_note
from zhiyin.tickets.commands.assigning import NoSuchColleague
from zhiyin.tickets.commands.following import follow_ticket, note_looked, unfollow_ticket
from zhiyin.tickets.models import Follower, Mention, Ticket
from zhiyin.tickets.queries.following import followers_of, unseen_mentions, who_may_see

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(support: Group) -> Ticket:
    return make_ticket(group=support)


def note(ticket: Ticket, by: Staff, key: str = "n-1", **named: Any) -> None:
    write_note(
        ticket_id=ticket.pk,
        text="@",
        file_ids=[],
        idempotency_key=key,
        by=by,
        now=timezone.now(),
        **{"mentions": [], **named},
    )


def told(prefix: str) -> list[dict[str, Any]]:
    return list(
        PendingEvent.objects.filter(type__startswith=prefix).order_by("pk").values_list("payload", flat=True)
    )


def following(ticket: Ticket) -> set[int]:
    return set(Follower.objects.filter(ticket=ticket).values_list("staff_id", flat=True))


def test_who_follows_is_told_once(ticket: Ticket, owner: Staff) -> None:
    for _ in range(2):
        follow_ticket(ticket_id=ticket.pk, staff_id=owner.pk, by=owner, now=timezone.now())
    assert following(ticket) == {owner.pk}
    assert told("tickets.follower_added") == [
        {"ticket_id": ticket.pk, "staff_id": owner.pk, "by_id": owner.pk}
    ]
    assert unfollow_ticket(ticket_id=ticket.pk, staff_id=owner.pk, by=owner, now=timezone.now())
    assert not unfollow_ticket(ticket_id=ticket.pk, staff_id=owner.pk, by=owner, now=timezone.now())
    assert following(ticket) == set()
    assert len(told("tickets.follower_removed")) == 1


def test_a_reader_follows_but_lets_nobody_else_follow(ticket: Ticket, colleague: Staff) -> None:
    reader = make_staff(roles=["quality_reviewer"])
    follow_ticket(ticket_id=ticket.pk, staff_id=reader.pk, by=reader, now=timezone.now())
    with pytest.raises(Ticket.DoesNotExist):
        follow_ticket(ticket_id=ticket.pk, staff_id=colleague.pk, by=reader, now=timezone.now())
    assert following(ticket) == {reader.pk}


def test_a_stranger_or_somebody_gone_does_not_follow(ticket: Ticket, owner: Staff, stranger: Staff) -> None:
    gone = make_staff(is_active=False)
    with pytest.raises(NoSuchColleague):
        follow_ticket(ticket_id=ticket.pk, staff_id=gone.pk, by=owner, now=timezone.now())
    with pytest.raises(Ticket.DoesNotExist):
        follow_ticket(ticket_id=ticket.pk, staff_id=stranger.pk, by=stranger, now=timezone.now())
    assert following(ticket) == set()
    assert told("tickets.follower") == []


def test_following_gives_no_access_and_says_so(ticket: Ticket, owner: Staff, stranger: Staff) -> None:
    client = client_for(owner)
    client.post(f"/api/v1/tickets/{ticket.pk}/followers", {"staff_id": stranger.pk})
    answer = client.post(f"/api/v1/tickets/{ticket.pk}/followers", {}).json()
    assert answer == [
        {"id": stranger.pk, "name": "Stranger", "may_see": False},
        {"id": owner.pk, "name": "Owner", "may_see": True},
    ]
    assert client_for(stranger).get(f"/api/v1/tickets/{ticket.pk}").status_code == 404
    left = client.delete(f"/api/v1/tickets/{ticket.pk}/followers/{stranger.pk}").json()
    assert [one["id"] for one in left] == [owner.pk]


def test_who_may_see_is_the_rule_of_scope(
    ticket: Ticket, owner: Staff, stranger: Staff, administrator: Staff
) -> None:
    planner = make_staff(roles=["planner"])
    gone = make_staff(roles=["administrator"], is_active=False)
    everybody = [owner, stranger, administrator, planner, gone]
    expected = set()
    for _ in range(2):
        expected = {
            one.pk for one in everybody if Ticket.objects.visible_to(one).filter(pk=ticket.pk).exists()
        }
        assert who_may_see(ticket, [one.pk for one in everybody]) == expected
        ticket = give_to(ticket, stranger.pk)
    assert expected == {owner.pk, stranger.pk, administrator.pk}


def test_whom_a_note_names_follows_and_is_mentioned_until_they_look(
    ticket: Ticket, owner: Staff, colleague: Staff
) -> None:
    note(ticket, owner, mentions=[colleague.pk])
    assert following(ticket) == {colleague.pk}
    assert list(unseen_mentions(colleague)) == [ticket.pk]
    assert list(unseen_mentions(owner)) == []
    client = client_for(colleague)
    assert [row["id"] for row in client.get("/api/v1/tickets?view=mentions").json()["items"]] == [ticket.pk]
    assert client.get("/api/v1/tickets/counts").json()["views"]["mentions"] == 1
    client.post(f"/api/v1/tickets/{ticket.pk}/read")
    assert client.get("/api/v1/tickets?view=mentions").json()["items"] == []
    assert note_looked(ticket_id=ticket.pk, by=colleague, now=timezone.now()) == 0


def test_a_group_is_mentioned_as_its_active_members_of_now_without_the_writer(
    ticket: Ticket, owner: Staff, colleague: Staff
) -> None:
    billing = make_group("Billing")
    payer = make_staff(groups=[billing])
    make_staff(groups=[billing], is_active=False)
    note(ticket, owner, mentions=[colleague.pk], mentioned_groups=[billing.pk, owner.group_ids[0]])
    make_staff(groups=[billing])
    named = sorted([colleague.pk, payer.pk])
    assert sorted(Mention.objects.values_list("staff_id", flat=True)) == named
    [fact] = told("tickets.note_written")
    assert (fact["mentions"], fact["mentioned_groups"]) == (named, sorted([billing.pk, owner.group_ids[0]]))
    assert [(one.staff, one.may_see) for one in followers_of(ticket)] == [(colleague, True), (payer, False)]


def test_naming_nobody_known_mentions_nobody(ticket: Ticket, owner: Staff) -> None:
    note(ticket, owner, mentions=[999_999], mentioned_groups=[999_999])
    assert not Mention.objects.exists()
    assert told("tickets.note_written")[0]["mentions"] == []


def test_the_view_of_followed_tickets_shows_what_one_may_see(
    ticket: Ticket, owner: Staff, stranger: Staff
) -> None:
    for staff in (owner, stranger):
        follow_ticket(ticket_id=ticket.pk, staff_id=staff.pk, by=owner, now=timezone.now())
    shown = [
        client_for(one).get("/api/v1/tickets?view=following").json()["items"] for one in (owner, stranger)
    ]
    assert [[row["id"] for row in rows] for rows in shown] == [[ticket.pk], []]
