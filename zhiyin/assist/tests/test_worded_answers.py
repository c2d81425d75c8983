"""A model elsewhere may word an answer; what it says beyond the entry, or too late, is not sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.assist.commands.configuring import change_endpoint
from zhiyin.assist.models import AnswerSettings, AutomaticAnswer, Endpoint, Use
from zhiyin.assist.tests.replay import Replay, replaying
from zhiyin.assist.tests.test_answering import ANSWER, REPAY, tell, work
from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.tests.world import Browser, make_chat
from zhiyin.knowledge.search.store import Store
from zhiyin.people.models import Staff
from zhiyin.testing.knowledge import build_index

pytestmark = pytest.mark.django_db
WORDED = "您的还款日是账单日后第 20 天，在“我的账单”里可以查看 [1]。"


@pytest.fixture
def server() -> Iterator[Replay]:
    with replaying() as running:
        yield running


@pytest.fixture
def chat(author: Staff, reviewer: Staff, knowledge_store: Store) -> Channel:
    tell(author, reviewer, questions=["还款日期是几号"])
    build_index(knowledge_store)
    channel = make_chat()
    AnswerSettings.objects.create(channel=channel, mode="answer", threshold=0.5, words_by_endpoint=True)
    return channel


@pytest.fixture
def endpoint(server: Replay, administrator: Staff) -> Endpoint:
    values: dict[str, Any] = {
        "active": True, "url": server.url, "model": "small-1", "key": "k", "tasks": ["worded_answer"], "timeout_seconds": 1,
    }  # fmt: skip
    return change_endpoint(values=values, by=administrator, now=timezone.now())


def said(chat: Channel, text: str = "请问信用卡的还款日是哪天") -> str:
    visitor = Browser(chat)
    visitor.come()
    visitor.say(text)
    work()
    return str(visitor.get("/messages").json()["items"][-1]["text"])


@pytest.mark.usefixtures("endpoint")
class TestWording:
    def test_what_the_entry_supports_is_sent_without_the_citation(
        self, chat: Channel, server: Replay
    ) -> None:
        server.answers = [WORDED]
        assert said(chat) == "您的还款日是账单日后第 20 天，在“我的账单”里可以查看。"
        answer = AutomaticAnswer.objects.get()
        assert answer.use is not None
        assert (answer.use.provider, answer.use.fell_back, answer.use.by_id) == ("endpoint", "", None)
        told = json.dumps(server.asked, ensure_ascii=False)
        assert REPAY in told
        assert ANSWER in told

    @pytest.mark.parametrize(
        "worded",
        [
            "您的还款日是账单日后第 25 天 [1]。",  # not what it says
            "您的还款日是账单日后第 20 天。",  # cites nothing
            "NONE",
            "您的还款日是账单日后第 20 天 [1]。另外送您一张五折优惠券 [1]。",
        ],
    )
    def test_what_it_does_not_is_not(self, chat: Channel, server: Replay, worded: str) -> None:
        server.answers = [worded]
        assert said(chat) == ANSWER
        assert Use.objects.get().fell_back == "unsupported"

    @pytest.mark.parametrize(
        ("trouble", "reason"), [("silence", "timeout"), (500, "server"), ("plain:{}", "nonsense")]
    )
    def test_a_model_that_fails_is_done_without(
        self, chat: Channel, server: Replay, trouble: str | int, reason: str
    ) -> None:
        server.answers = [trouble]
        assert said(chat) == ANSWER
        assert (Use.objects.get().provider, Use.objects.get().fell_back) == ("local", reason)

    def test_a_spent_budget_asks_nobody(self, chat: Channel, server: Replay, endpoint: Endpoint) -> None:
        Endpoint.objects.update(tokens_a_day=0)
        assert said(chat) == ANSWER
        assert (Use.objects.get().fell_back, server.asked) == ("budget", [])


def test_without_a_model_the_entry_speaks(chat: Channel) -> None:
    assert said(chat) == ANSWER
