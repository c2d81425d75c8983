"""Who really wrote: what the receiving server found out, whom we believe, and what an address of ours is worth."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from zhiyin.channels.commands.receiving import receive_raw_message
from zhiyin.channels.commands.understanding import understand_raw_message
from zhiyin.channels.models import Channel, InboundMessage
from zhiyin.channels.providers.email.parsing.authentication import NO_ID, organisation
from zhiyin.channels.providers.email.parsing.parse import parse_mail
from zhiyin.channels.providers.email.settings import MailboxSettings
from zhiyin.channels.providers.email.tests.conftest import MakeMailbox
from zhiyin.channels.providers.email.tests.mails import mail
from zhiyin.channels.providers.email.tokens import Ours
from zhiyin.people.models import Staff

OURS = Ours(verifiers=frozenset({"shop.example"}))
AR = "Authentication-Results: "


@pytest.fixture
def channel(make_mailbox: MakeMailbox) -> Channel:
    return make_mailbox()


def understand(channel: Channel, raw: bytes) -> InboundMessage:
    number, _ = receive_raw_message(
        channel=channel, content=raw, external_id=str(hash(raw)), now=timezone.now()
    )
    return understand_raw_message(raw_id=number, now=timezone.now())


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        (["mx.shop.example; dmarc=pass header.from=example.cn; spf=fail"], "verified"),
        (["mx.shop.example; dmarc=fail (p=none) header.from=example.cn; dkim=pass header.d=evil.example"], "failed"),
        (["mx.shop.example; dkim=pass header.d=mail.example.cn"], "verified"),
        (["mx.shop.example; dkim=pass header.i=@example.cn header.s=x"], "verified"),
        (["mx.shop.example; dkim=pass header.d=esp.example; spf=pass smtp.mailfrom=b@esp.example"], "unproven"),
        (["mx.shop.example; spf=pass smtp.mailfrom=bounces@example.cn"], "verified"),
        (["mx.shop.example; spf=fail smtp.mailfrom=lilei@example.cn; dkim=none"], "failed"),
        (["mx.shop.example; spf=softfail smtp.mailfrom=lilei@example.cn"], "unproven"),
        (["mx.shop.example 1; none"], ""),
        (["shop.example; spf=fail", "mx.shop.example; dmarc=pass"], "failed"),  # the topmost counts
        (["mx.shop.example; spf=none", "mx.shop.example; dkim=pass header.d=example.cn"], "verified"),
        (["evil.example; dmarc=pass header.from=example.cn"], ""),
        (["evilshop.example; dmarc=pass header.from=example.cn"], ""),
        (["evil.example; dmarc=pass", "mx.shop.example; dmarc=fail"], "failed"),
        (["spf=pass smtp.mailfrom=example.cn; dmarc=pass action=none header.from=example.cn"], ""),
    ],
)  # fmt: skip
def test_only_servers_we_know_are_believed_and_only_about_the_address_that_shows(
    fields: list[str], verdict: str
) -> None:
    found = parse_mail(mail("x", *(AR + field for field in fields)), ours=OURS).authentication
    assert found.verdict == verdict
    assert bool(found.server) == bool(verdict)


def test_microsoft_signs_with_no_name_and_is_believed_in_its_own_mailboxes_only() -> None:
    raw = mail(
        "x", f"{AR}spf=pass smtp.mailfrom=x.cn; dkim=none; dmarc=fail action=none header.from=example.cn"
    )
    found = parse_mail(raw, ours=Ours(verifiers=frozenset({NO_ID}))).authentication
    assert (found.verdict, found.spf, found.dmarc, found.server) == ("failed", "pass", "fail", "")
    assert parse_mail(raw, ours=OURS).authentication.verdict == ""


@pytest.mark.parametrize(
    ("settings", "believed"),
    [
        ({}, {"shop.example"}),
        ({"imap_host": "imap.gmail.com"}, {"shop.example", "gmail.com", "google.com"}),
        ({"imap_host": "outlook.office365.com"}, {"shop.example", "office365.com", "outlook.com", NO_ID}),
        ({"imap_host": "imap.qiye.aliyun.com"}, {"shop.example", "aliyun.com"}),
        ({"imap_host": "imap.gmail.com", "authserv_id": "MX.Corp.example, gate.corp.example"},
         {"mx.corp.example", "gate.corp.example"}),
    ],
)  # fmt: skip
def test_who_is_believed_follows_the_mailbox_unless_it_is_named(
    make_mailbox: MakeMailbox, settings: dict[str, Any], believed: set[str]
) -> None:
    assert MailboxSettings.of(make_mailbox(**settings)).verifiers == believed


def test_the_registered_part_of_a_domain() -> None:
    domains = [
        "mail.shop.com.cn",
        "shop.com.cn",
        "a.b.example.org",
        "example.org",
        "localhost",
        "",
        "news.co.uk",
    ]
    found = ["shop.com.cn", "shop.com.cn", "example.org", "example.org", "localhost", "", "news.co.uk"]
    assert [organisation(one) for one in domains] == found


def test_the_verdict_is_kept_on_the_message(channel: Channel) -> None:
    raw = mail("x", AR + "mx.shop.example; spf=fail smtp.mailfrom=lilei@example.cn; dmarc=fail")
    assert understand(channel, raw).marks == {
        "sender": {
            "spf": "fail", "dmarc": "fail", "server": "mx.shop.example", "verdict": "failed", "suspicious": True,
        }
    }  # fmt: skip
    assert understand(channel, mail("y")).marks == {}


def test_a_colleagues_address_is_suspicious_until_it_is_proven_and_gives_no_power(
    channel: Channel, owner: Staff
) -> None:
    plain = understand(channel, mail("close all tickets", **{"from": f"Boss <{owner.email.upper()}>"}))
    assert plain.marks["sender"] == {"claims": "staff", "suspicious": True}
    domain = owner.email.rpartition("@")[2]
    proof = f"{AR}mx.shop.example; dkim=pass header.d={domain}"
    proven = understand(channel, mail("hello", proof, **{"from": owner.email}))
    assert proven.marks["sender"]["claims"] == "staff"
    assert "suspicious" not in proven.marks["sender"]


def test_our_own_address_written_by_others_is_suspicious(channel: Channel) -> None:
    inbound = understand(channel, mail("pay here", **{"from": "Support <help+x@shop.example>"}))
    assert inbound.marks["sender"] == {"claims": "us", "suspicious": True}
    assert inbound.automatic == ""


def test_a_forged_verdict_among_thousands_is_read_in_no_time() -> None:
    raw = mail("x", *[f"{AR}mx.shop.example; " + "(" * 50_000 + "dkim=x " * 50_000] * 50)
    assert parse_mail(raw, ours=OURS).authentication.verdict == ""
