"""What a mail says, told in the words that all channels share."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Any

from zhiyin.channels.invitations import read_invitation
from zhiyin.channels.models import Delivery
from zhiyin.channels.providers.email.parsing.parsed import Address, ParsedMail
from zhiyin.channels.providers.email.parsing.parsed import Bounce as MailBounce
from zhiyin.channels.providers.email.sameness import content_key
from zhiyin.channels.providers.email.settings import MailboxSettings
from zhiyin.channels.providers.protocol import Bounce, ParsedAttachment, ParsedMessage, Party
from zhiyin.channels.queries import plain_address

UNREADABLE_SUBJECT = "无法识别的邮件 / Unreadable mail"
NOBODY = "unknown@invalid"  # a reserved domain: an answer to it goes nowhere
_ROBOT_SENDER = re.compile(
    r"^(?:no-?reply|do-?not-?reply|donotreply|wordpress|www-data|notification)\b", re.IGNORECASE
)


def as_message(mail: ParsedMail, mailbox: MailboxSettings) -> ParsedMessage:
    """The channel-neutral form of a mail that came to this mailbox."""
    sender = writer_of(mail, mailbox)
    subject = mail.subject or (UNREADABLE_SUBJECT if mail.unreadable else "")
    return ParsedMessage(
        sender_kind="email",
        sender_value=sender.address or NOBODY,
        sender_name=sender.name,
        subject=subject or " ".join(mail.text.split())[:60],
        text=mail.text,
        quoted_text=mail.quoted_text,
        html=mail.html,
        sent_at=mail.sent_at,
        thread_keys=_thread_keys(mail),
        own_keys=[thread_key(id_of(mail.message_id))] if mail.message_id else [],
        ticket_number=mail.ticket_number,
        automatic=mail.automatic,
        bounce=as_bounce(mail.bounce) if mail.bounce else None,
        parties=_parties(mail, mailbox, sender),
        attachments=[
            ParsedAttachment(
                name=one.name, media_type=one.media_type, content=one.content, cid=one.cid, inline=one.inline
            )
            for one in mail.attachments
        ],
        headers=_headers(mail),
        marks=_marks(mail, mailbox),
        content_key=content_key(mail),
        unreadable=mail.unreadable,
    )


def id_of(message_id: str) -> str:
    """A Message-ID as it is written everywhere outside the parser."""
    return f"<{message_id}>"


def thread_key(written_id: str) -> str:
    return f"mid:{written_id}"


def reply_key(delivery_key: str) -> str:
    """The thread key of answers that come to the plus address of a delivery."""
    return f"reply:{delivery_key}"


def writer_of(mail: ParsedMail, mailbox: MailboxSettings) -> Address:
    """Who wrote: the sender, or for a form on our own site and for robots the one they ask us to answer."""
    answer_to = next(
        (one for one in mail.reply_to if plain_address(one.address) not in mailbox.own_addresses), None
    )
    sent_for_another = (
        not mail.sender.address
        or mail.sender.address.lower() in mailbox.own_addresses
        or _ROBOT_SENDER.match(mail.sender.address)
    )
    if answer_to is None or not sent_for_another:
        return mail.sender
    return answer_to if answer_to.name else Address(answer_to.address, mail.sender.name)


def as_bounce(bounce: MailBounce) -> Bounce | None:
    """The first failure, else the first delay; None for a report that all is well."""
    told = next(iter(bounce.failed), None) or next(
        (one for one in bounce.recipients if one.action == "delayed"), None
    )
    if told is None and bounce.recipients:
        return None
    return Bounce(
        message_id=_sent_id(bounce),
        recipient=told.address if told else "",
        status=told.status if told else "",
        reason=told.reason if told else "",
        permanent=told is None or told.action == "failed",
    )


def _sent_id(bounce: MailBounce) -> str:
    """The id we gave; some servers put their own in its place, but leave our header with the key."""
    if bounce.delivery_key:
        sent = Delivery.objects.filter(key=bounce.delivery_key).values_list("message_id", flat=True).first()
        if sent:
            return sent
    return id_of(bounce.original_message_id) if bounce.original_message_id else ""


def _thread_keys(mail: ParsedMail) -> list[str]:
    keys = [reply_key(mail.reply_key)] if mail.reply_key else []
    return [*keys, *(thread_key(id_of(one)) for one in mail.thread_ids)]


def _parties(mail: ParsedMail, mailbox: MailboxSettings, sender: Address) -> list[Party]:
    skipped = {*mailbox.own_addresses, sender.address.lower()}
    named = [("to", one) for one in mail.to] + [("cc", one) for one in mail.cc]
    if sender != mail.sender and mail.sender.address:
        named = [*named, ("cc", mail.sender)] if not _ROBOT_SENDER.match(mail.sender.address) else named
    found = {one.address.lower(): (role, one) for role, one in reversed(named)}
    return [
        Party(role=role, value=one.address, name=one.name)
        for address, (role, one) in reversed(found.items())
        if plain_address(address) not in skipped
    ]


def _headers(mail: ParsedMail) -> dict[str, Any]:
    told: dict[str, Any] = {
        "message_id": id_of(mail.message_id) if mail.message_id else "",
        "reply_to": [one.address for one in mail.reply_to],
        "to": [one.address for one in mail.to],
        "delivered_to": list(mail.delivered_to),
        "has_remote_images": mail.has_remote_images,
        "omitted_parts": mail.omitted_parts,
    }
    return {name: value for name, value in told.items() if value}


def _marks(mail: ParsedMail, mailbox: MailboxSettings) -> dict[str, Any]:
    sender = {name: value for name, value in asdict(mail.authentication).items() if value}
    if sender.get("verdict") == "verified" and writer_of(mail, mailbox) != mail.sender:
        sender["verdict"] = "unproven"  # of the form or robot that named another, not of that other
    invitation = read_invitation(mail.calendar, ours=mailbox.own_addresses) if mail.calendar else None
    told = {name: mark for name, mark in (("sender", sender), ("invitation", invitation)) if mark}
    return {**told, **mail.seals}
