"""Asking for one thing after the other: how each is read, what is said when it can't be, and where a dialogue leaves."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from zhiyin.assist.answering.dates import date_in
from zhiyin.assist.answering.dialogues import MOST_TRIES, Content, Course, begin, go_on, summary_of
from zhiyin.assist.answering.slots import Slot, Unread, named_in, read_slot

TODAY = date(2026, 11, 27)  # a Friday
OPTIONS = [{"value": "fix", "zh": "维修", "en": "Repair"}, {"value": "swap", "zh": "换货", "en": "Exchange"}]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-05", "2026-11-05"), ("2026年11月5日", "2026-11-05"), ("2026/1/2 下午", "2026-01-02"),
        ("２０２６．１１．０５", "2026-11-05"), ("11月5日", "2026-11-05"), ("十一月五号", "2026-11-05"), ("二十", None),
        ("11/5", "2026-11-05"), ("1月3日", "2027-01-03"), ("12月31号", "2026-12-31"), ("昨天", "2026-11-26"),
        ("大前天", "2026-11-24"), ("前天下午", "2026-11-25"), ("后天", "2026-11-29"), ("大后天", "2026-11-30"),
        ("3天前", "2026-11-24"), ("三天后", "2026-11-30"), ("上周三", "2026-11-18"), ("这周五", "2026-11-27"),
        ("下星期一", "2026-11-30"), ("下周日", "2026-12-06"), ("yesterday", "2026-11-26"),
        ("the day after tomorrow", "2026-11-29"), ("2 days ago", "2026-11-25"),
        ("last Monday", "2026-11-16"), ("next Friday", "2026-12-04"), ("Nov 5", "2026-11-05"),
        ("5th of November", "2026-11-05"), ("January 3rd, 2027", "2027-01-03"),
        ("3 Jan 2025", "2025-01-03"), ("2月30日", None), ("2026-13-01", None), ("下次", None), ("", None),
        ("订单 20261105", None), ("3.5%", None), ("2月29日", "2028-02-29"),
    ],
)  # fmt: skip
def test_days_as_people_write_them(text: str, day: str | None) -> None:
    found = date_in(text, today=TODAY)
    assert (found.isoformat() if found else None) == day


def slot(kind: str = "text", **told: Any) -> Slot:
    return Slot.model_validate(
        {"key": "it", "kind": kind, "prompt_zh": "请问？", "prompt_en": "Which?"} | told
    )


@pytest.mark.parametrize(
    ("asked", "said", "value"),
    [
        (slot(), "  客厅的灯不亮 ", "客厅的灯不亮"),
        (slot(is_optional=True), "跳过", None),
        (slot(is_optional=True), "I don't know", None),
        (slot("order"), "订单号是 SO-2026-001234", "SO-2026-001234"),
        (slot("order"), "2026112700123", "2026112700123"),
        (slot("order", pattern="A[0-9]{6}"), "是 A123456，谢谢", "A123456"),
        (slot("phone"), "138 0013 8000", "13800138000"),
        (slot("phone"), "+44 20 7946 0958", "+442079460958"),
        (slot("date", when="past"), "昨天", "2026-11-26"),
        (slot("choice", options=OPTIONS), "2", "swap"),
        (slot("choice", options=OPTIONS), "维修", "fix"),
        (slot("choice", options=OPTIONS), "Exchange please", "swap"),
        (slot("number"), "3 个", 3),
        (slot("number"), "三", 3),
        (slot("number", smallest=0, largest=10), "2.5", 2.5),
        (slot("number"), "1,200", 1200),
    ],
)
def test_what_is_asked_for_is_read(asked: Slot, said: str, value: Any) -> None:
    assert read_slot(asked, said, today=TODAY) == value


@pytest.mark.parametrize(
    ("asked", "said", "why"),
    [
        (slot(), "", "unread_empty"),
        (slot(), "你好", "unread_empty"),
        (slot(), "x" * 501, "unread_long"),
        (slot(pattern="[0-9]+"), "abc", "unread_text"),
        (slot("order"), "在哪里看？", "unread_order"),
        (slot("order"), "SO-2026-001234 和 SO-2026-009999", "unread_order"),
        (slot("order", pattern="A[0-9]{6}"), "B123456", "unread_order"),
        (slot("phone"), "没有电话", "unread_phone"),
        (slot("phone"), "123", "unread_phone"),
        (slot("date"), "尽快", "unread_date"),
        (slot("date", when="past"), "明天", "unread_future"),
        (slot("date", when="future"), "昨天", "unread_past"),
        (slot("choice", options=OPTIONS), "3", "unread_choice"),
        (slot("choice", options=OPTIONS), "都不是", "unread_choice"),
        (slot("number"), "好几个", "unread_number"),
        (slot("number"), "3 或 4", "unread_number"),
        (slot("number", largest=10), "11", "unread_range"),
    ],
)
def test_what_can_not_be_read_says_what_would_do(asked: Slot, said: str, why: str) -> None:
    with pytest.raises(Unread) as found:
        read_slot(asked, said, today=TODAY)
    assert found.value.kind == why
    for language in ("zh", "en"):
        told = found.value.told(asked, language)
        assert told
        assert "{" not in told
    own = asked.model_copy(update={"help_zh": "自己的话"})
    assert found.value.told(own, "zh") == "自己的话"


def test_only_what_is_beyond_doubt_is_taken_from_the_first_message() -> None:
    order, words, day = slot("order"), slot(), slot("date")
    assert named_in(order, "我的订单 SO-2026-001234 昨天没到", today=TODAY) == "SO-2026-001234"
    assert named_in(order, "订单 SO-2026-001234 和订单 SO-2026-009999", today=TODAY) is None
    assert named_in(order, "预约安装 2026", today=TODAY) is None
    assert named_in(words, "随便什么", today=TODAY) is None
    assert named_in(day, "昨天下的单", today=TODAY) == "2026-11-26"


CONTENT: dict[str, Any] = {
    "slots": [
        {"key": "order", "kind": "order", "prompt_zh": "请发订单号。", "prompt_en": "Your order number?"},
        {"key": "day", "kind": "date", "when": "future", "prompt_zh": "哪天上门？", "prompt_en": "Which day?"},
        {"key": "what", "kind": "choice", "prompt_zh": "要哪种服务？", "prompt_en": "Which service?", "options": OPTIONS},
        {"key": "more", "kind": "text", "prompt_zh": "还有什么要说的？", "is_optional": True},
    ]
}  # fmt: skip


class TestCourse:
    content = Content.model_validate(CONTENT)

    def say(self, course: Course, text: str, language: str = "zh") -> Any:
        return go_on(self.content, course, text, language=language, today=TODAY)

    def test_one_after_the_other_to_the_end(self) -> None:
        step = begin(self.content, "预约安装，订单 SO-2026-001234", language="zh", today=TODAY)
        assert (step.what, step.text) == ("ask", "哪天上门？")  # the order is known
        step = self.say(step.course, "明天")
        assert (step.text, step.choices) == ("要哪种服务？\n1. 维修\n2. 换货", ("维修", "换货"))
        step = self.say(step.course, "1")
        assert step.text == "还有什么要说的？（可以回复“跳过”）"
        step = self.say(step.course, "跳过")
        assert step.what == "done"
        assert step.course.filled == {
            "order": "SO-2026-001234",
            "day": "2026-11-28",
            "what": "fix",
            "more": None,
        }
        assert summary_of(self.content, step.course.filled, "zh") == [
            ("请发订单号。", "SO-2026-001234"), ("哪天上门？", "2026-11-28"), ("要哪种服务？", "维修")
        ]  # fmt: skip

    def test_it_asks_again_twice_with_what_is_wrong_and_then_gives_up(self) -> None:
        step = begin(self.content, "预约安装", language="en", today=TODAY)
        assert step.text == "Your order number?"
        for _ in range(MOST_TRIES - 1):
            step = self.say(step.course, "where do I find it", "en")
            assert step.what == "ask"
            assert step.text.startswith("I could not find an order number")
            assert step.text.endswith("\nYour order number?")
        assert self.say(step.course, "no idea", "en").what == "given_up"

    def test_the_tries_are_for_each_slot_alone(self) -> None:
        step = begin(self.content, "预约安装", language="zh", today=TODAY)
        step = self.say(self.say(step.course, "在哪看").course, "SO-2026-001234")
        assert (step.text, step.course.tries) == ("哪天上门？", 0)

    @pytest.mark.parametrize("words", ["算了", "取消吧", "不用了，谢谢", "Never mind.", "cancel"])
    def test_it_can_be_called_off(self, words: str) -> None:
        step = begin(self.content, "预约安装", language="zh", today=TODAY)
        assert self.say(step.course, words).what == "cancelled"

    def test_a_word_of_calling_off_inside_an_answer_is_an_answer(self) -> None:
        filled = {"order": "SO-2026-001234", "day": "2026-11-28", "what": "fix"}
        step = self.say(Course(filled=filled), "上次取消了，这次想快一点")
        assert step.course.filled["more"] == "上次取消了，这次想快一点"


@pytest.mark.parametrize(
    "wrong",
    [
        {"slots": []},
        {"slots": [{"key": "Order!", "kind": "order", "prompt_zh": "？"}]},
        {"slots": [{"key": "a", "kind": "telepathy", "prompt_zh": "？"}]},
        {"slots": [{"key": "a", "kind": "text"}]},
        {"slots": [{"key": "a", "kind": "text", "prompt_zh": "  "}]},
        {"slots": [{"key": "a", "kind": "text", "prompt_zh": "？"}] * 2},
        {"slots": [{"key": "a", "kind": "text", "prompt_zh": "？", "pattern": "(a+)+"}]},
        {"slots": [{"key": "a", "kind": "text", "prompt_zh": "？", "pattern": "("}]},
        {"slots": [{"key": "a", "kind": "choice", "prompt_zh": "？", "options": OPTIONS[:1]}]},
        {"slots": [{"key": "a", "kind": "choice", "prompt_zh": "？", "options": [OPTIONS[0], OPTIONS[0]]}]},
        {"slots": [{"key": "a", "kind": "number", "prompt_zh": "？", "smallest": 5, "largest": 1}]},
        {"slots": CONTENT["slots"], "ending": {"hands_over": False}},
        {"slots": CONTENT["slots"], "surprise": 1},
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Content.model_validate(wrong)
