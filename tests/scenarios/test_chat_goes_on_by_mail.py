"""A visitor leaves before the answer: it goes on by e-mail, and their reply comes back to the same ticket."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

import pytest
from django.utils import timezone

from zhiyin.channels.commands.receiving import mail_external_id, receive_raw_message
from zhiyin.channels.models import Channel, Delivery
from zhiyin.channels.providers.chat.tests.world import Browser, make_chat, work
from zhiyin.channels.providers.email.tests.servers import smtp_server
from zhiyin.people.models import Staff
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.models import Message, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def said_on(ticket: Ticket) -> list[tuple[str, str]]:
    """What the timeline says, and by which kind of channel it came or went."""
    messages = Message.objects.filter(ticket=ticket).order_by("at", "pk")
    spoken = [message.inbound or message.delivery for message in messages]
    return [(one.channel.kind, one.text.strip()) for one in spoken if one is not None]


def answer_of(mail: EmailMessage, text: str) -> bytes:
    """What a mail program makes when somebody presses Reply."""
    reply = EmailMessage()
    reply["From"] = "林晓 <lin@example.com>"
    reply["To"] = str(mail["Reply-To"] or mail["From"])
    reply["Subject"] = f"Re: {mail['Subject']}"
    reply["Message-ID"] = "<reply-1@example.com>"
    reply["In-Reply-To"] = str(mail["Message-ID"])
    reply["References"] = str(mail["Message-ID"])
    reply.set_content(text)
    return reply.as_bytes()


def test_a_visitor_leaves_and_the_talk_goes_on_by_mail(owner: Staff) -> None:
    with smtp_server() as post:
        mailbox = Channel.objects.create(
            kind="email",
            name="客服邮箱",
            settings={
                "address": "help@shop.example",
                "smtp_host": "127.0.0.1",
                "smtp_port": post.port,
                "smtp_security": "none",
            },
        )
        chat = make_chat(continue_by=mailbox.key)
        visitor = Browser(chat)
        visitor.come()
        visitor.say("我的退款怎么还没到？")
        visitor.post("/email", {"email": "lin@example.com"})
        work()
        ticket = Ticket.objects.get()

        now = timezone.now()
        write_reply(
            ticket_id=ticket.pk,
            reply=ReplyText(text="已加急，今天到账。"),
            idempotency_key="1",
            by=owner,
            now=now,
        )
        work(now)
        gone = now + timedelta(minutes=6)
        work(gone)
        work(gone + timedelta(minutes=1), kinds=("chat", "email"))
        work(gone + timedelta(minutes=20), kinds=("chat", "email"))

        (arrived,) = post.arrived
    assert arrived.recipients == ["lin@example.com"]
    mail = BytesParser(EmailMessage, policy=default).parsebytes(arrived.content)
    assert mail["Subject"] == "关于您的咨询：我的退款怎么还没到？"
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().startswith("已加急，今天到账。")
    assert Delivery.objects.get(channel=mailbox).state == Delivery.State.SENT

    raw = answer_of(mail, "收到了，谢谢！")
    receive_raw_message(
        channel=mailbox, content=raw, external_id=mail_external_id(raw), now=gone + timedelta(minutes=30)
    )
    work(gone + timedelta(minutes=30))

    assert Ticket.objects.count() == 1
    assert said_on(ticket) == [
        ("chat", "我的退款怎么还没到？"),
        ("chat", "已加急，今天到账。"),
        ("email", "收到了，谢谢！"),
    ]
