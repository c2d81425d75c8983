"""Senders checked by us where no server did: SPF, DKIM and DMARC against a DNS server of the test."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator
from functools import lru_cache

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from pytest_django import Settings

from zhiyin.channels.commands.receiving import receive_raw_message
from zhiyin.channels.commands.understanding import understand_raw_message
from zhiyin.channels.models import Channel, InboundMessage
from zhiyin.channels.providers.email.checking import check_mailbox
from zhiyin.channels.providers.email.parsing.parsed import Authentication
from zhiyin.channels.providers.email.proving.lookups import Names
from zhiyin.channels.providers.email.proving.senders import prove_sender
from zhiyin.channels.providers.email.tests.conftest import MakeMailbox
from zhiyin.channels.providers.email.tests.mails import mail
from zhiyin.environment import Environment
from zhiyin.people.models import Staff
from zhiyin.testing.names import NameServer, name_server

OUTSIDE, ELSEWHERE = "93.184.216.34", "93.184.216.99"  # public ones, as only these are machines outside
SIGNED = b"v=1; a=rsa-sha256"


@lru_cache(maxsize=1)
def key() -> tuple[bytes, str]:
    """A key to sign with, and the TXT record by which others check it."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def text(value: str) -> list[str]:
    """A TXT record in pieces of no more than 255 characters."""
    return [" ".join(f'"{value[start : start + 200]}"' for start in range(0, len(value), 200))]


def zone() -> dict[tuple[str, str], list[str]]:
    known = {
        ("s1._domainkey.example.cn", "TXT"): text(key()[1]),
        ("huge._domainkey.example.cn", "TXT"): text(key()[1] + "; n=" + "x" * 1_500),
        ("s1._domainkey.evil.example", "TXT"): text(key()[1]),
        ("example.cn", "TXT"): text(f"v=spf1 ip4:{OUTSIDE} include:more.example -all"),
        ("more.example", "TXT"): text("v=spf1 mx ?all"),
        ("more.example", "MX"): ["10 mx.more.example."],
        ("mx.more.example", "A"): ["93.184.216.50"],
        ("_dmarc.example.cn", "TXT"): text("v=DMARC1; p=none"),
        ("_dmarc.strict.example", "TXT"): text("v=DMARC1; p=reject; adkim=s"),
        ("s1._domainkey.mail.strict.example", "TXT"): text(key()[1]),
    }
    for own in ("example.com", "shop.example"):
        known["s1._domainkey." + own, "TXT"] = text(key()[1])
        known["_dmarc." + own, "TXT"] = text("v=DMARC1; p=quarantine")
    return known


@pytest.fixture
def server(settings: Settings) -> Iterator[NameServer]:
    with name_server(zone()) as running:
        settings.DNS_SERVERS = [running.address]
        yield running


def signed(raw: bytes, domain: str = "example.cn", *, selector: str = "s1", **how: bool) -> bytes:
    return bytes(dkim.sign(raw, selector.encode(), domain.encode(), key()[0], **how)) + raw


def came_from(
    address: str, raw: bytes, *, path: str = "lilei@example.cn", by: str = "mx.shop.example"
) -> bytes:
    """The mail as our own server passes it on."""
    trace = (
        f"Return-Path: <{path}>\r\nReceived: from out.example.cn (x [{address}]) by {by} with ESMTPS; now\r\n"
    )
    return trace.encode() + raw


def prove(raw: bytes, server: NameServer, *, sender: str = "lilei@example.cn") -> Authentication:
    return prove_sender(
        raw, sender=sender, verifiers=frozenset({"shop.example"}), names=Names([server.address])
    )


def results(found: Authentication) -> tuple[str, str, str, str]:
    return found.spf, found.dkim, found.dmarc, found.verdict


PLAIN = mail("转账")
FORGED = signed(PLAIN).replace("转账".encode(), "退款".encode())


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (signed(PLAIN), ("", "pass", "pass", "verified")),
        (signed(PLAIN).replace(b"\r\n", b"\n"), ("", "pass", "pass", "verified")),  # as a pipe delivers it
        (b"From lilei@example.cn Fri Nov 27\n" + signed(PLAIN), ("", "pass", "pass", "verified")),
        (came_from(OUTSIDE, PLAIN), ("pass", "none", "pass", "verified")),
        (came_from("93.184.216.50", PLAIN), ("pass", "none", "pass", "verified")),  # by include and mx
        (came_from(ELSEWHERE, PLAIN), ("fail", "none", "fail", "failed")),
        (came_from(ELSEWHERE, FORGED), ("fail", "fail", "fail", "failed")),
        (came_from(ELSEWHERE, signed(PLAIN)), ("fail", "pass", "pass", "verified")),  # forwarded
        (FORGED, ("", "fail", "", "unproven")),  # SPF might have held
        (PLAIN, ("", "none", "", "unproven")),
        (signed(PLAIN, "evil.example"), ("", "pass", "", "unproven")),  # for another domain
        (came_from(ELSEWHERE, signed(PLAIN, "evil.example")), ("fail", "pass", "fail", "failed")),
        (signed(PLAIN, selector="none"), ("", "fail", "", "unproven")),  # no such key
        (signed(PLAIN, selector="huge"), ("", "fail", "", "unproven")),  # a key that takes minutes
        (signed(mail("x\r\n"), length=True) + b"and more", ("", "policy", "", "unproven")),  # anybody may add to it
    ],
    ids=range(15),
)  # fmt: skip
def test_what_holds_for_the_address_that_shows(
    raw: bytes, told: tuple[str, str, str, str], server: NameServer
) -> None:
    found = prove(raw, server)
    assert results(found) == told
    assert (found.by_us, found.server) == (True, "")


def test_a_second_sender_put_above_the_signed_one_fails(server: NameServer) -> None:
    twice = b"From: boss@example.cn\r\n" + signed(PLAIN)
    assert results(prove(twice, server)) == ("", "", "permerror", "failed")


def test_alignment_is_as_strict_as_the_domain_asks(server: NameServer) -> None:
    raw = signed(mail("x", **{"from": "a@strict.example"}), "mail.strict.example")
    assert results(prove(raw, server, sender="a@strict.example")) == ("", "pass", "", "verified")
    raw = came_from(ELSEWHERE, raw, path="a@strict.example")
    assert prove(raw, server, sender="a@strict.example").dmarc == "fail"


@pytest.mark.parametrize(
    "trace",
    [
        [f"from out.example.cn ([{OUTSIDE}]) by mx.elsewhere.example with SMTP"],
        ["from gateway ([172.17.0.1]) by mx.shop.example", f"from a ([{OUTSIDE}]) by mx.shop.example"],
        ["by mx.shop.example (Postfix, from userid 1000)", f"from a ([{OUTSIDE}]) by mx.shop.example"],
        ["from a ([999.1.1.1]) by mx.shop.example"],
        [],
    ],
)  # fmt: skip
def test_spf_is_asked_only_where_our_own_server_says_who_came(trace: list[str], server: NameServer) -> None:
    raw = mail("x", "Return-Path: <lilei@example.cn>", *(f"Received: {hop}; now" for hop in trace))
    assert prove(raw, server).spf == ""


def test_hops_within_our_own_server_are_passed_over(server: NameServer) -> None:
    hops = [
        "Return-Path: <lilei@example.cn>",
        "Received: from mx.shop.example by store.shop.example with LMTP id 1; now",
        "Received: from localhost (localhost [127.0.0.1]) by mx.shop.example; now",
        f"Received: from out.example.cn (out.example.cn [{OUTSIDE}]) by mx.shop.example; now",
    ]
    assert prove(mail("x", *hops), server).spf == "pass"


def test_a_server_that_is_away_costs_seconds_once_and_nothing_is_claimed(server: NameServer) -> None:
    server.is_silent = True
    names, raw = Names([server.address]), came_from(OUTSIDE, signed(PLAIN))

    def asked() -> Authentication:
        return prove_sender(
            raw, sender="lilei@example.cn", verifiers=frozenset({"shop.example"}), names=names
        )

    began = time.monotonic()
    assert asked() == Authentication()
    assert time.monotonic() - began < 5
    began = time.monotonic()
    assert [asked() for _ in range(20)] == [Authentication()] * 20
    assert time.monotonic() - began < 1


def test_a_failing_answer_is_no_verdict(server: NameServer) -> None:
    server.refuses = {"s1._domainkey.example.cn"}
    assert prove(signed(PLAIN), server) == Authentication()  # nothing is known, so nothing is said
    found = prove(came_from(ELSEWHERE, signed(PLAIN)), server)
    assert (found.dkim, found.dmarc) == ("temperror", "")  # the signature might have held


def test_answers_are_remembered(server: NameServer) -> None:
    names = Names([server.address])
    for _ in range(3):
        found = prove_sender(signed(PLAIN), sender="lilei@example.cn", verifiers=frozenset(), names=names)
        assert found.dkim == "pass"
    assert server.asked == [("s1._domainkey.example.cn", "TXT"), ("_dmarc.example.cn", "TXT")]


@pytest.mark.parametrize(
    "field",
    [
        b"DKIM-Signature: " + SIGNED,
        b"DKIM-Signature: \xff\xfe=;;;=",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=x.y; s=a; h=from; bh=!; b=!",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=" + b"x." * 300 + b"; s=a; h=from; bh=YQ==; b=YQ==",
        b"DKIM-Signature: v=1; a=rsa-sha256; d=example.cn; s=s1; c=odd/odd; h=from; bh=YQ==; b=YQ==",
        b"Received: from [] by mx.shop.example",
        b"no field at all",
    ],
    ids=range(7),
)
def test_broken_signatures_are_no_proof_and_no_trouble(field: bytes, server: NameServer) -> None:
    assert prove(mail("x", field), server).verdict != "verified"


def test_a_mail_made_to_hold_us_up_does_not(server: NameServer) -> None:
    asked = (
        b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.cn; s=s1; h=from; bh=YQ==; b=YQ=="
    )
    for body in (b" " * 3_000_000 + b"x", b"\t \t " * 700_000, b"\r\n" * 1_000_000 + b"x", b"a " * 900_000):
        raw = mail(body, *[asked] * 50)
        began = time.process_time()
        assert prove(raw, server).verdict in {"", "unproven"}
        assert time.process_time() - began < 3


# --- in a mailbox -------------------------------------------------------------------------------


def understand(channel: Channel, raw: bytes) -> InboundMessage:
    number, _ = receive_raw_message(
        channel=channel, content=raw, external_id=str(hash(raw)), now=timezone.now()
    )
    return understand_raw_message(raw_id=number, now=timezone.now())


def test_it_is_off_until_an_administrator_switches_it_on(
    make_mailbox: MakeMailbox, server: NameServer
) -> None:
    assert understand(make_mailbox(), signed(PLAIN)).marks == {}
    assert server.asked == []
    on = make_mailbox(address="sales@shop.example", checks_senders=True)
    assert understand(on, signed(mail("另一封"))).marks == {
        "sender": {"dkim": "pass", "dmarc": "pass", "by_us": True, "verdict": "verified"}
    }


def test_a_believed_server_has_the_last_word(make_mailbox: MakeMailbox, server: NameServer) -> None:
    said = b"Authentication-Results: mx.shop.example; dkim=fail header.d=example.cn; dmarc=fail\r\n"
    inbound = understand(make_mailbox(checks_senders=True), said + signed(PLAIN))
    assert (inbound.marks["sender"]["verdict"], inbound.marks["sender"]["server"]) == (
        "failed",
        "mx.shop.example",
    )
    assert server.asked == []


def test_a_colleague_is_believed_by_a_signature_that_holds_and_by_no_other(
    make_mailbox: MakeMailbox, server: NameServer, owner: Staff
) -> None:
    channel, domain = make_mailbox(checks_senders=True), owner.email.rpartition("@")[2]
    assert domain == "example.com"
    raw = signed(mail("close all tickets", **{"from": f"Boss <{owner.email}>"}), domain)
    assert "suspicious" not in understand(channel, raw).marks["sender"]
    forged = understand(channel, raw.replace(b"close", b"erase")).marks["sender"]
    assert (forged["claims"], forged["suspicious"], forged["dkim"]) == ("staff", True, "fail")


def test_who_signs_for_a_form_says_nothing_of_the_person_it_names(
    make_mailbox: MakeMailbox, server: NameServer, owner: Staff
) -> None:
    raw = signed(mail("pay", **{"from": "noreply@evil.example", "reply_to": owner.email}), "evil.example")
    inbound = understand(make_mailbox(checks_senders=True), raw)
    assert inbound.sender_value == owner.email
    assert (inbound.marks["sender"]["verdict"], inbound.marks["sender"]["suspicious"]) == ("unproven", True)


def test_a_mail_is_taken_in_when_dns_is_away(make_mailbox: MakeMailbox, server: NameServer) -> None:
    server.is_silent = True
    inbound = understand(make_mailbox(checks_senders=True), signed(PLAIN))
    assert (inbound.text, inbound.marks) == ("转账", {})


def test_the_mailboxs_test_says_whether_dns_answers(make_mailbox: MakeMailbox, server: NameServer) -> None:
    def codes(**settings: bool) -> list[str]:
        found = check_mailbox(make_mailbox(**settings))
        return [one.code for one in found if "dns" in one.code]

    assert codes() == []
    assert codes(checks_senders=True) == ["email.dns_works"]
    server.is_silent = True
    assert codes(checks_senders=True) == ["email.no_dns"]


def test_servers_are_addresses_with_or_without_a_port() -> None:
    told = {"SERVERS": "10.0.0.1, 10.0.0.2:5353,[fd00::1]:54,fd00::2"}
    found = Environment(told).servers("SERVERS", default_port=53, doc="")
    assert found == [("10.0.0.1", 53), ("10.0.0.2", 5353), ("fd00::1", 54), ("fd00::2", 53)]
    for wrong in ("dns.example", "10.0.0", "10.0.0.1:x"):
        environment = Environment({"SERVERS": wrong})
        assert environment.servers("SERVERS", default_port=53, doc="") == []
        with pytest.raises(ImproperlyConfigured, match=r"10\.0\.0\.1:53"):
            environment.raise_problems()
