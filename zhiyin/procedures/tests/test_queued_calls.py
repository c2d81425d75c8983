"""Call-backs that waiting customers took: promised, and whoever gets the case keeps them."""

from __future__ import annotations

import pytest
from django.utils import timezone

from zhiyin.channels.models import CallBackWish, Channel
from zhiyin.channels.providers.chat.tests.world import make_chat
from zhiyin.people.models import Staff
from zhiyin.procedures.commands.calling_back import note_attempt
from zhiyin.procedures.models import Promise
from zhiyin.routing.commands.offering import accept_offer
from zhiyin.routing.models import KindRule, Offer, WorkItem
from zhiyin.routing.tests.conftest import be
from zhiyin.routing.tests.visitors import calls, comes, set_queue, wait_of, withdraws
from zhiyin.testing.people import client_for
from zhiyin.testing.spine import let_events_happen

pytestmark = pytest.mark.django_db


@pytest.fixture
def chats() -> Channel:
    KindRule.objects.filter(kind="chat").update(units=1)
    return make_chat()


def test_the_place_is_kept_and_whose_turn_it_is_gets_the_call_as_a_promise_to_keep(
    administrator: Staff, colleague: Staff, chats: Channel
) -> None:
    set_queue(administrator, offers_call_back=True)
    browser, behind = comes(chats, "退款没到"), comes(chats)
    before = WorkItem.objects.order_by("pk").first()
    assert before is not None
    assert wait_of(browser)["call_back"] == "offered"  # nobody is there
    answer = calls(browser)
    assert (answer.status_code, answer.json()["text"]) == (201, "请给我回电：138 0013 8000")
    assert calls(browser).status_code == 200  # sent twice, noted once
    let_events_happen()
    item = WorkItem.objects.get(pk=before.pk)
    assert (item.key, item.entered_at, item.call_back_at is not None) == (
        before.key,
        before.entered_at,
        True,
    )
    assert (wait_of(browser)["call_back"], wait_of(browser)["place"], wait_of(behind)["place"]) == (
        "taken",
        1,
        2,
    )
    promise = Promise.objects.get()
    assert (promise.kind, promise.owner, promise.text) == ("call_back", None, "138 0013 8000")

    be(colleague, "available")
    offers = client_for(colleague).get("/api/v1/routing/offers").json()
    assert [one["is_call_back"] for one in offers] == [True]  # there is room for one
    accept_offer(offer_id=Offer.objects.get(item=item, state="open").pk, by=colleague, now=timezone.now())
    let_events_happen()
    promise.refresh_from_db()
    assert (promise.owner, promise.state) == (colleague, "open")
    note_attempt(promise_id=promise.pk, outcome="reached", words="已退", by=colleague, now=timezone.now())
    promise.refresh_from_db()
    assert (promise.state, promise.settled_by) == ("kept", colleague)


def test_another_number_is_the_same_promise(administrator: Staff, chats: Channel) -> None:
    set_queue(administrator, offers_call_back=True)
    browser = comes(chats)
    calls(browser)
    let_events_happen()
    assert calls(browser, "+86 139 0013 9000", "client-call-2").status_code == 201
    let_events_happen()
    assert Promise.objects.get().text == "+86 139 0013 9000"
    assert WorkItem.objects.get().call_back_at is not None


def test_who_has_the_case_by_now_is_to_call(administrator: Staff, colleague: Staff, chats: Channel) -> None:
    set_queue(administrator, offers_call_back=True, accepts_by_itself=True)
    browser = comes(chats)
    calls(browser)
    be(colleague, "available")  # the events of both come in one go
    let_events_happen()
    assert Promise.objects.get().owner == colleague


def test_a_wish_that_was_forgotten_promises_nothing(administrator: Staff, chats: Channel) -> None:
    set_queue(administrator, offers_call_back=True)
    calls(comes(chats))
    CallBackWish.objects.all().delete()
    let_events_happen()
    assert not Promise.objects.exists()


def test_who_would_rather_wait_after_all_is_not_called_and_keeps_the_place(
    administrator: Staff, chats: Channel
) -> None:
    set_queue(administrator, offers_call_back=True)
    browser, behind = comes(chats), comes(chats)
    assert withdraws(browser).json()["code"] == "chat.no_call_back_to_withdraw"
    calls(browser)
    let_events_happen()
    answer = withdraws(browser)
    assert (answer.status_code, answer.json()["text"]) == (201, "不用给我回电了，我在这里等。")
    assert withdraws(browser).status_code == 200  # sent twice, noted once
    let_events_happen()
    assert Promise.objects.get().state == "withdrawn"
    assert not CallBackWish.objects.exists()
    assert (wait_of(browser)["call_back"], wait_of(browser)["place"], wait_of(behind)["place"]) == (
        "offered",
        1,
        2,
    )
    assert calls(browser, client_id="client-call-2").status_code == 201  # and anew
    let_events_happen()
    assert [one.state for one in Promise.objects.order_by("pk")] == ["withdrawn", "open"]


def test_a_wish_and_its_withdrawal_that_are_heard_of_together_promise_nothing(
    administrator: Staff, chats: Channel
) -> None:
    set_queue(administrator, offers_call_back=True)
    browser = comes(chats)
    calls(browser)
    assert withdraws(browser).status_code == 201
    let_events_happen()
    assert not Promise.objects.open().exists()
    assert WorkItem.objects.get().call_back_at is None
