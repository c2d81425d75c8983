"""Keywords of the house: what counts as one, what is said to it, to whom and how often, and who is left alone all the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.assist.answering.keywords import keywords_of, matched, plain
from zhiyin.assist.commands.answering import decide
from zhiyin.assist.commands.keywords import KeywordContent, save_keyword_rule
from zhiyin.assist.models import AnswerSettings, AutomaticAnswer, Holder, KeywordRule
from zhiyin.assist.queries.answer_figures import answer_figures
from zhiyin.assist.tests.test_answering import ANSWER, REPAY, chat, known, lines, machine_lines, visitor, work
from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.tests.world import Browser, make_chat
from zhiyin.knowledge.models import Entry
from zhiyin.people.models import Staff
from zhiyin.platform.ledger.models import Effect
from zhiyin.testing.spine import let_events_happen
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.commands.wording import BannedInPrepared
from zhiyin.tickets.models import Message, Ticket, WordingRule

__all__ = ["chat", "known", "visitor"]  # fixtures of the neighbouring tests
SAID = "车机问题请先长按电源键 10 秒重启；仍不行请拨 400-000-0000。"


@pytest.mark.parametrize(
    ("text", "words", "match", "found"),
    [
        ("车机问题", ["车机问题"], "exact", True),
        ("　車機問題！！", ["车机问题"], "exact", True),  # traditional characters, width, punctuation
        ("ＡＰＰ", ["app"], "exact", True),
        ("车 机 问题", ["车机问题"], "exact", True),
        ("我的车机问题", ["车机问题"], "exact", False),
        ("车机问题怎么办", ["车机问题"], "starts", True),
        ("我的车机问题", ["车机问题"], "starts", False),
        ("我的车机有问题", ["车机", "导航"], "contains", True),
        ("我的车机 App 打不开", ["app"], "contains", True),
        ("I am not happy", ["app"], "contains", False),
        ("my app, it hangs", ["App"], "contains", True),
        ("opening-hours?", ["opening hours"], "exact", True),
        ("apple", ["app"], "starts", False),
        ("", ["app"], "contains", False),
        ("？！", ["！"], "exact", False),  # a keyword of nothing but marks is none
        ("(a+b)*", ["a+b"], "contains", True),
    ],
)  # fmt: skip
def test_what_counts_as_a_keyword(text: str, words: list[str], match: Any, found: bool) -> None:
    assert bool(matched(text, [keywords_of(1, words, match)])) is found


def test_the_most_telling_rule_comes_first() -> None:
    rules = [
        keywords_of(1, ["车机"], "contains"),
        keywords_of(2, ["车机问题"], "contains"),
        keywords_of(3, ["车机"], "starts"),
        keywords_of(4, ["车机问题"], "exact"),
        keywords_of(5, ["车机问题"], "contains"),
    ]
    assert [one.id for one in matched("车机问题。", rules)] == [4, 3, 2, 5, 1]
    assert plain("  Opening-Hours？ ") == "opening hours"


def rule(**told: Any) -> KeywordRule:
    values = {"keywords": ["车机问题"], "text_zh": SAID, "at": timezone.now()} | told
    return KeywordRule.objects.create(**values)


@pytest.mark.django_db
class TestAnswered:
    def test_without_any_knowledge_and_shown_to_be_automatic(self, visitor: Browser) -> None:
        mine = rule()
        visitor.say("車機問題")
        work()
        answer = lines(visitor)[-1]
        assert (answer["text"], answer["machine"]["kind"], answer["machine"]["sources"]) == (
            SAID,
            "answer",
            [],
        )
        noted = AutomaticAnswer.objects.get()
        assert (noted.state, noted.way, noted.rule, noted.chance) == ("answered", "keyword", mine, None)
        assert (Ticket.objects.get().assignee_id, Ticket.objects.get().waiting_since) == (None, None)
        figures = answer_figures(since=timezone.now() - timedelta(hours=1))
        assert (figures.answered, figures.ways) == (1, {"keyword": 1})

    def test_helped_and_not_helped_work_as_for_every_automatic_answer(self, visitor: Browser) -> None:
        rule()
        visitor.say("车机问题")
        work()
        visitor.post(f"/messages/{lines(visitor)[-1]['id']}/feedback", {"helped": False})
        work()
        assert machine_lines(visitor) == ["answer", "handed"]
        assert Holder.objects.get().who == "people"

    def test_once_though_the_effect_is_carried_out_twice(self, visitor: Browser) -> None:
        rule()
        visitor.say("车机问题")
        work()
        answer = AutomaticAnswer.objects.get()
        Effect.objects.filter(kind="assist.answer").update(state="waiting", next_try_at=timezone.now())
        work()
        AutomaticAnswer.objects.update(state="deciding")
        decide(answer_id=answer.pk, now=timezone.now())
        work()
        assert machine_lines(visitor) == ["answer"]

    @pytest.mark.usefixtures("known")
    def test_before_what_the_knowledge_base_says_and_with_an_entry_as_its_source(
        self, visitor: Browser
    ) -> None:
        [entry] = Entry.objects.filter(editions__published__title=REPAY)
        rule(keywords=["还款日"], match="contains", text_zh="", entry=entry)
        visitor.say("还款日提醒能不能关掉")
        work()
        answer = lines(visitor)[-1]
        assert answer["text"] == ANSWER
        assert answer["machine"]["sources"] == [{"title": REPAY, "url": f"/help/zh/a/{entry.key}"}]
        assert AutomaticAnswer.objects.get().way == "keyword"

    def test_in_the_customers_language_where_there_are_words_in_it(self, chat: Channel) -> None:
        rule(keywords=["head unit"], text_zh=SAID, text_en="Hold the power key for 10 seconds.")
        visitor = Browser(chat, language="en")
        visitor.come(locale="en")
        visitor.say("Head unit!")
        work()
        assert lines(visitor)[-1]["text"] == "Hold the power key for 10 seconds."

    def test_a_draft_where_the_channel_only_drafts(self, visitor: Browser, chat: Channel) -> None:
        AnswerSettings.objects.filter(channel=chat).update(mode="draft")
        rule()
        visitor.say("车机问题")
        work()
        assert machine_lines(visitor) == []
        assert SAID in Message.objects.get(kind="note").text


@pytest.mark.django_db
@pytest.mark.usefixtures("known")
class TestNotAnswered:
    def falls_through(self, visitor: Browser, said: str = "车机问题") -> str:
        visitor.say(said)
        work()
        return AutomaticAnswer.objects.latest("pk").way

    def test_where_it_is_off_or_for_another_channel(self, visitor: Browser) -> None:
        rule(active=False)
        rule(channels=[make_chat().pk])
        assert self.falls_through(visitor) == "entry"

    def test_once_per_customer_and_again_after_some_days(self, visitor: Browser, chat: Channel) -> None:
        mine = rule(frequency="once")
        assert self.falls_through(visitor) == "keyword"
        assert self.falls_through(visitor) == "entry"
        other = Browser(chat)
        other.come()
        assert self.falls_through(other) == "keyword"  # somebody else has not had it
        third = Browser(chat)
        third.come()
        KeywordRule.objects.filter(pk=mine.pk).update(frequency="days", days=7)
        assert self.falls_through(third) == "keyword"
        AutomaticAnswer.objects.update(decided_at=timezone.now() - timedelta(days=8))
        assert self.falls_through(third) == "keyword"

    def test_people_are_not_talked_over(self, visitor: Browser, owner: Staff) -> None:
        rule()
        visitor.say("车机问题")
        let_events_happen()
        Ticket.objects.update(group=None)
        write_reply(
            ticket_id=Ticket.objects.get().pk, reply=ReplyText(text="我来看。"), idempotency_key="x", by=owner, now=timezone.now()
        )  # fmt: skip
        work()
        assert machine_lines(visitor) == []
        assert AutomaticAnswer.objects.get().reason == "owned"

    @pytest.mark.parametrize(
        ("said", "reason"),
        [
            ("车机问题！！你们这群骗子气死我了", "angry"),
            ("车机问题不解决我就打 12315", "risk"),
            ("车机问题我要投诉", "complaint"),
        ],
    )
    def test_anger_threats_and_complaints_go_to_people(
        self, visitor: Browser, said: str, reason: str
    ) -> None:
        rule(match="contains")
        visitor.say(said)
        work()
        assert (AutomaticAnswer.objects.get().state, AutomaticAnswer.objects.get().reason) == ("left", reason)

    def test_an_entry_that_customers_may_not_read_is_passed_over(self, visitor: Browser) -> None:
        [entry] = Entry.objects.filter(editions__published__title=REPAY)
        Entry.objects.filter(pk=entry.pk).update(audience="internal")
        rule(text_zh="", entry=entry)
        assert self.falls_through(visitor) == "entry"

    def test_no_more_than_the_channel_answers_in_one_conversation(
        self, visitor: Browser, chat: Channel
    ) -> None:
        AnswerSettings.objects.filter(channel=chat).update(most_answers=1)
        rule()
        assert self.falls_through(visitor) == "keyword"
        self.falls_through(visitor)
        assert AutomaticAnswer.objects.latest("pk").reason == "often_enough"


@pytest.mark.django_db
def test_banned_words_are_refused_when_a_keyword_answer_is_written(administrator: Staff) -> None:
    WordingRule.objects.create(
        kind="promise",
        name_zh="承诺",
        name_en="Promise",
        words=["全额退款"],
        action="block",
        at=timezone.now(),
    )
    with pytest.raises(BannedInPrepared):
        save_keyword_rule(
            rule_id=None,
            content=KeywordContent(keywords=["退款"], text_zh="我们会全额退款"),
            by=administrator,
            now=timezone.now(),
        )
    assert not KeywordRule.objects.exists()
