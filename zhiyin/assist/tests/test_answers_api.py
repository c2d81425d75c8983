"""The page of automatic answers: who may look, who may change, what is refused, and how many queries it costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.assist.models import AnswerSettings, AutomaticAnswer
from zhiyin.assist.tests.test_answering import ANSWER, REPAY, known
from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.tests.world import make_chat
from zhiyin.knowledge.models import AskedQuestion, Entry
from zhiyin.people.models import Staff
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.testing.people import client_for
from zhiyin.testing.tickets import arrive, make_channel

pytestmark = pytest.mark.django_db
__all__ = ["known"]  # a fixture of the neighbouring tests
CHOICES = {
    "mode": "answer",
    "threshold": 0.8,
    "most_answers": 2,
    "says_unsure": True,
    "words_by_endpoint": False,
}


@pytest.fixture
def chat() -> Channel:
    return make_chat()


def address(channel: Channel) -> str:
    return f"/api/v1/assist/answering/channels/{channel.pk}"


def test_it_is_off_until_who_may_switches_it_on_and_the_trail_says_so(
    administrator: Staff, author: Staff, chat: Channel
) -> None:
    page = client_for(author).get("/api/v1/assist/answering").json()
    [told] = [one for one in page["channels"] if one["id"] == chat.pk]
    assert (told["mode"], told["threshold"], told["changed_at"], page["may_change"]) == (
        "off",
        0.85,
        None,
        False,
    )
    assert client_for(author).put(address(chat), CHOICES).status_code == 403
    assert not AnswerSettings.objects.exists()
    assert client_for(administrator).put(address(chat), CHOICES).json()["mode"] == "answer"
    entry = AuditEntry.objects.get(action="assist.answering_changed")
    assert (entry.actor_id, entry.target) == (administrator.pk, f"channel:{chat.pk}")
    assert entry.details["mode"] == ["off", "answer"]
    client_for(administrator).put(address(chat), CHOICES)  # the same again is no change
    assert AuditEntry.objects.filter(action="assist.answering_changed").count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"mode": "sometimes"},
        {"threshold": 0.2},
        {"threshold": 1.5},
        {"most_answers": 0},
        {"most_answers": 99},
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(
    administrator: Staff, chat: Channel, change: dict[str, Any]
) -> None:
    assert client_for(administrator).put(address(chat), CHOICES | change).status_code == 422
    assert not AnswerSettings.objects.exists()


def test_a_channel_that_is_not_there_has_nothing_to_set(administrator: Staff) -> None:
    assert (
        client_for(administrator).put("/api/v1/assist/answering/channels/999999", CHOICES).status_code == 404
    )


@pytest.mark.usefixtures("known")
def test_a_question_tried_out_is_answered_and_leaves_no_trace(author: Staff, chat: Channel) -> None:
    def tried(text: str) -> Any:
        body = {"text": text, "channel_id": chat.pk}
        return client_for(author).post("/api/v1/assist/answering/trials", body).json()

    sure = tried("信用卡还款日是哪天")
    assert (sure["outcome"], sure["text"], sure["title"]) == ("answer", ANSWER, REPAY)
    assert {one["name"] for one in sure["signals"]} >= {"likeness", "lead", "whole"}
    assert (tried("火星上有没有门店可以坐飞船去")["outcome"], tried("转人工")["outcome"]) == (
        "left",
        "person",
    )
    assert (tried("你好")["outcome"], tried("我要投诉你们")["reason"]) == ("greeting", "complaint")
    assert not AskedQuestion.objects.exists()
    assert not AutomaticAnswer.objects.exists()


@pytest.mark.usefixtures("known")
def test_the_figures_cost_the_same_for_few_and_for_many(author: Staff, chat: Channel) -> None:
    client, counts = client_for(author), []
    entries = list(Entry.objects.order_by("pk"))
    box = make_channel()
    client.get("/api/v1/assist/answering")  # that somebody was here is noted once
    for number in range(6):
        message = arrive(channel=box, sender=f"{number}@example.com")
        AutomaticAnswer.objects.create(
            message=message, ticket=message.ticket, channel=box, state="answered",
            entry=entries[number % len(entries)], asked_at=timezone.now() - timedelta(minutes=number),
        )  # fmt: skip
        if number in (0, 5):
            with CaptureQueriesContext(connection) as captured:
                told = client.get("/api/v1/assist/answering/figures?days=7").json()
            counts.append(len(captured))
    assert counts[0] == counts[1]
    assert (told["answered"], told["contained"], len(told["entries"])) == (6, 6, len(entries))
    assert client.get("/api/v1/assist/answering/figures?days=0").status_code == 422
    with CaptureQueriesContext(connection) as before:
        client.get("/api/v1/assist/answering")
    for _ in range(4):
        make_chat()
    with CaptureQueriesContext(connection) as after:
        client.get("/api/v1/assist/answering")
    assert len(before) == len(after)
