"""E-mail as a channel. What only workers need is imported when it is needed: it takes a tenth of a second."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from zhiyin.channels.models import Channel, Delivery, RawMessage
from zhiyin.channels.providers.email.form import mailbox_form
from zhiyin.channels.providers.email.identity import instance_id
from zhiyin.channels.providers.email.settings import MailboxSettings
from zhiyin.channels.providers.email.tokens import make_message_id
from zhiyin.channels.providers.email.understanding import as_message, id_of, reply_key, thread_key
from zhiyin.channels.providers.protocol import ParsedMessage, Receipt
from zhiyin.channels.providers.registry import provider
from zhiyin.platform.ops.findings import Finding

if TYPE_CHECKING:
    from zhiyin.channels.providers.email.parsing.structure import Part
    from zhiyin.channels.providers.email.sealing.opening import Opened


@provider
class EmailProvider:
    """A mailbox read by IMAP and answered by SMTP."""

    kind = "email"
    name_zh = "邮件"
    name_en = "E-mail"
    undo = True

    def parse(self, raw: RawMessage) -> ParsedMessage:
        """What the mail says; strange bytes give an `unreadable` message with what could be read."""
        from zhiyin.channels.providers.email.parsing.parse import parse_mail

        mailbox = MailboxSettings.of(raw.channel)
        mail = parse_mail(
            raw.bytes(), ours=mailbox.ours(instance_id()), open_seals=partial(_open_seals, raw.channel)
        )
        if mailbox.checks_senders and not mail.authentication.verdict:
            from zhiyin.channels.providers.email.proving.lookups import our_names
            from zhiyin.channels.providers.email.proving.senders import prove_sender

            proof = prove_sender(
                raw.bytes(), sender=mail.sender.address, verifiers=mailbox.verifiers, names=our_names()
            )
            mail = replace(mail, authentication=proof)
        if mail.certificates:
            from zhiyin.channels.providers.email.sealing.remembering import remember_keys

            remember_keys(address=mail.sender.address, certificates=mail.certificates, now=raw.received_at)
        return as_message(mail, mailbox)

    def message_id(self, delivery: Delivery) -> str:
        """Made from the delivery's key, so that whatever comes back names what it answers."""
        return id_of(make_message_id(key=delivery.key, domain=MailboxSettings.of(delivery.channel).domain))

    def own_keys(self, delivery: Delivery) -> list[str]:
        return [thread_key(delivery.message_id), reply_key(delivery.key)]

    def deliver(self, delivery: Delivery) -> Receipt:
        """Hand the mail to the mailbox's SMTP server."""
        from zhiyin.channels.providers.email.sending import send_delivery

        send_delivery(delivery, now=timezone.now())
        return Receipt(provider_id=delivery.message_id)

    def forget_addresses(self, addresses: list[str]) -> None:
        """Forget the keys of people who are forgotten."""
        from zhiyin.channels.providers.email.forgetting import forget_keys

        forget_keys(addresses)

    def form(self) -> list[dict[str, Any]]:
        return mailbox_form()

    def check(self, channel: Channel) -> list[Finding]:
        """Sign in to both servers for real."""
        from zhiyin.channels.providers.email.checking import check_mailbox

        return check_mailbox(channel)


def _open_seals(channel: Channel, root: Part, sender: str) -> Opened:
    """A key in the settings that can't be read opens nothing; the mailbox's test says so."""
    from zhiyin.channels.providers.email.sealing.keys import NO_KEYS, UnusableKey, mailbox_keys
    from zhiyin.channels.providers.email.sealing.opening import open_seals
    from zhiyin.channels.providers.email.sealing.remembering import known_pgp_keys

    try:
        keys = mailbox_keys(channel.settings, channel.secrets)
    except UnusableKey:
        keys = NO_KEYS
    return open_seals(root, sender=sender, keys=keys, known_pgp=known_pgp_keys(sender))
