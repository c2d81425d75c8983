"""What we send: whole, readable, unforgeable by what people type, and tried again exactly while that may help."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.channels.commands.delivering import Outgoing, queue_delivery
from zhiyin.channels.models import Channel, Delivery
from zhiyin.channels.providers.email.composing import (
    BadAddress,
    File,
    Outbound,
    clean_address,
    compose,
    text_as_html,
    tidy_subject,
)
from zhiyin.channels.providers.email.parsing.parse import parse_mail
from zhiyin.channels.providers.email.tests.conftest import MakeMailbox
from zhiyin.channels.providers.email.tests.servers import Outbox, smtp_server, token_giver
from zhiyin.platform.files.files import store_file
from zhiyin.testing.spine import let_effects_happen

KEY = "0123456789abcdef0123"


def outbound(**changes: Any) -> Outbound:
    usual: dict[str, Any] = {
        "sender": ("晴天电器客服", "help@shop.example"),
        "to": [("李雷", "lilei@example.cn")],
        "cc": [],
        "reply_to": "",
        "subject": "Re: 退款 [#1001]",
        "text": "您好，\n\n退款三天内到账。",
        "html": "",
        "message_id": f"<{KEY}.zhiyin@shop.example>",
        "in_reply_to": "<asked@example.cn>",
        "references": ["<first@example.cn>", "<asked@example.cn>"],
        "files": [],
        "automatic": False,
        "instance": "1234567890abcdef",
        "calendar": "",
        "delivery_key": KEY,
        "at": datetime(2024, 3, 5, 2, 20, tzinfo=UTC),
    }
    return Outbound(**{**usual, **changes})


def test_a_mail_says_what_was_meant() -> None:
    parsed = parse_mail(compose(outbound(cc=["boss@example.cn"], reply_to=f"help+zy{KEY}@shop.example")))
    assert (parsed.sender.name, parsed.sender.address) == ("晴天电器客服", "help@shop.example")
    assert [(one.name, one.address) for one in parsed.to] == [("李雷", "lilei@example.cn")]
    assert [one.address for one in parsed.cc] == ["boss@example.cn"]
    assert [one.address for one in parsed.reply_to] == [f"help+zy{KEY}@shop.example"]
    assert (parsed.subject, parsed.ticket_number) == ("Re: 退款 [#1001]", 1001)
    assert parsed.text == "您好，\n\n退款三天内到账。"
    assert parsed.html == "<p>您好，</p>\n<p>退款三天内到账。</p>"
    assert parsed.message_id == f"{KEY}.zhiyin@shop.example"
    assert parsed.in_reply_to == ("asked@example.cn",)
    assert parsed.references == ("first@example.cn", "asked@example.cn")
    assert parsed.sent_at == datetime(2024, 3, 5, 2, 20, tzinfo=UTC)
    assert (parsed.automatic, parsed.unreadable) == ("", False)


def test_lines_are_short_enough_and_end_as_mail_wants_it() -> None:
    text = "长" * 5_000 + "\n" + "x" * 5_000
    raw = compose(outbound(text=text, references=[f"<{n}{'a' * 60}@example.cn>" for n in range(100)]))
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert parse_mail(raw).text == text


def test_only_automatic_mail_calls_itself_automatic() -> None:
    assert b"Auto-Submitted" not in compose(outbound())
    assert b"Auto-Submitted: auto-generated\r\n" in compose(outbound(automatic=True))


EVIL = "x\r\nBcc: evil@x.cn\r\n\r\n<script>"


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": EVIL},
        {"subject": "中文" + EVIL},
        {"sender": (EVIL, "help@shop.example")},
        {"sender": ("中文" + EVIL, "help@shop.example")},
        {"to": [(EVIL, "lilei@example.cn")]},
        {"in_reply_to": f"<{EVIL}@x>", "references": [f"<{EVIL}@x>", "<a b@x>\r\nBcc: evil@x.cn"]},
        {"files": [File(name=EVIL, media_type=EVIL, content=b"x")]},
        {"files": [File(name="中" + EVIL, media_type="text/plain\r\nBcc: evil@x.cn", content=b"x")]},
    ],
)
def test_nothing_that_is_typed_becomes_a_field(changes: dict[str, Any]) -> None:
    raw = compose(outbound(**changes))
    head = raw.partition(b"\r\n\r\n")[0]
    assert b"\nbcc" not in raw.lower()
    assert head.count(b"\r\nSubject:") == 1
    assert parse_mail(raw).text == "您好，\n\n退款三天内到账。"


@pytest.mark.parametrize(
    "address", ["", "x", "a@", "@b.cn", "a b@c.cn", "a@b.cn\r\nRCPT TO:<x@y>", "a@b@c", "李@b.cn"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        clean_address(address)


def test_a_chinese_domain_is_written_in_ascii() -> None:
    assert clean_address("li@例子.中国") == "li@xn--fsqu00a.xn--fiqs8s"


@pytest.mark.parametrize(
    ("subject", "tidy"),
    [
        ("Re: 退款 [#1001]", "Re: 退款 [#1001]"),
        ("Re: Re: 回复：答复: 退款 [#1001] [#1001]", "Re: 退款 [#1001]"),
        ("退款 [#7] 很急 [#1001]", "退款 很急 [#1001]"),
        ("Re:  [#1001]", "Re: [#1001]"),
        ("关于您的咨询", "关于您的咨询"),
    ],
)
def test_subjects_stay_tidy(subject: str, tidy: str) -> None:
    assert tidy_subject(subject) == tidy


def test_text_keeps_its_shape_in_html_and_acts_as_nothing() -> None:
    assert (
        text_as_html("a\n  b <script>\n\nc & d")
        == "<p>a<br>\n&nbsp;&nbsp;b &lt;script&gt;</p>\n<p>c &amp; d</p>"
    )


def test_files_arrive_under_their_names() -> None:
    files = [
        File(name="发票 2024.pdf", media_type="application/pdf", content=b"%PDF" * 100),
        File(name="转发.eml", media_type="message/rfc822", content=b"From: a@b.cn\r\n\r\nhi"),
        File(name='a "quoted" name.txt', media_type="text/plain", content="文本".encode()),
    ]
    parsed = parse_mail(compose(outbound(files=files)))
    assert [(one.name, one.content) for one in parsed.attachments] == [
        ("发票 2024.pdf", files[0].content),
        ("转发.eml", files[1].content),
        ("a _quoted_ name.txt", files[2].content),
    ]


@pytest.fixture(autouse=True)
def no_undo(settings: Any) -> None:
    settings.UNDO_SECONDS = 0


@pytest.fixture
def mailbox(make_mailbox: MakeMailbox, outbox: Outbox) -> Channel:
    return make_mailbox(**outbox.settings(sender_name="晴天电器客服"))


def owe(channel: Channel, **fields: Any) -> Delivery:
    usual = {
        "recipient_kind": "email",
        "recipient": "lilei@example.cn",
        "subject": "Re: 退款 [#1]",
        "text": "您好",
    }
    return queue_delivery(channel=channel, outgoing=Outgoing(**{**usual, **fields}), now=timezone.now())


def pass_time(hours: int = 12) -> int:
    """Let everything owed be tried until nothing is due within this time."""
    moment, tries = timezone.now(), 0
    for _ in range(20):
        moment += timedelta(hours=hours / 20)
        tries += let_effects_happen(now=moment)
    return tries


def test_a_delivery_reaches_its_recipients(mailbox: Channel, outbox: Outbox) -> None:
    file = store_file(content=b"%PDF", name="发票.pdf", media_type="application/pdf")
    delivery = owe(mailbox, cc=["boss@example.cn"], file_ids=[file.pk], author_name="王芳")
    pass_time()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("sent", "")
    (arrived,) = outbox.arrived
    assert (arrived.sender, arrived.recipients) == (
        "help@shop.example",
        ["lilei@example.cn", "boss@example.cn"],
    )
    parsed = parse_mail(arrived.content)
    assert (parsed.sender.name, parsed.text) == ("晴天电器客服", "您好")
    assert f"<{parsed.message_id}>" == delivery.message_id
    assert [one.name for one in parsed.attachments] == ["发票.pdf"]


def test_a_server_busy_three_times_gets_one_copy_at_the_fourth(mailbox: Channel, outbox: Outbox) -> None:
    outbox.data_answers = ["451 try again later"] * 3
    delivery = owe(mailbox)
    assert let_effects_happen() == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("queued", "451 try again later")
    pass_time()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("sent", "")
    assert len(outbox.arrived) == 1


def test_a_refusal_for_good_fails_with_its_reason(mailbox: Channel, outbox: Outbox) -> None:
    outbox.rcpt_answers["lilei@example.cn"] = ["550 5.1.1 no such user"]
    delivery = owe(mailbox)
    assert pass_time() == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("failed", "550 5.1.1 no such user")
    assert outbox.arrived == []


def test_a_copy_refused_does_not_hold_up_the_customer(mailbox: Channel, outbox: Outbox) -> None:
    outbox.rcpt_answers["boss@example.cn"] = ["550 5.1.1 no such user"]
    delivery = owe(mailbox, cc=["boss@example.cn"])
    pass_time()
    delivery.refresh_from_db()
    assert delivery.state == "sent"
    assert outbox.arrived[0].recipients == ["lilei@example.cn"]


def test_the_customer_refused_is_a_failure_though_others_got_it(mailbox: Channel, outbox: Outbox) -> None:
    outbox.rcpt_answers["lilei@example.cn"] = ["550 5.1.1 no such user"]
    delivery = owe(mailbox, cc=["boss@example.cn"])
    assert pass_time() == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("failed", "550 5.1.1 no such user")


def test_what_is_no_address_fails_at_once(mailbox: Channel, outbox: Outbox) -> None:
    delivery = owe(mailbox, recipient="not an address")
    assert pass_time() == 1
    delivery.refresh_from_db()
    assert delivery.state == "failed"
    assert "not an address" in delivery.reason


def test_a_server_that_is_away_is_tried_again(make_mailbox: MakeMailbox) -> None:
    channel = make_mailbox(smtp_host="127.0.0.1", smtp_port=1, smtp_security="none")
    delivery = owe(channel)
    let_effects_happen()
    delivery.refresh_from_db()
    assert delivery.state == "queued"
    assert "refused" in delivery.reason


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_line_is_encrypted_and_the_certificate_judged(
    make_mailbox: MakeMailbox, trusted: Path, security: str
) -> None:
    with smtp_server(certificate=trusted, tls=security) as outbox:
        channel = make_mailbox(secrets={"x": "y"}, **outbox.settings(smtp_security=security))
        delivery = owe(channel)
        pass_time()
        delivery.refresh_from_db()
        assert (delivery.state, len(outbox.arrived)) == ("sent", 1)


def test_a_certificate_nobody_vouches_for_gets_no_mail(make_mailbox: MakeMailbox, certificate: Path) -> None:
    with smtp_server(certificate=certificate, tls="tls") as outbox:
        delivery = owe(make_mailbox(**outbox.settings(smtp_security="tls")))
        let_effects_happen()
        delivery.refresh_from_db()
        assert delivery.state == "queued"
        assert "certificate" in delivery.reason
        assert outbox.arrived == []


def test_sign_in_by_oauth_asks_for_a_token_once_while_it_lasts(make_mailbox: MakeMailbox) -> None:
    with token_giver() as giver, smtp_server(token="token-1") as outbox:
        channel = make_mailbox(
            secrets={"oauth_refresh_token": "refresh-1", "oauth_client_secret": "s"},
            **outbox.settings(sign_in="oauth", oauth_token_url=giver.url, oauth_client_id="c"),
        )
        deliveries = [owe(channel), owe(channel)]
        pass_time()
        assert [Delivery.objects.get(pk=one.pk).state for one in deliveries] == ["sent", "sent"]
        assert giver.asked == [
            {
                "grant_type": "refresh_token",
                "client_id": "c",
                "client_secret": "s",
                "refresh_token": "refresh-1",
            }
        ]
        assert outbox.signed_in == ["user=help@shop.example\x01auth=Bearer token-1\x01\x01"] * 2


def test_a_renewed_refresh_token_is_kept(make_mailbox: MakeMailbox) -> None:
    with token_giver() as giver, smtp_server(token="token-1") as outbox:
        giver.answer = lambda n: (200, {"access_token": f"token-{n}", "refresh_token": "refresh-2"})
        channel = make_mailbox(
            secrets={"oauth_refresh_token": "refresh-1"},
            **outbox.settings(sign_in="oauth", oauth_token_url=giver.url, oauth_client_id="c"),
        )
        owe(channel)
        pass_time()
        channel.refresh_from_db()
        assert channel.secrets["oauth_refresh_token"] == "refresh-2"


def test_a_sign_in_refused_waits_for_somebody_to_put_it_right(make_mailbox: MakeMailbox) -> None:
    with token_giver() as giver, smtp_server(token="token-1") as outbox:
        giver.answer = lambda _: (
            400,
            {"error": "invalid_grant", "error_description": "refresh token expired"},
        )
        channel = make_mailbox(
            secrets={"oauth_refresh_token": "refresh-1"},
            **outbox.settings(sign_in="oauth", oauth_token_url=giver.url, oauth_client_id="c"),
        )
        delivery = owe(channel)
        let_effects_happen()
        delivery.refresh_from_db()
        assert delivery.state == "queued"
        assert "refresh token expired" in delivery.reason
