"""Forms before the first message and in place of the chat: what is asked, refused, kept, and how it is answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.channels.models import Delivery, InboundMessage, RawMessage
from zhiyin.channels.providers.chat.filling_in import answers_to
from zhiyin.channels.providers.chat.models import Conversation, Line, Visitor
from zhiyin.channels.providers.chat.structures import FormField, covers, wrong_structures
from zhiyin.channels.providers.chat.tests.world import Browser, answer, make_chat, make_mailbox, proof, work
from zhiyin.platform.http.errors import Invalid

FORM = {
    "pages": ["/checkout*"],
    "intro": {"zh": "先认识一下", "en": "Before we begin"},
    "fields": [
        {"key": "name", "type": "name", "required": True},
        {"key": "email", "type": "email"},
        {"key": "topic", "type": "choice", "label": {"zh": "想咨询什么", "en": "Topic"},
         "options": [{"zh": "订单", "en": "Orders"}, {"zh": "退款", "en": "Refunds"}], "required": True},
        {"key": "agree", "type": "consent", "label": {"zh": "同意隐私政策", "en": "I agree"}, "required": True},
    ],
}  # fmt: skip
CHECKOUT = "https://shop.example/checkout/pay"
GOOD = {"name": "林晓", "email": "lin@example.com", "topic": 1, "agree": True}


def ask(browser: Browser, text: str, page_url: str = CHECKOUT) -> Any:
    return browser.post("/messages", {"client_id": f"client-{text}-000", "text": text, "page_url": page_url})


@pytest.mark.django_db
class TestBeforeTheFirstMessage:
    def browser(self, **settings: Any) -> Browser:
        browser = Browser(make_chat(pre_chat=[FORM], **settings))
        browser.come(locale="zh-CN")
        return browser

    def test_the_widget_is_told_the_form_in_its_language(self) -> None:
        browser = self.browser()
        told = browser.get("/config?locale=en").json()["pre_chat"][0]
        assert (told["intro"], told["pages"]) == ("Before we begin", ["/checkout*"])
        assert [field["label"] for field in told["fields"]] == ["Name", "E-mail", "Topic", "I agree"]
        assert told["fields"][2]["options"] == ["Orders", "Refunds"]

    def test_on_its_pages_nothing_is_said_before_it_is_filled_in(self) -> None:
        browser = self.browser()
        refused = ask(browser, "hello")
        assert (refused.status_code, refused.json()["code"]) == (409, "chat.form_needed")
        assert (Line.objects.count(), RawMessage.objects.count()) == (0, 0)
        assert ask(browser, "elsewhere", "https://shop.example/").status_code == 201

    def test_what_is_filled_in_goes_on_with_the_first_message_only(self) -> None:
        browser = self.browser()
        assert browser.post("/forms", {"values": GOOD, "page_url": CHECKOUT}).status_code == 204
        assert browser.come()["is_answered"] is True
        assert ask(browser, "first").status_code == 201
        assert ask(browser, "second").status_code == 201
        work()
        first, second = InboundMessage.objects.order_by("pk")
        assert [(one["label"], one["value"]) for one in first.headers["answers"]] == [
            ("姓名", "林晓"),
            ("邮箱", "lin@example.com"),
            ("想咨询什么", "退款"),
            ("同意隐私政策", "同意"),
        ]
        assert (first.sender_name, second.headers["answers"]) == ("林晓", [])
        visitor = Visitor.objects.get()
        assert (visitor.name, visitor.email, visitor.email_proven) == ("林晓", "lin@example.com", False)

    @pytest.mark.parametrize(
        ("change", "wrong"),
        [
            ({"name": " "}, {"name": "required"}),
            ({"email": "lin@"}, {"email": "email"}),
            ({"topic": 2}, {"topic": "choice"}),
            ({"topic": None}, {"topic": "required"}),
            ({"agree": False}, {"agree": "required"}),
            ({"agree": "yes"}, {"agree": "required"}),
            ({"name": "长" * 101}, {"name": "too_long"}),
        ],
    )
    def test_what_does_not_fit_is_named_and_nothing_is_kept(
        self, change: dict[str, Any], wrong: dict[str, str]
    ) -> None:
        browser = self.browser()
        values = {key: value for key, value in {**GOOD, **change}.items() if value is not None}
        refused = browser.post("/forms", {"values": values, "page_url": CHECKOUT})
        assert (refused.status_code, refused.json()["params"]["fields"]) == (422, wrong)
        assert (Visitor.objects.get().name, Conversation.objects.get().answered_at) == ("", None)

    def test_nobody_fills_in_another_name_for_somebody_signed_in(self) -> None:
        browser = Browser(make_chat(pre_chat=[FORM]))
        browser.come(identity={**proof(id="42", email="mei@example.com"), "name": "林梅"})
        browser.post("/forms", {"values": GOOD, "page_url": CHECKOUT})
        visitor = Visitor.objects.get()
        assert (visitor.name, visitor.email, visitor.email_proven) == ("林梅", "mei@example.com", True)

    def test_it_is_asked_anew_after_the_visitor_has_ended_the_conversation(self) -> None:
        browser = self.browser()
        browser.post("/forms", {"values": GOOD, "page_url": CHECKOUT})
        ask(browser, "first")
        browser.post("/end")
        assert ask(browser, "again").json()["code"] == "chat.form_needed"
        browser.post("/forms", {"values": GOOD, "page_url": CHECKOUT})
        assert ask(browser, "again").status_code == 201


@pytest.mark.django_db
class TestInPlaceOfTheChat:
    def browser(self) -> Browser:
        self.mailbox = make_mailbox()
        fields = [{"key": "order", "type": "text", "label": {"zh": "订单号"}, "required": True}]
        browser = Browser(make_chat(continue_by=self.mailbox.key, offline_form={"fields": fields}))
        browser.come(locale="zh-CN")
        return browser

    def leave(self, browser: Browser, **change: Any) -> Any:
        body = {
            "client_id": "client-left-0001",
            "text": "门锁没电了",
            "email": "lin@example.com",
            "values": {"order": "20931"},
        }
        return browser.post("/offline-messages", {**body, **change})

    def test_a_message_that_is_left_is_answered_by_mail_though_the_visitor_was_just_there(self) -> None:
        browser = self.browser()
        assert self.leave(browser).status_code == 201
        work()
        inbound = InboundMessage.objects.get()
        assert [(one["label"], one["value"]) for one in inbound.headers["answers"]] == [
            ("订单号", "20931"),
            ("邮箱", "lin@example.com"),
        ]
        answer(browser.channel, Conversation.objects.get().pk, "换电池即可，随信附上图示。")
        work()
        work(timezone.now() + timedelta(seconds=21))
        [mail] = Delivery.objects.filter(channel=self.mailbox)
        assert (mail.recipient, "换电池即可" in mail.text) == ("lin@example.com", True)

    def test_leaving_it_twice_leaves_it_once(self) -> None:
        browser = self.browser()
        assert [self.leave(browser).status_code for _ in range(2)] == [201, 200]
        assert (Line.objects.count(), RawMessage.objects.count()) == (1, 1)

    @pytest.mark.parametrize(
        ("change", "status"),
        [({"email": ""}, 422), ({"email": "lin@"}, 422), ({"values": {}}, 422), ({"text": "  "}, 422)],
    )
    def test_without_an_address_or_words_nothing_is_left(self, change: dict[str, Any], status: int) -> None:
        browser = self.browser()
        assert self.leave(browser, **change).status_code == status
        assert (Line.objects.count(), Visitor.objects.get().email) == (0, "")

    def test_where_nobody_could_answer_by_mail_none_is_taken(self) -> None:
        browser = Browser(make_chat())
        browser.come()
        refused = self.leave(browser)
        assert (refused.status_code, refused.json()["code"]) == (409, "chat.no_offline_form")
        assert Line.objects.count() == 0
        assert browser.get("/config").json()["offline"] is None

    def test_who_writes_in_the_chat_again_is_answered_there(self) -> None:
        browser = self.browser()
        self.leave(browser)
        browser.say("我回来了")
        assert Conversation.objects.get().answer_by_mail is False


@pytest.mark.parametrize(
    ("pages", "url", "covered"),
    [
        ([], "https://shop.example/x", True),
        (["/pricing"], "https://shop.example/pricing", True),
        (["/pricing"], "https://shop.example/pricing/more", False),
        (["/pricing*"], "https://shop.example/pricing/more", True),
        (["/"], "https://shop.example", False),
        (["/"], "https://shop.example/", True),
        (["*checkout*"], "https://shop.example/zh/Checkout/2", True),
        (["https://a.example/*"], "https://b.example/", False),
        (["/a.c"], "https://shop.example/abc", False),
    ],
)
def test_pages_are_named_by_path_or_address_with_stars(pages: list[str], url: str, covered: bool) -> None:
    assert covers(pages, url) is covered


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"pre_chat": [{"fields": []}]}, {"pre_chat.0"}),
        ({"pre_chat": [{"fields": [{"key": "A", "type": "text", "label": {"zh": "x"}}]}]}, {"pre_chat.0.fields.0.key"}),
        ({"pre_chat": [{"fields": [{"key": "a", "type": "text"}]}]}, {"pre_chat.0.fields.0.label"}),
        ({"pre_chat": [{"fields": [{"key": "a", "type": "name"}] * 2}]}, {"pre_chat.0.fields.1.key"}),
        ({"offline_form": {"fields": [{"key": "c", "type": "choice", "label": {"zh": "x"}}]}}, {"offline_form.fields.0.options"}),
        ({"greetings": [{"id": "a", "text": {}}]}, {"greetings.0.text"}),
        ({"greetings": [{"id": "a", "text": {"en": "x"}, "after_seconds": -1}]}, {"greetings.0.after_seconds"}),
        ({"texts": {"send": {"zh": "发"}, "<b>": {}}}, {"texts.<b>.[key]"}),
        ({"pre_chat": "nonsense", "texts": []}, {"pre_chat", "texts"}),
        ({"pre_chat": [FORM], "greetings": [], "texts": {"send": {"zh": "发"}}}, set()),
    ],
)  # fmt: skip
def test_structures_that_can_not_be_used_are_named(values: dict[str, Any], wrong: set[str]) -> None:
    assert set(wrong_structures(values)) == wrong


anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=30), st.lists(st.text(), max_size=2)
)


@given(st.dictionaries(st.sampled_from(["name", "email", "topic", "agree"]), anything))
def test_whatever_is_filled_in_is_an_answer_or_named(values: dict[str, Any]) -> None:
    fields = [FormField.model_validate(field) for field in FORM["fields"]]
    wrong: set[str] = set()
    answers = []
    try:
        answers = answers_to(fields, values, "zh")
    except Invalid as refusal:
        wrong = set(refusal.params["fields"])
    assert wrong <= {"name", "email", "topic", "agree"}
    assert bool(wrong) != ({"name", "topic", "agree"} <= {one.key for one in answers})
    assert all(one.value for one in answers)
