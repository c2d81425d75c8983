"""A mail comes in, is answered, its reply threads, and a bounce returns: over a real IMAP and a real SMTP server."""

from __future__ import annotations

import os
import signal
from collections import Counter
from contextlib import suppress
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.kit import Person, eventually, set_up
from zhiyin.channels.providers.email.parsing.parse import parse_mail
from zhiyin.channels.providers.email.parsing.parsed import ParsedMail
from zhiyin.channels.providers.email.tests.mails import b64, mail, multipart, part
from zhiyin.channels.providers.email.tests.servers import (
    PASSWORD,
    Dovecot,
    Outbox,
    dovecot,
    needs_dovecot,
    smtp_server,
)
from zhiyin.testing.centre import RunningCentre, running_centre

MAILS = 40
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


@needs_dovecot
@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.xdist_group("up")
def test_mail_there_and_back(tmp_path: Path) -> None:
    with (
        dovecot() as inbox,
        smtp_server() as outbox,
        running_centre(tmp_path / "centre", ZHIYIN_UNDO_SECONDS="0") as centre,
    ):
        admin = set_up(centre)
        _live_through_it(admin, inbox, outbox)


@needs_dovecot
@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.xdist_group("up")
def test_mail_outlives_power_cuts(tmp_path: Path) -> None:
    """kill -9 to the worker and to everything while mails come and go: each taken once, each answer sent."""
    centre = RunningCentre(tmp_path / "centre", ZHIYIN_UNDO_SECONDS="0")
    with dovecot() as inbox, smtp_server() as outbox:
        try:
            centre.start()
            admin = set_up(centre)
            _connect_the_mailbox(admin, inbox, outbox)
            _cut_power_while_mail_comes(centre, inbox)
            _everything_came_once(admin)
        finally:
            centre.kill_everything()


def _cut_power_while_mail_comes(centre: RunningCentre, inbox: Dovecot) -> None:
    for number in range(MAILS):
        inbox.deliver(mail(f"mail {number}", message_id=f"<{number}@example.cn>", subject=f"mail {number}"))
        if number in (10, 25) and (pid := centre.pid("worker")):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if number == 18:
            centre.kill_everything()
            centre.start()


def _everything_came_once(admin: Person) -> None:
    def subjects() -> Counter[str] | None:
        rows = admin.get("/api/v1/tickets?view=all&limit=100")["items"]
        found = Counter(row["subject"] for row in rows)
        return found if len(found) >= MAILS else None

    came = eventually(subjects, "every mail on the desk", patience=90)
    assert came == Counter(f"mail {number}" for number in range(MAILS))


def _live_through_it(admin: Person, inbox: Dovecot, outbox: Outbox) -> None:
    _connect_the_mailbox(admin, inbox, outbox)
    asked = _customer_asks(inbox)
    ticket = eventually(lambda: _only_ticket(admin), "the mail as a ticket")
    _the_mail_is_on_the_desk(admin, ticket)
    answer = _agent_answers(admin, ticket, outbox, "您好，退款三个工作日内到账。", "lilei@qq.example")
    assert answer.in_reply_to == (asked,)
    assert answer.references[-1] == asked
    assert answer.subject == f"Re: 退款多久到账？ [#{ticket['id']}]"
    _customer_replies(inbox, answer)
    eventually(
        lambda: _said(admin, ticket, "inbound")[1:] == ["好的，谢谢！能开发票吗？"], "the reply on the ticket"
    )
    _colleague_joins_by_number_alone(inbox, answer)
    eventually(
        lambda: _said(admin, ticket, "inbound")[2:] == ["我是李雷的同事，发票抬头请写晴天公司。"],
        "the colleague's mail",
    )
    second = _agent_answers(admin, ticket, outbox, "发票已开出，请查收。", "hanmeimei@work.example")
    _it_bounces(inbox, second)
    bounced = eventually(
        lambda: _delivery(admin, ticket, "发票已开出，请查收。", "bounced"), "the bounce on the message"
    )
    assert bounced["reason"] == "5.2.2 552 mailbox full"
    _our_own_mail_comes_back(inbox, outbox)
    _only_one_conversation_came_of_it(admin, ticket, outbox)
    assert not any(b"Seen" in flags for flags in inbox.flags())


def _connect_the_mailbox(admin: Person, inbox: Dovecot, outbox: Outbox) -> None:
    """As the settings page does it: fill in, test for real, save."""
    values = {**inbox.settings(), **outbox.settings(), "sender_name": "晴天电器客服", "password": PASSWORD}
    body = {"kind": "email", "name": "客服邮箱", "values": values}
    found = admin.post("/api/v1/channels/check", body)["findings"]
    assert [(one["level"], one["code"]) for one in found] == [
        ("ok", "email.imap_works"),
        ("ok", "email.smtp_works"),
    ]
    saved = admin.post("/api/v1/channels", body)
    assert PASSWORD not in str(saved)


def _customer_asks(inbox: Dovecot) -> str:
    """A mail as QQ Mail writes it: GB18030, HTML with a picture of its own and one from afar, an invoice."""
    html = (
        '<div>你好，我的订单退款多久到账？<img src="cid:shot@qq.com">'
        '<img src="https://far.example/pixel.gif"></div>'
    )
    alternatives, kind = multipart(
        part("你好，我的订单退款多久到账？".encode("gb18030"), "Content-Type: text/plain; charset=gb18030"),
        part(html.encode("gb18030"), "Content-Type: text/html; charset=gb18030"),
        kind="alternative",
        boundary="inner",
    )
    body, field = multipart(
        part(alternatives, kind),
        part(
            b64(PNG),
            "Content-Type: image/png",
            "Content-ID: <shot@qq.com>",
            "Content-Transfer-Encoding: base64",
        ),
        part(
            b64(b"%PDF-1.4"),
            'Content-Disposition: attachment; filename="=?gb18030?B?tqm1pS5wZGY=?="',
            "Content-Type: application/pdf",
            "Content-Transfer-Encoding: base64",
        ),
        kind="related",
    )
    sender = "=?gb18030?B?wO7A1w==?= <lilei@qq.example>"
    asked = "tencent_1F2E3D@qq.example"
    subject = "=?gb18030?B?zcu/7rbgvsO1vdXLo78=?="
    inbox.deliver(
        mail(
            body, field, f"Date: {formatdate()}", **{"from": sender}, subject=subject, message_id=f"<{asked}>"
        )
    )
    return asked


def _only_ticket(admin: Person) -> dict[str, Any] | None:
    rows: list[dict[str, Any]] = admin.get("/api/v1/tickets?view=all")["items"]
    assert len(rows) <= 1, rows
    return rows[0] if rows else None


def _the_mail_is_on_the_desk(admin: Person, ticket: dict[str, Any]) -> None:
    assert (ticket["subject"], ticket["customer"]["name"]) == ("退款多久到账？", "李雷")
    (entry,) = _entries(admin, ticket, "inbound")
    assert entry["text"] == "你好，我的订单退款多久到账？"
    assert entry["has_remote_images"]
    assert 'src="https://far.example' not in entry["html"].replace("data-blocked-src", "")
    assert [(one["name"], one["inline"]) for one in entry["attachments"]] == [
        ("image-1.png", True),
        ("订单.pdf", False),
    ]
    assert f'src="cid:{entry["attachments"][0]["cid"]}"' in entry["html"]


def _agent_answers(admin: Person, ticket: dict[str, Any], outbox: Outbox, text: str, to: str) -> ParsedMail:
    before = len(outbox.arrived)
    admin.post(
        f"/api/v1/tickets/{ticket['id']}/replies",
        {"text": text, "attachment_ids": [], "idempotency_key": text, "force": True},
    )
    eventually(lambda: _delivery(admin, ticket, text, "sent"), "the answer sent")
    assert len(outbox.arrived) == before + 1
    arrived = outbox.arrived[-1]
    assert (arrived.sender, arrived.recipients) == ("help@shop.example", [to])
    answer = parse_mail(arrived.content)
    assert (answer.sender.name, answer.text, answer.automatic) == ("晴天电器客服", text, "")
    return answer


def _customer_replies(inbox: Dovecot, answer: ParsedMail) -> None:
    """From another address of theirs, as QQ Mail quotes."""
    text = (
        "好的，谢谢！能开发票吗？\n\n\n------------------ 原始邮件 ------------------\n"
        f'发件人: "{answer.sender.name}" <{answer.sender.address}>;\n发送时间: 2024年3月5日(星期二) 上午10:20\n'
        f'收件人: "李雷"<lilei@qq.example>;\n主题: {answer.subject}\n\n{answer.text}'
    )
    inbox.deliver(
        mail(
            text.encode("gb18030"),
            "Content-Type: text/plain; charset=gb18030",
            f"In-Reply-To: <{answer.message_id}>",
            **{"from": "Li Lei <lilei@work.example>"},
            cc="Han Meimei <hanmeimei@work.example>",
            subject="=?gb18030?B?u9i4tKO6?= " + "a different subject",
            message_id="<reply-1@qq.example>",
        )
    )


def _colleague_joins_by_number_alone(inbox: Dovecot, answer: ParsedMail) -> None:
    """A copied colleague whose program strips the references; and a stranger who only knows the number."""
    number = f"[#{answer.ticket_number}]"
    known = {
        "from": "hanmeimei@work.example",
        "subject": f"Fw: x {number}",
        "message_id": "<reply-2@work.example>",
    }
    body = "我是李雷的同事，发票抬头请写晴天公司。"
    inbox.deliver(mail(body, "Content-Type: text/plain; charset=utf-8", **known))


def _it_bounces(inbox: Dovecot, sent: ParsedMail) -> None:
    status = (
        "Final-Recipient: rfc822; hanmeimei@work.example\r\nAction: failed\r\nStatus: 5.2.2\r\n"
        "Diagnostic-Code: smtp; 552 mailbox full\r\n"
    )
    body, field = multipart(
        part("您的邮件未能送达。", "Content-Type: text/plain; charset=utf-8"),
        part(f"Reporting-MTA: dns; mx.qq.example\r\n\r\n{status}", "Content-Type: message/delivery-status"),
        part(f"Message-ID: <{sent.message_id}>\r\nSubject: x\r\n", "Content-Type: text/rfc822-headers"),
        kind="report; report-type=delivery-status",
    )
    sender = "MAILER-DAEMON@mx.qq.example"
    inbox.deliver(
        mail(body, field, "Return-Path: <>", **{"from": sender}, message_id="<bounce-1@mx.qq.example>")
    )


def _our_own_mail_comes_back(inbox: Dovecot, outbox: Outbox) -> None:
    """The customer's address forwards to us: what we sent arrives in our own mailbox."""
    inbox.deliver(outbox.arrived[-1].content)


def _only_one_conversation_came_of_it(admin: Person, ticket: dict[str, Any], outbox: Outbox) -> None:
    """The bounce opened none, our own mail is known as such, and nothing was answered by itself."""
    eventually(
        lambda: _entries(admin, ticket, "inbound")[-1]["automatic"] == "loop", "our own mail recognised"
    )
    assert _only_ticket(admin)
    assert len(outbox.arrived) == 2
    assert len(_said(admin, ticket, "inbound")) == 4


def _entries(admin: Person, ticket: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    entries = admin.get(f"/api/v1/tickets/{ticket['id']}/timeline?limit=100")["items"]
    return [entry for entry in entries if entry["kind"] == kind]


def _said(admin: Person, ticket: dict[str, Any], kind: str) -> list[str]:
    return [entry["text"] for entry in _entries(admin, ticket, kind)]


def _delivery(admin: Person, ticket: dict[str, Any], text: str, state: str) -> dict[str, Any] | None:
    for entry in _entries(admin, ticket, "outbound"):
        if entry["text"] == text and entry["delivery"]["state"] == state:
            found: dict[str, Any] = entry["delivery"]
            return found
    return None
