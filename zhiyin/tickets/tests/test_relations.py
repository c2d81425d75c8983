from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.people import client_for
from zhiyin.testing.tickets import arrive, make_channel, make_ticket
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.commands.lifecycle import MergedAway, change_status
from zhiyin.tickets.commands.linking import (
    HasAParent,
    LinkedToItself,
    LinkGoesRound,
    OpenChildren,
    link_tickets,
    unlink_tickets,
)
from zhiyin.tickets.commands.merging import merge_tickets
from zhiyin.tickets.commands.splitting import NothingToSplit, split_ticket
from zhiyin.tickets.models import Message, Ticket, TicketLink

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(support: Group) -> list[Ticket]:
    return [make_ticket(group=support, own_keys=[f"mid:<{number}@x>"]) for number in range(4)]


def link(ticket: Ticket, other: Ticket, relation: str, by: Staff) -> TicketLink:
    return link_tickets(ticket_id=ticket.pk, other_id=other.pk, relation=relation, by=by, now=timezone.now())


def links(ticket: Ticket, by: Staff) -> list[tuple[str, int]]:
    answer = client_for(by).get(f"/api/v1/tickets/{ticket.pk}/links").json()
    return [(one["relation"], one["ticket"]["id"]) for one in answer]


def told(prefix: str) -> list[dict[str, Any]]:
    return list(
        PendingEvent.objects.filter(type__startswith=prefix).order_by("pk").values_list("payload", flat=True)
    )


@pytest.mark.parametrize(
    ("relation", "other_way"),
    [("parent", "child"), ("child", "parent"), ("related", "related"), ("duplicate_of", "duplicated_by")],
)
def test_a_link_is_seen_from_both_sides_and_told_on_both(
    made: list[Ticket], owner: Staff, relation: str, other_way: str
) -> None:
    one, two, *_ = made
    link(one, two, relation, owner)
    link(one, two, relation, owner)
    assert (links(one, owner), links(two, owner)) == ([(relation, two.pk)], [(other_way, one.pk)])
    sides = {fact["ticket_id"]: (fact["other_id"], fact["relation"]) for fact in told("tickets.linked")}
    assert sides == {one.pk: (two.pk, relation), two.pk: (one.pk, other_way)}
    assert len(told("tickets.linked")) == 2


def test_related_is_the_same_from_either_side(made: list[Ticket], owner: Staff) -> None:
    assert link(made[0], made[1], "related", owner) == link(made[1], made[0], "related", owner)


def test_a_link_is_taken_away_on_both_sides(made: list[Ticket], owner: Staff) -> None:
    one, two, three, _ = made
    kept = link(one, two, "child", owner)
    with pytest.raises(TicketLink.DoesNotExist):
        unlink_tickets(ticket_id=three.pk, link_id=kept.pk, by=owner, now=timezone.now())
    assert links(two, owner) == [("parent", one.pk)]
    unlink_tickets(ticket_id=two.pk, link_id=kept.pk, by=owner, now=timezone.now())
    assert links(one, owner) == links(two, owner) == []
    assert {(fact["ticket_id"], fact["relation"]) for fact in told("tickets.unlinked")} == {
        (one.pk, "child"),
        (two.pk, "parent"),
    }


def test_parents_and_children_never_make_a_circle(made: list[Ticket], owner: Staff) -> None:
    one, two, three, four = made
    link(one, two, "child", owner)
    link(two, three, "child", owner)
    for relation, low, high in (("child", three, one), ("parent", one, three), ("child", two, one)):
        with pytest.raises(LinkGoesRound):
            link(low, high, relation, owner)
    with pytest.raises(HasAParent):
        link(three, four, "parent", owner)
    with pytest.raises(LinkedToItself):
        link(one, one, "related", owner)
    assert TicketLink.objects.count() == 2


def test_a_circle_through_a_merge_is_seen(made: list[Ticket], owner: Staff) -> None:
    one, two, three, four = made
    link(one, two, "child", owner)
    link(three, four, "child", owner)
    merge_tickets(into_id=three.pk, merged_ids=[two.pk], by=owner, now=timezone.now())
    with pytest.raises(LinkGoesRound):
        link(four, one, "child", owner)
    assert links(one, owner) == [("child", three.pk)]


def test_links_to_what_one_may_not_see_are_not_shown(
    made: list[Ticket], owner: Staff, stranger: Staff
) -> None:
    link(made[0], made[1], "related", owner)
    Ticket.objects.filter(pk=made[1].pk).update(group_id=stranger.group_ids[0])
    assert links(made[0], owner) == []
    before = TicketLink.objects.count()
    with pytest.raises(Ticket.DoesNotExist):
        link(made[0], made[1], "parent", owner)
    assert TicketLink.objects.count() == before


def test_links_take_the_same_number_of_queries_however_many(
    made: list[Ticket], owner: Staff, django_assert_num_queries: Any
) -> None:
    client = client_for(owner)
    link(made[0], made[1], "child", owner)
    path = f"/api/v1/tickets/{made[0].pk}/links"
    client.get(path)
    for other in made[2:]:
        link(made[0], other, "child", owner)
    with django_assert_num_queries(9):
        assert len(client.get(path).json()) == 3


def test_a_parent_is_done_before_its_children_only_when_said_so(made: list[Ticket], owner: Staff) -> None:
    parent, one, two, _ = made
    link(parent, one, "child", owner)
    link(parent, two, "child", owner)
    client, path = client_for(owner), f"/api/v1/tickets/{parent.pk}"
    change_status(ticket_id=one.pk, status="solved", by=owner, now=timezone.now())
    refused = client.patch(path, {"status": "solved"})
    assert (refused.status_code, refused.json()["code"], refused.json()["params"]) == (
        409,
        "tickets.open_children",
        {"count": 1},
    )
    body = {"text": "好了", "idempotency_key": "k-12345678", "then": "solved"}
    assert client.post(f"{path}/replies", body).json()["code"] == "tickets.open_children"
    assert not Message.objects.filter(kind="outbound").exists()
    assert client.patch(path, {"status": "pending"}).json()["status"] == "pending"
    assert (
        client.patch(path, {"status": "solved", "despite_open_children": True}).json()["status"] == "solved"
    )


def test_a_reply_may_finish_the_parent_when_said_so(made: list[Ticket], owner: Staff) -> None:
    parent, one, *_ = made
    link(parent, one, "child", owner)
    reply = {
        "reply": ReplyText(text="好"),
        "idempotency_key": "k",
        "then": "solved",
        "by": owner,
        "now": timezone.now(),
    }
    with pytest.raises(OpenChildren):
        write_reply(ticket_id=parent.pk, **reply)  # type: ignore[arg-type]
    write_reply(ticket_id=parent.pk, despite_open_children=True, **reply)  # type: ignore[arg-type]
    assert Ticket.objects.get(pk=parent.pk).status == "solved"


@pytest.fixture
def long(support: Group) -> Ticket:
    ticket = make_ticket(group=support, own_keys=["mid:<first@x>"], text="退款")
    arrive(thread_keys=["mid:<first@x>"], own_keys=["mid:<second@x>"], text="另外，冰箱坏了", subject="冰箱")
    arrive(thread_keys=["mid:<first@x>"], own_keys=["mid:<third@x>"], text="退款呢？")
    return ticket


def messages(ticket: Ticket) -> list[str]:
    return list(Message.objects.filter(ticket=ticket).order_by("pk").values_list("inbound__text", flat=True))


def test_split_messages_become_a_ticket_and_the_old_one_says_where_they_went(
    long: Ticket, owner: Staff
) -> None:
    second = Message.objects.get(inbound__text="另外，冰箱坏了")
    client = client_for(owner)
    answer = client.post(f"/api/v1/tickets/{long.pk}/splits", {"message_ids": [second.pk]})
    assert answer.status_code == 201
    row = answer.json()
    made = Ticket.objects.get(pk=row["id"])
    assert (row["subject"], row["customer"]["id"], row["message_count"]) == ("冰箱", long.customer_id, 1)
    assert (made.group_id, made.waiting_since) == (long.group_id, second.at)
    long.refresh_from_db()
    assert (messages(long), long.message_count) == (["退款", "退款呢？"], 2)
    assert messages(made) == ["另外，冰箱坏了"]
    assert (links(long, owner), links(made, owner)) == ([("split_into", made.pk)], [("split_from", long.pk)])
    trace = {"split_id": long.pk, "into_id": made.pk, "message_ids": [second.pk], "by_id": owner.pk}
    assert told("tickets.split") == [{"ticket_id": pk, **trace} for pk in (long.pk, made.pk)]
    for query, found in (("冰箱", made.pk), ("退款呢", long.pk)):
        rows = client.get("/api/v1/search", {"q": query}).json()["tickets"]
        assert [one["id"] for one in rows] == [found]


def test_later_answers_to_a_split_message_find_the_new_ticket(long: Ticket, owner: Staff) -> None:
    second = Message.objects.get(inbound__text="另外，冰箱坏了")
    made = split_ticket(
        ticket_id=long.pk, message_ids=[second.pk], subject="修冰箱", by=owner, now=timezone.now()
    )
    assert made.subject == "修冰箱"
    assert arrive(thread_keys=["mid:<second@x>"], text="几时来修").ticket_id == made.pk
    assert arrive(thread_keys=["mid:<third@x>"], text="退款").ticket_id == long.pk
    assert arrive(ticket_number=made.pk, text="在吗").ticket_id == made.pk


def test_a_chat_stays_with_what_is_left_of_it(support: Group, owner: Staff) -> None:
    talk: dict[str, Any] = {
        "channel": make_channel("chat"),
        "own_keys": ["chat:1"],
        "thread_keys": ["chat:1"],
    }
    ticket = make_ticket(group=support, **talk)
    moved = arrive(text="冰箱坏了", **talk)
    split_ticket(ticket_id=ticket.pk, message_ids=[moved.pk], subject="", by=owner, now=timezone.now())
    assert arrive(text="好的", **talk).ticket_id == ticket.pk


@pytest.mark.parametrize("chosen", ["none", "all", "foreign"])
def test_a_split_moves_some_and_leaves_some(long: Ticket, support: Group, owner: Staff, chosen: str) -> None:
    foreign = make_ticket(group=support).messages.get()
    ids = list(Message.objects.filter(ticket=long).order_by("pk").values_list("pk", flat=True))
    wanted = {"none": [], "all": ids, "foreign": [ids[1], foreign.pk]}[chosen]
    before = list(Message.objects.order_by("pk").values("pk", "ticket_id"))
    with pytest.raises(NothingToSplit):
        split_ticket(ticket_id=long.pk, message_ids=wanted, subject="", by=owner, now=timezone.now())
    assert list(Message.objects.order_by("pk").values("pk", "ticket_id")) == before
    assert told("tickets.split") == []


def at_once(*commands: Callable[[], object]) -> list[BaseException | None]:
    """Run the commands at the same moment, each on its own connection; what each raised."""
    barrier = Barrier(len(commands))
    raised: list[BaseException | None] = [None] * len(commands)

    def run(number: int) -> None:
        try:
            barrier.wait()
            commands[number]()
        except Exception as error:
            raised[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=[number]) for number in range(len(commands))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
def test_merges_at_the_same_time_wait_for_each_other_and_one_wins(support: Group, owner: Staff) -> None:
    one, two, three = (make_ticket(group=support) for _ in range(3))
    now = timezone.now()

    def merging(into: Ticket, *merged: Ticket) -> Callable[[], object]:
        ids = [ticket.pk for ticket in merged]
        return lambda: merge_tickets(
            into_id=into.pk, merged_ids=ids, by=Staff.objects.get(pk=owner.pk), now=now
        )

    raised = at_once(merging(one, two, three), merging(three, two, one), merging(two, one))
    assert [type(error) for error in raised].count(MergedAway) == 2
    assert raised.count(None) == 1
    assert Ticket.objects.filter(merged_into=None).count() <= 2


@pytest.mark.django_db(transaction=True)
def test_a_message_that_comes_while_its_ticket_is_merged_is_on_the_target(
    support: Group, owner: Staff
) -> None:
    one = make_ticket(group=support)
    two = make_ticket(group=support, own_keys=["mid:<two@x>"])
    raised = at_once(
        lambda: merge_tickets(
            into_id=one.pk, merged_ids=[two.pk], by=Staff.objects.get(pk=owner.pk), now=timezone.now()
        ),
        lambda: arrive(thread_keys=["mid:<two@x>"], text="快"),
    )
    assert raised == [None, None]
    assert not Message.objects.filter(ticket=two).exists()
    assert Message.objects.filter(ticket=one).count() == 3
