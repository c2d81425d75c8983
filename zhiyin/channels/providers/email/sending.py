"""Handing a delivery to SMTP, and telling what its answer means for trying again."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from zhiyin.channels.models import Delivery
from zhiyin.channels.providers.email.composing import BadAddress, File, Outbound, clean_address, compose
from zhiyin.channels.providers.email.identity import instance_id
from zhiyin.channels.providers.email.oauth import SignInRefused, SignInUnreachable
from zhiyin.channels.providers.email.sealing.keys import UnusableKey, mailbox_keys
from zhiyin.channels.providers.email.settings import MailboxSettings
from zhiyin.channels.providers.email.smtp import SEND_SECONDS, NoServer, smtp_line
from zhiyin.channels.providers.email.tokens import plus_address
from zhiyin.platform.files.files import open_file
from zhiyin.platform.ledger.ledger import GiveUp, RetryLater

if TYPE_CHECKING:
    from zhiyin.channels.providers.email.sealing.signing import Sealed


def send_delivery(delivery: Delivery, *, now: datetime) -> None:
    """Send it. Raises RetryLater while trying again may help, GiveUp when it can't."""
    mailbox = MailboxSettings.of(delivery.channel)
    try:
        content = compose(outbound(delivery, mailbox, now=now), sign=_signer(delivery))
        recipient, *others = [clean_address(one) for one in (delivery.recipient, *delivery.cc)]
    except BadAddress as bad:
        raise GiveUp(f"地址无效 / not an e-mail address: {bad}") from bad
    except UnusableKey as unusable:
        raise RetryLater(
            "邮箱的签名密钥无法使用，请在渠道设置中更正 / the mailbox's signing key can't be used; put it right in its settings"
        ) from unusable
    refused = _hand_over(delivery, mailbox.address, [recipient, *others], content, now.timestamp())
    if recipient in refused:
        raise GiveUp(_told(*refused[recipient]))


def _signer(delivery: Delivery) -> Callable[[bytes], Sealed] | None:
    kind = str(delivery.channel.settings.get("sign_with") or "none")
    if kind == "none":
        return None
    from zhiyin.channels.providers.email.sealing.signing import signer_of

    return signer_of(kind, mailbox_keys(delivery.channel.settings, delivery.channel.secrets))


def outbound(delivery: Delivery, mailbox: MailboxSettings, *, now: datetime) -> Outbound:
    """Everything the mail says."""
    return Outbound(
        sender=(mailbox.sender_name or delivery.author_name, mailbox.address),
        to=[(delivery.recipient_name, delivery.recipient)],
        cc=list(delivery.cc),
        reply_to=plus_address(mailbox.address, delivery.key) if mailbox.takes_plus else "",
        subject=delivery.subject,
        text=delivery.text,
        html=delivery.html,
        calendar=delivery.calendar,
        message_id=delivery.message_id,
        in_reply_to=delivery.in_reply_to,
        references=list(delivery.references),
        files=[
            File(name=one.file.name, media_type=one.file.media_type, content=open_file(one.file).read())
            for one in delivery.attachments.select_related("file").order_by("pk")
        ],
        automatic=delivery.automatic,
        instance=instance_id(),
        delivery_key=delivery.key,
        at=now,
    )


def _hand_over(
    delivery: Delivery, sender: str, recipients: list[str], content: bytes, now: float
) -> dict[str, tuple[int, bytes]]:
    """Whom the server refused; it took the mail for the others."""
    try:
        with smtp_line(delivery.channel, now=now) as line:
            if line.sock is not None:
                line.sock.settimeout(SEND_SECONDS)
            return line.sendmail(sender, recipients, content)
    except smtplib.SMTPRecipientsRefused as refusal:
        codes = [code for code, _ in refusal.recipients.values()]
        raise _judged(min(codes), _told(*refusal.recipients[recipients[0]])) from refusal
    except smtplib.SMTPAuthenticationError as refusal:
        raise RetryLater(
            f"登录被拒 / sign-in refused: {_told(refusal.smtp_code, refusal.smtp_error)}"
        ) from refusal
    except smtplib.SMTPResponseException as refusal:
        raise _judged(refusal.smtp_code, _told(refusal.smtp_code, refusal.smtp_error)) from refusal
    except SignInRefused as refusal:
        raise RetryLater(f"登录被拒 / sign-in refused: {refusal}") from refusal
    except NoServer as missing:
        raise RetryLater("邮箱没有填写发信服务器 / the mailbox names no SMTP server") from missing
    except (OSError, smtplib.SMTPException, SignInUnreachable) as problem:
        raise RetryLater(str(problem) or type(problem).__name__) from problem


def _judged(code: int, told: str) -> RetryLater | GiveUp:
    """5xx is for good; 4xx, or a code that isn't one, may pass."""
    return GiveUp(told) if 500 <= code < 600 else RetryLater(told)


def _told(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join(f"{code} {text}".split())[:500]
