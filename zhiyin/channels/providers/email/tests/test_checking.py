"""The live test of a mailbox tells which step fails, why, and what to do, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.email.checking import check_mailbox
from zhiyin.channels.providers.email.findings import check_mail_servers
from zhiyin.channels.providers.email.hints import sign_in_hint
from zhiyin.channels.providers.email.provider import EmailProvider
from zhiyin.channels.providers.email.tests.conftest import MakeMailbox
from zhiyin.channels.providers.email.tests.servers import (
    PASSWORD,
    Dovecot,
    Outbox,
    free_port,
    needs_dovecot,
    smtp_server,
    token_giver,
)


def unsaved(password: str = PASSWORD, **settings: Any) -> Channel:
    told = {"address": "help@shop.example", **settings}
    return Channel(kind="email", name="客服邮箱", settings=told, secrets={"password": password})


def codes(channel: Channel) -> list[tuple[str, str]]:
    found = check_mailbox(channel)
    for finding in found:
        assert finding.zh
        assert finding.en
        if finding.level != "ok":
            assert finding.next_zh
            assert finding.next_en
    return [(finding.level, finding.code) for finding in found]


@needs_dovecot
def test_a_mailbox_that_works(imap: Dovecot, outbox: Outbox) -> None:
    channel = unsaved(**imap.settings(), **outbox.settings())
    assert codes(channel) == [("ok", "email.imap_works"), ("ok", "email.smtp_works")]


@needs_dovecot
def test_a_wrong_password(imap: Dovecot, outbox: Outbox) -> None:
    channel = unsaved(password="wrong", **imap.settings(), **outbox.settings())
    assert codes(channel)[0] == ("error", "email.imap_sign_in_refused")


@needs_dovecot
def test_a_folder_that_is_not_there(imap: Dovecot, outbox: Outbox) -> None:
    channel = unsaved(**imap.settings(imap_folder="nowhere"), **outbox.settings())
    (found, _) = check_mailbox(channel)
    assert found.code == "email.no_folder"
    assert "INBOX" in found.next_zh


@needs_dovecot
def test_a_certificate_that_nobody_vouches_for(imap: Dovecot, outbox: Outbox) -> None:
    channel = unsaved(**imap.settings(imap_port=imap.tls_port, imap_security="tls"), **outbox.settings())
    assert codes(channel)[0] == ("error", "email.imap_bad_certificate")


@needs_dovecot
def test_tls_where_none_is_spoken(imap: Dovecot, outbox: Outbox) -> None:
    channel = unsaved(**imap.settings(imap_security="tls"), **outbox.settings())
    assert codes(channel)[0] == ("error", "email.imap_no_tls")


@pytest.mark.parametrize("protocol", ["imap", "smtp"])
def test_servers_that_are_not_there(protocol: str) -> None:
    closed: dict[str, Any] = {
        f"{protocol}_host": "127.0.0.1",
        f"{protocol}_port": free_port(),
        f"{protocol}_security": "none",
    }
    assert ("error", f"email.{protocol}_unreachable") in codes(unsaved(**closed))
    nowhere: dict[str, Any] = {f"{protocol}_host": "no-such-host.invalid"}
    assert ("error", f"email.{protocol}_no_host") in codes(unsaved(**nowhere))


def test_a_sender_the_server_does_not_allow(outbox: Outbox) -> None:
    async def handle_MAIL(*_: Any) -> str:  # noqa: N802
        return "553 5.7.1 not your address"

    outbox.handle_MAIL = handle_MAIL  # type: ignore[attr-defined]
    assert ("error", "email.sender_refused") in codes(unsaved(**outbox.settings()))


def test_encrypted_sending(trusted: Path) -> None:
    for security in ("tls", "starttls"):
        with smtp_server(certificate=trusted, tls=security) as outbox:
            channel = unsaved(password="", **outbox.settings(smtp_security=security))
            assert ("ok", "email.smtp_works") in codes(channel)


def test_what_is_missing_is_told() -> None:
    assert codes(unsaved(address="support")) == [("error", "email.bad_address")]
    assert codes(unsaved()) == [("ok", "email.imap_unused"), ("error", "email.no_smtp")]


def test_a_token_refused_is_told_before_anything_else() -> None:
    with token_giver() as giver:
        giver.answer = lambda _: (400, {"error_description": "expired"})
        channel = unsaved(sign_in="oauth", oauth_token_url=giver.url, oauth_client_id="c")
        channel.secrets = {"oauth_refresh_token": "r"}
        assert codes(channel) == [("error", "email.oauth_refused")]
    assert codes(unsaved(sign_in="microsoft")) == [("error", "email.oauth_refused")]


def test_doctor_tries_every_mailbox(make_mailbox: MakeMailbox, outbox: Outbox) -> None:
    make_mailbox(**outbox.settings())
    found = list(check_mail_servers(now=timezone.now()))
    assert [(one.level, one.code) for one in found] == [
        ("ok", "email.imap_unused"),
        ("ok", "email.smtp_works"),
    ]
    assert all(one.zh.startswith("“客服邮箱”：") for one in found)


def test_hints_know_the_provider_by_its_server() -> None:
    assert "企业邮" in sign_in_hint("imap.exmail.qq.com").zh
    assert sign_in_hint("imap.qq.com").zh.startswith("QQ")
    assert sign_in_hint("imap.163.com").zh.startswith("163")
    assert sign_in_hint("imap.qiye.163.com").zh.startswith("网易企业邮")
    assert "OAuth2" in sign_in_hint("outlook.office365.com").en
    assert sign_in_hint("mail.example.com") == sign_in_hint("notqq.com")


def test_the_form_names_each_field_once_in_both_languages() -> None:
    form = EmailProvider().form()
    names = [field["name"] for field in form]
    assert len(names) == len(set(names))
    assert all(field["zh"] and field["en"] for field in form)
    assert {field["name"] for field in form if field["secret"]} == {
        "password",
        "oauth_client_secret",
        "oauth_refresh_token",
        "smime_key",
        "smime_password",
        "pgp_key",
        "pgp_password",
    }
