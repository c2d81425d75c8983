"""What customers say of how their case was served."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from zhiyin.channels.cases import end_thread, receive_rating
from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.people import client_for
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.commands.rating import NotARating, rate_ticket
from zhiyin.tickets.models import Rating, ThreadKey, Ticket
from zhiyin.tickets.queries.search import search_tickets

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(support: Group, owner: Staff) -> Ticket:
    return give_to(make_ticket(group=support, own_keys=["chat:7"]), owner.pk)


def rate(ticket: Ticket, **told: Any) -> Rating:
    return rate_ticket(
        **{"ticket_id": ticket.pk, "score": 4, "source": "portal", "now": timezone.now(), **told}
    )


def told_of(ticket: Ticket) -> list[Any]:
    return list(PendingEvent.objects.filter(type="tickets.rated").values_list("payload", flat=True))


def test_a_rating_is_kept_with_who_had_the_ticket(ticket: Ticket, owner: Staff, support: Group) -> None:
    rating = rate(ticket, reasons=["solved", "quick"], words="  很快就解决了  ")
    kept = Rating.objects.get()
    assert (kept.score, kept.reasons, kept.words, kept.source) == (
        4,
        ["quick", "solved"],
        "很快就解决了",
        "portal",
    )
    assert (kept.assignee, kept.group) == (owner, support)
    assert told_of(ticket) == [{"ticket_id": ticket.pk, "rating_id": rating.pk, "score": 4}]


def test_a_ticket_is_rated_once(ticket: Ticket) -> None:
    first = rate(ticket)
    again = rate(ticket, score=1, words="改主意了")
    assert again == first
    assert (Rating.objects.get().score, Rating.objects.get().words) == (4, "")
    assert len(told_of(ticket)) == 1


@pytest.mark.parametrize("told", [{"score": 0}, {"score": 6}, {"reasons": ["handsome"]}])
def test_what_is_no_rating_is_refused(ticket: Ticket, told: dict[str, Any]) -> None:
    with pytest.raises(NotARating):
        rate(ticket, **told)
    assert (Rating.objects.count(), told_of(ticket)) == (0, [])


def test_what_comes_through_a_channel_is_kept_with_the_ticket_of_its_thread(ticket: Ticket) -> None:
    now = timezone.now()
    receive_rating(
        channel=ticket.channel, thread_key="chat:7", score=2, reasons=["slow"], words="等太久", now=now
    )
    let_events_happen()
    rating = Rating.objects.get()
    assert (rating.ticket, rating.score, rating.reasons, rating.words) == (ticket, 2, ["slow"], "等太久")
    assert (rating.source, rating.at) == ("email", now)


def test_a_rating_of_no_ticket_is_kept_nowhere(ticket: Ticket) -> None:
    ThreadKey.objects.all().delete()
    receive_rating(
        channel=ticket.channel, thread_key="chat:7", score=2, reasons=[], words="", now=timezone.now()
    )
    let_events_happen()
    assert Rating.objects.count() == 0


def test_the_timeline_shows_the_rating_and_that_the_customer_ended_the_chat(
    ticket: Ticket, owner: Staff
) -> None:
    end_thread(channel=ticket.channel, thread_key="chat:7", now=timezone.now())
    rate(ticket, reasons=["quick"], words="谢谢")
    let_events_happen()
    page = client_for(owner).get(f"/api/v1/tickets/{ticket.pk}/timeline").json()["items"]
    events = [entry["event"] for entry in page if entry["event"]]
    assert [event["type"] for event in events][-2:] == ["tickets.customer_ended_chat", "tickets.rated"]
    shown = events[-1]["params"]
    assert (shown["score"], shown["reasons"], shown["words"], shown["source"]) == (
        4,
        ["quick"],
        "谢谢",
        "portal",
    )
    assert Ticket.objects.get(pk=ticket.pk).status == "open"


def test_the_words_of_a_rating_are_found(ticket: Ticket, owner: Staff) -> None:
    rate(ticket, words="包装盒压扁了")
    [hit] = search_tickets(query="压扁", cursor=None, limit=5, by=owner)[0]
    assert hit.ticket == ticket
