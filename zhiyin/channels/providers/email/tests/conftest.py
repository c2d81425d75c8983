"""Mailboxes and the servers behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.email.tests.servers import (
    DOVECOT,
    NO_DOVECOT,
    PASSWORD,
    Dovecot,
    Outbox,
    dovecot,
    make_certificate,
    smtp_server,
)

MakeMailbox = Callable[..., Channel]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The certificate of our servers, trusted as an administrator would have it trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return certificate


@pytest.fixture(scope="session")
def shared_imap(certificate: Path) -> Iterator[Dovecot]:
    if not DOVECOT:
        pytest.skip(NO_DOVECOT)
    with dovecot(certificate) as server:
        yield server


@pytest.fixture
def imap(shared_imap: Dovecot, request: pytest.FixtureRequest) -> Dovecot:
    """A mailbox of this test's own."""
    user = f"help-{abs(hash(request.node.nodeid))}@shop.example"
    return Dovecot(shared_imap.folder, shared_imap.port, shared_imap.tls_port, user=user)


@pytest.fixture
def outbox() -> Iterator[Outbox]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def make_mailbox(db: None) -> MakeMailbox:
    """A channel with these settings, added an hour ago."""

    def make(*, secrets: dict[str, str] | None = None, **settings: Any) -> Channel:
        told = {"address": "help@shop.example", **settings}
        channel = Channel.objects.create(
            kind="email", name="客服邮箱", settings=told, secrets=secrets or {"password": PASSWORD}
        )
        Channel.objects.filter(pk=channel.pk).update(created_at=timezone.now() - timedelta(hours=1))
        return Channel.objects.get(pk=channel.pk)

    return make
