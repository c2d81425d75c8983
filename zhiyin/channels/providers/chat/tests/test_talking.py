"""Visitor and agent talk: what the API promises of messages, history, read marks and files."""

from __future__ import annotations

from typing import Any

import pytest

from zhiyin.channels.models import Delivery, InboundMessage, RawMessage
from zhiyin.channels.providers.chat.models import ChatFile, Conversation, Line, Visitor, VisitorToken
from zhiyin.channels.providers.chat.tests.world import Browser, answer, make_chat, work

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def test_what_a_visitor_writes_is_stored_raw_and_understood() -> None:
    browser = Browser(make_chat())
    session = browser.come(page_url="https://shop.example/refunds", locale="zh-CN")
    told = browser.say("你好，退款页面报错").json()
    assert (told["id"], told["from"], told["text"], told["read"]) == (
        1,
        "visitor",
        "你好，退款页面报错",
        False,
    )
    assert RawMessage.objects.count() == 1

    work()

    inbound = InboundMessage.objects.get()
    conversation = Conversation.objects.get()
    key = f"chat:{session['conversation_id']}"
    assert (inbound.text, inbound.subject) == ("你好，退款页面报错", "你好，退款页面报错")
    assert (inbound.thread_keys, inbound.own_keys, inbound.headers["thread"]) == (
        [key],
        [key],
        str(conversation.pk),
    )
    assert inbound.sender_kind == "visitor"
    assert inbound.sender_name.startswith("访客 ")
    assert inbound.headers["page_url"] == "https://shop.example/refunds"


def test_a_message_sent_twice_is_stored_once() -> None:
    browser = Browser(make_chat())
    browser.come()
    first = browser.say("只说一次", client_id="same-client-id")
    second = browser.say("只说一次", client_id="same-client-id")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert (Line.objects.count(), RawMessage.objects.count()) == (1, 1)


def test_an_agents_answer_reaches_the_transcript_once_and_marks_what_came_before_as_read() -> None:
    channel = make_chat()
    browser = Browser(channel)
    here = browser.come()["conversation_id"]
    browser.say("在吗")
    delivery = answer(channel, here, "在的，请讲。")
    work()
    work()
    told = browser.get("/messages?after=0").json()
    assert [(line["id"], line["from"], line["name"], line["text"]) for line in told["items"]] == [
        (1, "visitor", "", "在吗"),
        (2, "agent", "王小雨", "在的，请讲。"),
    ]
    assert told["items"][0]["read"] is True
    assert told["staff_read_up_to"] == 1
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.SENT

    browser.post("/read", {"up_to": 2})

    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.DELIVERED


def test_history_is_there_on_return_in_pages() -> None:
    channel = make_chat()
    browser = Browser(channel)
    here = browser.come()["conversation_id"]
    conversation = Conversation.objects.get(pk=here)
    Line.objects.bulk_create(
        Line(
            conversation=conversation,
            number=n,
            side="visitor",
            text=f"第{n}句",
            client_id=f"old-{n}",
            at=conversation.seen_at,
        )
        for n in range(1, 61)
    )
    Conversation.objects.filter(pk=here).update(last_number=60)

    back = browser.come()

    assert back["conversation_id"] == here
    assert [line["id"] for line in back["history"]] == list(range(11, 61))
    assert back["has_more"] is True
    older = browser.get("/messages?before=11").json()
    assert ([line["id"] for line in older["items"]], older["has_more"]) == (list(range(1, 11)), False)
    newer = browser.get("/messages?after=58").json()
    assert [line["id"] for line in newer["items"]] == [59, 60]
    assert (Visitor.objects.count(), VisitorToken.objects.count()) == (1, 1)


def test_a_reader_can_not_be_ahead_of_what_was_said_and_never_goes_back() -> None:
    browser = Browser(make_chat())
    browser.come()
    browser.say("一")
    browser.say("二")
    browser.post("/read", {"up_to": 99})
    assert Conversation.objects.get().visitor_read_up_to == 2
    browser.post("/read", {"up_to": 1})
    assert Conversation.objects.get().visitor_read_up_to == 2


def test_files_go_with_a_message_and_come_back_safely() -> None:
    channel = make_chat()
    browser = Browser(channel)
    browser.come()
    file = browser.put_up(PNG).json()
    told = browser.say("", file_ids=[file["id"]]).json()
    assert [(one["name"], one["media_type"], one["size"]) for one in told["files"]] == [
        ("截图.png", "image/png", 48)
    ]
    served = browser.get(f"/files/{file['key']}")
    assert served.content == PNG
    assert served["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "sandbox" in served["Content-Security-Policy"]

    work()

    attachment = InboundMessage.objects.get().attachments.get().file
    assert (attachment.name, attachment.size) == ("截图.png", 48)


def test_an_agents_file_reaches_the_visitor() -> None:
    channel = make_chat()
    browser = Browser(channel)
    here = browser.come()["conversation_id"]
    file = browser.put_up(PNG, name="发票.png").json()
    answer(channel, here, "发票在附件里", file_ids=[file["id"]])
    work()
    line = browser.get("/messages?after=0").json()["items"][0]
    assert [one["name"] for one in line["files"]] == ["发票.png"]
    assert browser.get(f"/files/{line['files'][0]['key']}").content == PNG


def test_nobody_sends_anothers_file() -> None:
    channel = make_chat()
    owner, thief = Browser(channel), Browser(channel)
    owner.come()
    thief.come()
    file = owner.put_up(PNG).json()
    refused = thief.say("看看", file_ids=[file["id"]])
    assert (refused.status_code, refused.json()["code"]) == (422, "chat.file_unknown")
    assert (Line.objects.count(), RawMessage.objects.count()) == (0, 0)


def test_nothing_is_not_a_message() -> None:
    browser = Browser(make_chat(), language="en")
    browser.come()
    refused = browser.say("  \n ")
    assert (refused.status_code, refused.json()["code"]) == (422, "chat.nothing_said")
    assert refused.json()["detail"] == "There is nothing to send yet. Write something first."
    assert refused["Content-Type"] == "application/problem+json"
    assert Line.objects.count() == 0


def test_a_message_has_a_limit_to_its_length() -> None:
    browser = Browser(make_chat())
    browser.come()
    assert browser.say("长" * 8001).status_code == 422
    assert browser.say("长" * 8000).status_code == 201


def test_one_visitor_never_reads_anothers_conversation() -> None:
    channel = make_chat()
    mine, theirs = Browser(channel), Browser(channel)
    mine.come()
    theirs.come()
    theirs.say("我的秘密")
    assert mine.get("/messages?after=0").json()["items"] == []


def test_a_token_opens_nothing_on_another_channel() -> None:
    here, there = Browser(make_chat()), Browser(make_chat())
    here.come()
    there.token = here.token
    refused = there.get("/messages")
    assert (refused.status_code, refused.json()["code"]) == (401, "chat.visitor_unknown")


def test_tokens_are_kept_only_as_hashes() -> None:
    browser = Browser(make_chat())
    browser.come()
    assert browser.token not in str(list(VisitorToken.objects.values()))


def test_text_that_no_database_keeps_is_cleaned_not_refused() -> None:
    browser = Browser(make_chat())
    browser.come(identity={"name": "林\x00晓\ud800"})
    told = browser.say("a\x00b\ud83d").json()
    assert told["text"] == "ab?"


def test_calls_take_a_fixed_number_of_queries(django_assert_num_queries: Any) -> None:
    channel = make_chat()
    browser = Browser(channel)
    browser.come()
    for number in range(5):
        file = browser.put_up(PNG).json()
        browser.say(f"第{number}句", file_ids=[file["id"]])
    with django_assert_num_queries(6):  # channel, visitor, limit, lines, files, stored files
        assert len(browser.get("/messages?after=0").json()["items"]) == 5


def test_the_agent_learns_on_which_page_the_visitor_wrote() -> None:
    browser = Browser(make_chat())
    browser.come(page_url="https://shop.example/")
    body = {"client_id": "client-on-page", "text": "这个怎么买", "page_url": "https://shop.example/tray"}
    browser.post("/messages", body)
    work()
    assert InboundMessage.objects.get().headers["page_url"] == "https://shop.example/tray"


def test_a_file_over_the_limit_is_refused(settings: Any) -> None:
    settings.MAX_FILE_MB = 1
    browser = Browser(make_chat())
    browser.come()
    refused = browser.put_up(b"x" * (1024 * 1024 + 1), name="大.bin", media_type="application/octet-stream")
    assert (refused.status_code, refused.json()["code"]) == (413, "files.too_large")
    assert ChatFile.objects.count() == 0
