from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.people import client_for
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import arrive, make_channel, make_ticket
from zhiyin.tickets.commands.answering import ReplyText, write_note, write_reply
from zhiyin.tickets.commands.following import follow_ticket
from zhiyin.tickets.commands.lifecycle import MergedAway, change_status
from zhiyin.tickets.commands.linking import LinkGoesRound, link_tickets
from zhiyin.tickets.commands.merging import (
    MergedWithItself,
    MergeIntoClosed,
    OtherCustomers,
    merge_tickets,
)
from zhiyin.tickets.commands.snoozing import snooze_ticket
from zhiyin.tickets.commands.splitting import split_ticket
from zhiyin.tickets.commands.unmerging import NotMerged, OuterMergeFirst, SplitSince, unmerge_ticket
from zhiyin.tickets.indexing import index_anew
from zhiyin.tickets.models import (
    Follower,
    Merge,
    Message,
    Participant,
    ThreadKey,
    Ticket,
    TicketLink,
    TicketSearch,
)

pytestmark = pytest.mark.django_db
CHANGES_ANYWAY = {"version", "updated_at"}


@pytest.fixture
def a(support: Group) -> Ticket:
    return make_ticket(group=support, own_keys=["mid:<a@x>"], subject="退款", text="退款到哪了")


@pytest.fixture
def b(support: Group) -> Ticket:
    return make_ticket(group=support, own_keys=["mid:<b@x>"], subject="冰箱", text="冰箱坏了")


@pytest.fixture
def c(support: Group) -> Ticket:
    return make_ticket(group=support, own_keys=["mid:<c@x>"], subject="发票", text="请开发票")


def merge(into: Ticket, *merged: Ticket, by: Staff, **rest: Any) -> Ticket:
    ids = [one.pk for one in merged]
    return merge_tickets(into_id=into.pk, merged_ids=ids, by=by, now=timezone.now(), **rest)


def unmerge(ticket: Ticket, by: Staff) -> Ticket:
    return unmerge_ticket(ticket_id=ticket.pk, by=by, now=timezone.now())


def everything() -> dict[str, Any]:
    """All that merging touches, but for what every change of a ticket changes."""
    rows = Ticket.objects.order_by("pk").values()
    return {
        "tickets": [{k: v for k, v in row.items() if k not in CHANGES_ANYWAY} for row in rows],
        "messages": list(Message.objects.order_by("pk").values()),
        "participants": list(Participant.objects.order_by("pk").values()),
        "followers": list(Follower.objects.order_by("pk").values()),
        "keys": list(ThreadKey.objects.order_by("pk").values()),
        "links": list(TicketLink.objects.order_by("pk").values()),
        "words": [(one.pk, sorted(one.document.split())) for one in TicketSearch.objects.order_by("pk")],
    }


def said_on(ticket: Ticket) -> list[tuple[str, int | None]]:
    found = Message.objects.filter(ticket=ticket, inbound__isnull=False).order_by("at", "pk")
    return list(found.values_list("inbound__text", "origin_id"))


def answer(ticket: Ticket, by: Staff, key: str = "k-1") -> Message:
    return write_reply(
        ticket_id=ticket.pk, reply=ReplyText(text="好的"), idempotency_key=key, by=by, now=timezone.now()
    )


def test_a_merged_ticket_is_an_alias_and_its_messages_stand_in_order_with_a_mark(
    a: Ticket, b: Ticket, owner: Staff
) -> None:
    arrive(thread_keys=["mid:<a@x>"], text="急")
    merged = merge(a, b, by=owner)
    assert said_on(a) == [("退款到哪了", None), ("冰箱坏了", b.pk), ("急", None)]
    assert (merged.message_count, merged.preview) == (3, "急")
    b.refresh_from_db()
    assert (b.merged_into_id, b.status, b.waiting_since) == (a.pk, "closed", None)
    let_events_happen()
    page = client_for(owner).get(f"/api/v1/tickets/{a.pk}").json()
    spoken = [entry for entry in page["timeline"]["items"] if entry["kind"] == "inbound"]
    assert [entry["origin_id"] for entry in spoken] == [None, b.pk, None]
    told = [entry["event"]["type"] for entry in page["timeline"]["items"] if entry["kind"] == "event"]
    assert told.count("tickets.merged") == 1
    [alias] = page["ticket"]["aliases"]
    assert (alias["id"], alias["by_name"], alias["can_be_undone"]) == (b.pk, "Owner", True)


def test_the_old_number_leads_to_the_target_everywhere(a: Ticket, b: Ticket, owner: Staff) -> None:
    merge(a, b, by=owner)
    client = client_for(owner)
    assert client.get(f"/api/v1/tickets/{b.pk}").json()["ticket"]["id"] == a.pk
    assert len(client.get(f"/api/v1/tickets/{b.pk}/timeline").json()["items"]) == 2
    for query in (f"#{b.pk}", "冰箱", "退款"):
        found = client.get("/api/v1/search", {"q": query}).json()["tickets"]
        assert [row["id"] for row in found] == [a.pk], query
    for view in ("open", "all", "unassigned", "solved", f"group:{a.group_id}"):
        listed = client.get(f"/api/v1/tickets?view={view}").json()["items"]
        assert [row["id"] for row in listed] == ([] if view == "solved" else [a.pk]), view
    assert client.get("/api/v1/tickets/counts").json()["views"]["open"] == 1
    assert client.get(f"/api/v1/tickets/{a.pk}").json()["other_tickets"] == []


def test_nobody_works_on_an_alias(a: Ticket, b: Ticket, owner: Staff) -> None:
    merge(a, b, by=owner)
    with pytest.raises(MergedAway) as refused:
        answer(b, owner)
    assert refused.value.params == {"number": f"#{a.pk}", "into_id": a.pk}
    assert not Message.objects.filter(kind="outbound").exists()


@pytest.mark.parametrize("reference", ["key", "number"])
def test_mail_to_the_old_ticket_follows(a: Ticket, b: Ticket, owner: Staff, reference: str) -> None:
    merge(a, b, by=owner)
    by_reference: dict[str, Any] = (
        {"thread_keys": ["mid:<b@x>"]} if reference == "key" else {"ticket_number": b.pk}
    )
    message = arrive(text="还是坏的", own_keys=["mid:<later@x>"], **by_reference)
    assert (message.ticket_id, message.origin_id) == (a.pk, b.pk)
    assert Ticket.objects.get(pk=a.pk).preview == "还是坏的"
    assert arrive(thread_keys=["mid:<later@x>"]).ticket_id == a.pk
    assert Ticket.objects.count() == 2


def test_a_chat_follows_to_the_target_and_back(a: Ticket, support: Group, owner: Staff) -> None:
    chat = make_channel("chat", group=support)
    talk: dict[str, Any] = {"channel": chat, "own_keys": ["chat:7"], "thread_keys": ["chat:7"]}
    b = make_ticket(group=support, text="在吗", **talk)
    merge(a, b, by=owner)
    assert arrive(text="有人吗", **talk).ticket_id == a.pk
    unmerge(b, owner)
    assert said_on(b) == [("在吗", None), ("有人吗", None)]
    assert arrive(text="喂", **talk).ticket_id == b.pk


def test_undoing_restores_everything_exactly(a: Ticket, b: Ticket, owner: Staff, colleague: Staff) -> None:
    arrive(thread_keys=["mid:<b@x>"], sender="liu@example.com", text="我也是")
    answer(a, owner)
    write_note(
        ticket_id=b.pk,
        text="看看",
        file_ids=[],
        mentions=[colleague.pk],
        idempotency_key="n",
        by=owner,
        now=timezone.now(),
    )
    follow_ticket(ticket_id=a.pk, staff_id=owner.pk, by=owner, now=timezone.now())
    snooze_ticket(ticket_id=b.pk, until=None, by=owner, now=timezone.now())
    for one in (a, b):
        index_anew(Ticket.objects.get(pk=one.pk))
    before = everything()
    merge(a, b, by=owner)
    assert everything() != before
    assert set(Follower.objects.filter(ticket=a).values_list("staff_id", flat=True)) == {
        owner.pk,
        colleague.pk,
    }
    assert Participant.objects.filter(ticket=a, value="liu@example.com").exists()
    unmerge(b, owner)
    assert everything() == before


def test_what_came_after_the_merge_stays_but_what_came_by_the_aliass_thread_goes_back(
    a: Ticket, b: Ticket, owner: Staff
) -> None:
    merge(a, b, by=owner)
    arrive(thread_keys=["mid:<a@x>"], text="退款呢")
    arrive(thread_keys=["mid:<b@x>"], text="冰箱呢")
    reply = answer(a, owner)
    unmerge(b, owner)
    assert said_on(a) == [("退款到哪了", None), ("退款呢", None)]
    assert said_on(b) == [("冰箱坏了", None), ("冰箱呢", None)]
    reply.refresh_from_db()
    assert reply.ticket_id == a.pk
    a.refresh_from_db()
    b.refresh_from_db()
    assert (a.message_count, a.waiting_since, a.last_message_from) == (3, None, "staff")
    assert (b.message_count, b.preview, b.status, b.waiting_since is not None) == (2, "冰箱呢", "new", True)


def test_a_solved_target_opens_for_what_is_still_open_and_is_solved_again_by_undoing(
    a: Ticket, b: Ticket, owner: Staff
) -> None:
    solved = change_status(ticket_id=a.pk, status="solved", by=owner, now=timezone.now())
    assert merge(a, b, by=owner).status == "open"
    unmerge(b, owner)
    a.refresh_from_db()
    assert (a.status, a.solved_at, a.waiting_since) == ("solved", solved.solved_at, None)


def test_several_are_merged_at_once_and_undone_in_any_order(
    a: Ticket, b: Ticket, c: Ticket, owner: Staff
) -> None:
    before = everything()
    merge(a, b, c, by=owner)
    assert len(said_on(a)) == 3
    unmerge(b, owner)
    assert said_on(a) == [("退款到哪了", None), ("请开发票", c.pk)]
    unmerge(c, owner)
    after = everything()
    assert {**after, "words": []} == {**before, "words": []}


def test_merges_chain_and_are_undone_from_the_outside(a: Ticket, b: Ticket, c: Ticket, owner: Staff) -> None:
    merge(b, c, by=owner)
    middle = everything()
    merge(a, b, by=owner)
    assert said_on(a) == [("退款到哪了", None), ("冰箱坏了", b.pk), ("请开发票", c.pk)]
    assert client_for(owner).get(f"/api/v1/tickets/{c.pk}").json()["ticket"]["id"] == a.pk
    assert arrive(thread_keys=["mid:<c@x>"], text="发票！").ticket_id == a.pk
    with pytest.raises(OuterMergeFirst):
        unmerge(c, owner)
    unmerge(b, owner)
    assert said_on(b) == [("冰箱坏了", None), ("请开发票", c.pk), ("发票！", c.pk)]
    assert said_on(a) == [("退款到哪了", None)]
    unmerge(c, owner)
    assert said_on(c) == [("请开发票", None), ("发票！", None)]
    assert [row["merged_into_id"] for row in middle["tickets"]] == [None, None, b.pk]


def test_merges_never_go_round(a: Ticket, b: Ticket, owner: Staff) -> None:
    merge(a, b, by=owner)
    with pytest.raises(MergedAway):
        merge(b, a, by=owner)
    with pytest.raises(MergedWithItself):
        merge(a, a, by=owner)
    assert Merge.objects.count() == 1


def test_different_customers_are_merged_only_when_confirmed(a: Ticket, support: Group, owner: Staff) -> None:
    other = make_ticket(group=support, sender="zhao@example.com", sender_name="赵六")
    before = everything()
    with pytest.raises(OtherCustomers) as refused:
        merge(a, other, by=owner)
    assert refused.value.params["names"] == "王芳, 赵六"
    assert everything() == before
    assert merge(a, other, by=owner, across_customers=True).message_count == 2


def test_nothing_is_merged_into_a_closed_ticket(a: Ticket, b: Ticket, owner: Staff) -> None:
    change_status(ticket_id=a.pk, status="closed", by=owner, now=timezone.now())
    before = everything()
    with pytest.raises(MergeIntoClosed):
        merge(a, b, by=owner)
    assert everything() == before


def test_who_may_not_edit_both_merges_and_undoes_nothing(
    a: Ticket, b: Ticket, owner: Staff, stranger: Staff, administrator: Staff
) -> None:
    Ticket.objects.filter(pk=b.pk).update(group_id=stranger.group_ids[0])
    before = everything()
    for person in (owner, stranger):
        with pytest.raises(Ticket.DoesNotExist):
            merge(a, b, by=person)
    assert everything() == before
    merge(a, b, by=administrator)
    before = everything()
    with pytest.raises(Ticket.DoesNotExist):
        unmerge(b, owner)
    assert everything() == before


def test_undoing_needs_a_merge_and_messages_that_were_not_split_off(
    a: Ticket, b: Ticket, owner: Staff
) -> None:
    with pytest.raises(NotMerged):
        unmerge(b, owner)
    merge(a, b, by=owner)
    moved = Message.objects.get(origin=b)
    made = split_ticket(ticket_id=a.pk, message_ids=[moved.pk], subject="", by=owner, now=timezone.now())
    before = everything()
    with pytest.raises(SplitSince) as refused:
        unmerge(b, owner)
    assert refused.value.params["number"] == made.number
    assert everything() == before
    page = client_for(owner).get(f"/api/v1/tickets/{a.pk}").json()
    assert page["ticket"]["aliases"][0]["can_be_undone"] is False


def test_a_merge_that_would_make_a_circle_of_parents_is_refused(
    a: Ticket, b: Ticket, c: Ticket, owner: Staff
) -> None:
    link_tickets(ticket_id=a.pk, other_id=b.pk, relation="child", by=owner, now=timezone.now())
    link_tickets(ticket_id=b.pk, other_id=c.pk, relation="child", by=owner, now=timezone.now())
    with pytest.raises(LinkGoesRound):
        merge(a, c, by=owner)
    assert not Merge.objects.exists()
    assert merge(a, b, by=owner).pk == a.pk
    links = client_for(owner).get(f"/api/v1/tickets/{a.pk}/links").json()
    assert [(one["relation"], one["ticket"]["id"]) for one in links] == [("child", c.pk)]


def test_both_tickets_are_told_of(a: Ticket, b: Ticket, owner: Staff) -> None:
    merge(a, b, by=owner)
    unmerge(b, owner)
    facts = PendingEvent.objects.filter(type__in=["tickets.merged", "tickets.unmerged"]).order_by("pk")
    expected = {"merged_id": b.pk, "into_id": a.pk, "by_id": owner.pk}
    assert [(fact.type, fact.payload) for fact in facts] == [
        ("tickets.merged", {"ticket_id": b.pk, **expected}),
        ("tickets.merged", {"ticket_id": a.pk, **expected}),
        ("tickets.unmerged", {"ticket_id": b.pk, **expected}),
        ("tickets.unmerged", {"ticket_id": a.pk, **expected}),
    ]


def test_the_page_takes_as_many_queries_with_aliases_as_without(
    a: Ticket, b: Ticket, c: Ticket, owner: Staff
) -> None:
    client = client_for(owner)

    def queries() -> int:
        client.get(f"/api/v1/tickets/{a.pk}")
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/api/v1/tickets/{a.pk}")
        return len(captured)

    few = queries()
    merge(a, b, c, by=owner)
    assert queries() <= few  # those that were merged are no others of the customer any more
