"""A dialogue whose questions depend on earlier answers: which are asked, what can't be drawn up, and how a conversation goes."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from zhiyin.assist.answering.branching import asked_among, misfits_of_branches
from zhiyin.assist.answering.dialogues import Content, Course, begin, go_on, summary_of
from zhiyin.assist.answering.slots import Slot
from zhiyin.assist.models import Dialogue, Holder, Turn
from zhiyin.assist.tests.test_answering import chat, lines, machine_lines, visitor, work
from zhiyin.assist.tests.test_dialogues_going_on import says
from zhiyin.channels.providers.chat.tests.world import Browser
from zhiyin.people.models import Staff
from zhiyin.testing.people import client_for
from zhiyin.tickets.models import CustomField, Message, Ticket, WordingRule

__all__ = ["chat", "visitor"]  # fixtures of the neighbouring tests
TODAY = date(2026, 11, 27)
AT = "/api/v1/assist/answering/dialogues"


def choice(key: str, *values: str, **told: Any) -> dict[str, Any]:
    options = [{"value": one, "zh": one, "en": one} for one in values]
    return {"key": key, "kind": "choice", "prompt_zh": f"{key}？", "options": options} | told


def text(key: str, *only_if: tuple[str, list[str]], **told: Any) -> dict[str, Any]:
    conditions = [{"key": named, "any_of": values} for named, values in only_if]
    return {"key": key, "kind": "text", "prompt_zh": f"{key}？", "only_if": conditions} | told


WHY = "什么原因？（可以回复“跳过”）"
OFFER = [{"value": "all", "zh": "全额退款"}, {"value": "part", "zh": "部分退款"}]
RETURN: list[dict[str, Any]] = [
    {"key": "order", "kind": "order", "prompt_zh": "请发订单号。", "field": "order_no"},
    choice("want", "退款", "换货"),
    choice("to", "原路退回", "银行卡", only_if=[{"key": "want", "any_of": ["退款"]}]),
    text("bank", ("to", ["银行卡"]), prompt_zh="哪家银行？", field="bank"),
    text("model", ("want", ["换货"]), prompt_zh="换成哪个型号？", field="model"),
    text("why", prompt_zh="什么原因？", is_optional=True),
]


class TestCourse:
    content = Content.model_validate({"slots": RETURN})

    def asked(self, *answers: str) -> list[str]:
        """What is asked in turn, to the end."""
        step = begin(self.content, "我要退换货", language="zh", today=TODAY)
        prompts = [step.text.split("\n")[0]]
        for answer in answers:
            step = go_on(self.content, step.course, answer, language="zh", today=TODAY)
            prompts.append(step.text.split("\n")[0] if step.what == "ask" else step.what)
        return prompts

    @pytest.mark.parametrize(
        ("answers", "asked"),
        [
            (["SO-2026-001234", "换货", "R7", "跳过"], ["want？", "换成哪个型号？", WHY, "done"]),
            (["SO-2026-001234", "退款", "1", "跳过"], ["want？", "to？", WHY, "done"]),
            (["SO-2026-001234", "1", "2", "招商银行", "质量"], ["want？", "to？", "哪家银行？", WHY, "done"]),
        ],
    )  # fmt: skip
    def test_each_answer_leads_its_own_way(self, answers: list[str], asked: list[str]) -> None:
        assert self.asked(*answers) == ["请发订单号。", *asked]

    def test_what_could_not_be_read_asks_the_same_again_and_takes_no_way(self) -> None:
        asked = self.asked("SO-2026-001234", "都不要", "换", "换货")
        assert asked[2].startswith("没有认出您选的是哪一项")
        assert asked[-1] == "换成哪个型号？"

    def test_an_optional_choice_that_is_left_out_takes_no_branch(self) -> None:
        slots = [choice("a", "x", "y", is_optional=True), text("b", ("a", ["x", "y"])), text("c")]
        content = Content.model_validate({"slots": slots})
        step = begin(content, "开始", language="zh", today=TODAY)
        assert go_on(content, step.course, "跳过", language="zh", today=TODAY).text == "c？"

    def test_what_the_first_words_name_for_another_way_is_not_told(self) -> None:
        slots = [
            choice("want", "退款", "换货"),
            {"key": "order", "kind": "order", "prompt_zh": "订单号？", "only_if": [{"key": "want", "any_of": ["换货"]}]},
            text("why"),
        ]  # fmt: skip
        content = Content.model_validate({"slots": slots})
        step = begin(content, "退换货，订单 SO-2026-001234", language="zh", today=TODAY)
        on = go_on(content, step.course, "退款", language="zh", today=TODAY)
        assert on.text == "why？"
        assert summary_of(content, on.course.filled, "zh") == [("want？", "退款")]
        other = go_on(content, step.course, "换货", language="zh", today=TODAY)
        assert other.text == "why？"  # it was named already
        assert summary_of(content, other.course.filled, "zh") == [
            ("want？", "换货"),
            ("订单号？", "SO-2026-001234"),
        ]

    def test_an_answer_off_the_way_decides_nothing(self) -> None:
        filled = {"want": "换货", "to": "银行卡"}
        assert [one.key for one in asked_among(self.content.slots, filled)] == [
            "order",
            "want",
            "model",
            "why",
        ]


@pytest.mark.parametrize(
    ("slots", "place", "what"),
    [
        ([text("a", ("b", ["x"])), choice("b", "x", "y")], 0, "b is not asked before"),
        ([choice("a", "x", "y", only_if=[{"key": "a", "any_of": ["x"]}])], 0, "a is not asked before"),
        ([text("a"), text("b", ("a", ["x"]))], 1, "a is no choice"),
        ([choice("a", "x", "y"), text("b", ("a", ["z", "x"]))], 1, "a does not offer z"),
        ([choice("a", "x", "y"), text("b", ("a", ["x"]), ("a", ["y"]))], 1, "can never be asked"),
        (
            [
                choice("a", "x", "y"),
                choice("b", "p", "q", only_if=[{"key": "a", "any_of": ["x"]}]),
                text("c", ("b", ["p"]), ("a", ["y"])),
            ],
            2,
            "can never be asked",
        ),
    ],
)  # fmt: skip
def test_a_way_that_leads_nowhere_is_refused(slots: list[dict[str, Any]], place: int, what: str) -> None:
    wrong = misfits_of_branches([Slot.model_validate(one) for one in slots])
    assert list(wrong) == [place]
    assert what in wrong[place]
    with pytest.raises(ValidationError, match=f"slots.{place}.only_if"):
        Content.model_validate({"slots": slots})


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 3), st.sets(st.sampled_from("xyz"), min_size=1)), max_size=3), min_size=1, max_size=5
    )
)  # fmt: skip
def test_what_passes_can_be_asked_and_what_does_not_never_is(drawn: list[list[tuple[int, set[str]]]]) -> None:
    """Against all ways there are, walked one by one."""
    slots = [
        Slot.model_validate(
            choice(f"s{place}", "x", "y", "z")
            | {
                "only_if": [
                    {"key": f"s{at}", "any_of": sorted(values)} for at, values in drawn[place] if at < place
                ]
            }
        )
        for place in range(len(drawn))
    ]
    keys = [one.key for one in slots]
    reached = {
        one.key
        for answers in product("xyz", repeat=len(slots))
        for one in asked_among(slots, dict(zip(keys, answers, strict=True)))
    }
    wrong = {keys[place] for place in misfits_of_branches(slots)}
    assert wrong == set(keys) - reached


@pytest.fixture
def returning() -> Dialogue:
    for key in ("order_no", "bank", "model"):
        CustomField.objects.create(key=key, kind="text", name_zh=key, name_en=key)
    content = Content.model_validate({"slots": RETURN, "ending": {"text_zh": "已登记。"}})
    return Dialogue.objects.create(
        name="退换货", keywords=["退换货"], content=content.model_dump(mode="json"), active=True, at=timezone.now()
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.usefixtures("returning")
class TestConversation:
    def test_one_way_to_its_end_fills_in_what_is_on_it(self, visitor: Browser) -> None:
        assert says(visitor, "我想退换货，订单 SO-2026-001234").startswith("want？")
        assert lines(visitor)[-1]["machine"]["choices"] == ["退款", "换货"]
        assert says(visitor, "换货") == "换成哪个型号？"
        assert says(visitor, "R7 Pro").startswith("什么原因？")
        assert says(visitor, "跳过") == "已登记。"
        assert Ticket.objects.get().fields == {"order_no": "SO-2026-001234", "model": "R7 Pro"}
        note = Message.objects.get(kind="note").text
        assert "换成哪个型号？ R7 Pro" in note
        assert "to？" not in note
        assert (Holder.objects.get().reason, Turn.objects.count()) == ("form_done", 0)
        assert machine_lines(visitor) == ["asked", "asked", "asked", "handed"]

    def test_the_other_way_branches_once_more(self, visitor: Browser) -> None:
        says(visitor, "退换货 SO-2026-001234")
        says(visitor, "退款")
        assert says(visitor, "2") == "哪家银行？"
        assert says(visitor, "招商银行").startswith("什么原因？")
        says(visitor, "不合适")
        assert Ticket.objects.get().fields == {"order_no": "SO-2026-001234", "bank": "招商银行"}

    def test_three_answers_that_fit_nothing_leave_it_to_people_with_what_is_there(
        self, visitor: Browser
    ) -> None:
        says(visitor, "退换货 SO-2026-001234")
        for said in ("随便", "你说呢", "9"):
            says(visitor, said)
        assert (Holder.objects.get().who, Holder.objects.get().reason) == ("people", "gave_up")
        assert "SO-2026-001234" in Message.objects.get(kind="note").text
        assert not Turn.objects.exists()

    def test_a_form_under_way_goes_on_as_it_began(self, visitor: Browser, returning: Dialogue) -> None:
        says(visitor, "退换货 SO-2026-001234")
        Dialogue.objects.update(content=returning.content | {"slots": returning.content["slots"][:1]})
        assert says(visitor, "换货") == "换成哪个型号？"
        visitor.say("R7")
        work()
        assert Turn.objects.get().filled["model"] == "R7"


@pytest.mark.django_db
class TestSaving:
    def test_conditions_are_kept_and_told(self, administrator: Staff) -> None:
        slots = [{name: value for name, value in one.items() if name != "field"} for one in RETURN]
        body = {"name": "退换货", "keywords": ["退换货"], "content": {"slots": slots}}
        told = client_for(administrator).post(AT, body).json()
        assert told["content"]["slots"][3]["only_if"] == [{"key": "to", "any_of": ["银行卡"]}]
        assert told["content"]["slots"][0]["only_if"] == []

    @pytest.mark.parametrize(
        "slots",
        [
            [text("a", ("b", ["x"])), choice("b", "x", "y")],
            [choice("a", "x", "y"), text("b", ("a", []))],
            [choice("a", "x", "y"), text("b", *[("a", ["x"])] * 4)],
            [choice("a", "x", "y"), text("b", ("A!", ["x"]))],
        ],
    )
    def test_what_leads_nowhere_is_refused_and_nothing_is_kept(
        self, administrator: Staff, slots: list[dict[str, Any]]
    ) -> None:
        body = {"name": "退换货", "keywords": ["退换货"], "content": {"slots": slots}}
        answer = client_for(administrator).post(AT, body)
        assert answer.status_code == 422
        assert answer.json()["params"]["fields"]
        assert not Dialogue.objects.exists()

    @pytest.mark.parametrize(
        "changed", [{"options": OFFER}, {"prompt_zh": "要全额退款吗？"}, {"help_en": "全额退款 or not?"}]
    )
    def test_banned_words_are_refused_wherever_the_customer_would_read_them(
        self, administrator: Staff, changed: dict[str, Any]
    ) -> None:
        WordingRule.objects.create(
            kind="promise", name_zh="承诺", name_en="Promise", words=["全额退款"], action="block", at=timezone.now()
        )  # fmt: skip
        body = {
            "name": "退换货",
            "keywords": ["退换货"],
            "content": {"slots": [choice("a", "x", "y") | changed]},
        }
        answer = client_for(administrator).post(AT, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "tickets.banned_in_prepared")
        assert not Dialogue.objects.exists()


def test_a_course_may_stand_at_a_slot_that_is_not_on_the_way() -> None:
    """Of a form that had no branches when it was saved."""
    content = Content.model_validate({"slots": [text("a"), text("b")]})
    assert (
        go_on(content, Course(filled={"a": "1", "gone": 2}), "x", language="zh", today=TODAY).what == "done"
    )
