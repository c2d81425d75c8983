"""Mail is taken from a real IMAP server: all of it, once, in order, leaving the mailbox as it was."""

from __future__ import annotations

import imaplib
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from zhiyin.channels.models import Channel, RawMessage
from zhiyin.channels.providers.email.fetching import HoldLost, note_trouble, take_new
from zhiyin.channels.providers.email.findings import check_mailboxes
from zhiyin.channels.providers.email.holding import HOLD, keep_holds, let_go, take_hold
from zhiyin.channels.providers.email.imap import NoSuchFolder, imap_line
from zhiyin.channels.providers.email.models import Mailbox
from zhiyin.channels.providers.email.reading import keep_reading
from zhiyin.channels.providers.email.tests.conftest import MakeMailbox
from zhiyin.channels.providers.email.tests.mails import mail
from zhiyin.channels.providers.email.tests.servers import (
    PASSWORD,
    Dovecot,
    Wire,
    dovecot,
    needs_dovecot,
    token_giver,
)

pytestmark = needs_dovecot
NOW = timezone.now


def numbered(*numbers: int) -> list[bytes]:
    return [mail(f"mail {number}\r\n", message_id=f"<{number}@example.cn>") for number in numbers]


def look(channel: Channel, holder: str = "me") -> int:
    """One look into the mailbox by a reader that holds it."""
    take_hold(channel_id=channel.pk, holder=holder, now=NOW())
    with imap_line(channel, now=time.time()) as line:
        return take_new(channel=channel, line=line, holder=holder, now=NOW())


def stored(channel: Channel) -> list[str]:
    raws = RawMessage.objects.filter(channel=channel).order_by("pk")
    return [raw.bytes().partition(b"\r\n\r\n")[2].decode().strip() for raw in raws]


@pytest.fixture
def channel(make_mailbox: MakeMailbox, imap: Dovecot) -> Channel:
    return make_mailbox(**imap.settings())


def test_every_mail_is_stored_once_in_order_and_the_mailbox_left_as_it_was(
    channel: Channel, imap: Dovecot
) -> None:
    imap.deliver(*numbered(1, 2, 3))
    assert look(channel) == 3
    imap.deliver(*numbered(4))
    assert look(channel) == 1
    assert look(channel) == 0
    assert stored(channel) == ["mail 1", "mail 2", "mail 3", "mail 4"]
    assert not any(b"Seen" in flags for flags in imap.flags())


def test_what_was_there_before_the_channel_is_left_unless_wanted(
    make_mailbox: MakeMailbox, imap: Dovecot
) -> None:
    imap.deliver(*numbered(1, 2))
    later = make_mailbox(**imap.settings())
    Channel.objects.filter(pk=later.pk).update(created_at=NOW() + timedelta(hours=3))
    later.refresh_from_db()
    assert look(later) == 0
    assert look(make_mailbox(**imap.settings(imap_old=True))) == 2


def test_a_rebuilt_mailbox_is_read_anew_and_nothing_is_doubled(channel: Channel, imap: Dovecot) -> None:
    imap.deliver(*numbered(1, 2))
    look(channel)
    before = Mailbox.objects.get(channel=channel).uid_validity or 0
    Mailbox.objects.filter(channel=channel).update(
        uid_validity=before - 1, last_uid=999
    )  # as if numbers had begun anew
    imap.deliver(*numbered(3))
    assert look(channel) == 3
    assert stored(channel) == ["mail 1", "mail 2", "mail 3"]
    mailbox = Mailbox.objects.get(channel=channel)
    assert (mailbox.uid_validity, mailbox.taken, mailbox.missing) == (before, 3, 0)


def test_mail_deleted_by_others_is_no_trouble(channel: Channel, imap: Dovecot) -> None:
    imap.deliver(*numbered(1, 2))
    look(channel)
    imap.empty()
    imap.deliver(*numbered(3))
    assert look(channel) == 1
    assert stored(channel) == ["mail 1", "mail 2", "mail 3"]


def test_large_and_many_mails_come_in_batches(
    channel: Channel, imap: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhiyin.channels.providers.email.fetching.BATCH_MAILS", 7)
    monkeypatch.setattr("zhiyin.channels.providers.email.fetching.BATCH_BYTES", 100_000)
    large = mail("x" * 300_000, message_id="<large@example.cn>")
    imap.deliver(*numbered(*range(20)), large, *numbered(20))
    assert look(channel) == 22
    assert len(stored(channel)) == 22


def test_a_mail_of_any_bytes_is_stored_as_it_is(channel: Channel, imap: Dovecot) -> None:
    strange = b"\xff\xfe\x01 no header at all\r\n) UID 7 {3}\r\n" + bytes(set(range(1, 256)) - {10, 13})
    imap.deliver(strange, *numbered(1))
    assert look(channel) == 2
    assert strange in [raw.bytes() for raw in RawMessage.objects.filter(channel=channel)]


def test_a_crash_between_storing_and_the_cursor_cannot_be(channel: Channel, imap: Dovecot) -> None:
    """Storing and cursor are one transaction: when storing fails, the next look begins where this one did."""
    imap.deliver(*numbered(1))
    with connection.execute_wrapper(_fail_on("INSERT INTO channels_rawmessage")), pytest.raises(RuntimeError):
        look(channel)
    assert (stored(channel), Mailbox.objects.get(channel=channel).last_uid) == ([], 0)
    with (
        connection.execute_wrapper(_fail_on('UPDATE "email_mailbox" SET "folder"')),
        pytest.raises(RuntimeError),
    ):
        look(channel)
    assert (stored(channel), Mailbox.objects.get(channel=channel).last_uid) == ([], 0)
    assert look(channel) == 1


def _fail_on(beginning: str) -> Callable[..., Any]:
    def wrapper(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if str(sql).strip().startswith(beginning):
            raise RuntimeError("power cut")
        return execute(sql, params, many, context)

    return wrapper


def test_who_lost_the_hold_stores_nothing(channel: Channel, imap: Dovecot) -> None:
    imap.deliver(*numbered(1))
    assert take_hold(channel_id=channel.pk, holder="other", now=NOW())
    with imap_line(channel, now=time.time()) as line, pytest.raises(HoldLost):
        take_new(channel=channel, line=line, holder="me", now=NOW())
    assert stored(channel) == []


def test_a_hold_lapses_when_it_is_not_renewed(channel: Channel) -> None:
    assert take_hold(channel_id=channel.pk, holder="a", now=NOW())
    assert not take_hold(channel_id=channel.pk, holder="b", now=NOW())
    assert keep_holds(holders={channel.pk: "a"}, now=NOW() + HOLD) == {channel.pk}
    assert not take_hold(channel_id=channel.pk, holder="b", now=NOW() + HOLD)
    assert take_hold(channel_id=channel.pk, holder="b", now=NOW() + 3 * HOLD)
    assert keep_holds(holders={channel.pk: "a"}, now=NOW()) == set()
    let_go(channel_id=channel.pk, holder="b")
    assert take_hold(channel_id=channel.pk, holder="a", now=NOW())


def test_mail_the_cursor_passed_by_is_found_by_counting_and_taken(channel: Channel, imap: Dovecot) -> None:
    imap.deliver(*numbered(1, 2, 3))
    look(channel)
    RawMessage.objects.filter(channel=channel).order_by("pk")[1].delete()
    Mailbox.objects.filter(channel=channel).update(taken=2, counted_at=NOW() - timedelta(hours=2))
    assert look(channel) == 3
    assert sorted(stored(channel)) == ["mail 1", "mail 2", "mail 3"]
    mailbox = Mailbox.objects.get(channel=channel)
    assert (mailbox.server_count, mailbox.taken, mailbox.missing) == (3, 3, 0)


def test_a_missing_folder_names_those_there_are(make_mailbox: MakeMailbox, imap: Dovecot) -> None:
    channel = make_mailbox(**imap.settings(imap_folder="Anfragen"))
    with pytest.raises(NoSuchFolder, match="INBOX"):
        look(channel)


def test_a_folder_with_a_chinese_name(make_mailbox: MakeMailbox, imap: Dovecot) -> None:
    with imap.client() as client:
        client.create("&W6JiN2dlT+E-")  # 客户来信
    imap.deliver(*numbered(1), folder="&W6JiN2dlT+E-")
    assert look(make_mailbox(**imap.settings(imap_folder="客户来信"))) == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_line_is_encrypted(
    make_mailbox: MakeMailbox, imap: Dovecot, trusted: Path, security: str
) -> None:
    imap.deliver(*numbered(1))
    port = imap.tls_port if security == "tls" else imap.port
    assert look(make_mailbox(**imap.settings(imap_port=port, imap_security=security))) == 1


def test_sign_in_by_oauth(make_mailbox: MakeMailbox) -> None:
    with token_giver() as giver, dovecot(tokens_from=giver.url) as imap:
        giver.users["token-1"] = imap.user
        imap.deliver(*numbered(1))
        told = imap.settings(sign_in="oauth", oauth_token_url=giver.url, oauth_client_id="c")
        assert look(make_mailbox(secrets={"oauth_refresh_token": "r"}, **told)) == 1
        giver.users.clear()
        with pytest.raises(imaplib.IMAP4.error):
            look(make_mailbox(secrets={"oauth_refresh_token": "r"}, **told))


def findings(now: Any = None) -> list[tuple[str, str]]:
    return [(found.level, found.code) for found in check_mailboxes(now=now or NOW())]


def test_the_health_page_tells_how_mailboxes_are(channel: Channel, imap: Dovecot) -> None:
    assert findings() == [("warn", "email.not_read_yet")]
    look(channel)
    assert findings() == [("ok", "email.read")]
    assert findings(NOW() + timedelta(hours=1)) == [("error", "email.not_looked_at")]
    assert note_trouble(channel_id=channel.pk, problem="refused", now=NOW()) == 1
    assert note_trouble(channel_id=channel.pk, problem="refused", now=NOW()) == 2
    assert findings() == [("warn", "email.not_readable")]
    assert findings(NOW() + timedelta(minutes=11)) == [("error", "email.not_readable")]
    look(channel)
    assert findings() == [("ok", "email.read")]
    Mailbox.objects.filter(channel=channel).update(server_count=5)
    assert findings() == [("error", "email.count_differs")]


def eventually(wanted: Callable[[], bool], patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while not wanted():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_workers_read_every_mailbox_by_one_of_them_and_notice_mail_at_once(imap: Dovecot) -> None:
    channel = Channel.objects.create(
        kind="email", name="客服邮箱", settings=imap.settings(), secrets={"password": PASSWORD}
    )
    stops = [threading.Event(), threading.Event()]
    workers = [threading.Thread(target=_work, args=(stop,)) for stop in stops]
    for worker in workers:
        worker.start()
    try:
        imap.deliver(*numbered(1))
        eventually(lambda: stored(channel) == ["mail 1"])
        began = time.monotonic()
        imap.deliver(*numbered(2))
        eventually(lambda: stored(channel) == ["mail 1", "mail 2"])
        assert time.monotonic() - began < 5  # told by the server, not found by the next poll
        assert _readers() == 1
        Channel.objects.filter(pk=channel.pk).update(active=False)
        eventually(lambda: _readers() == 0)
        Channel.objects.filter(pk=channel.pk).update(active=True)
        imap.deliver(*numbered(3))
        eventually(lambda: stored(channel) == ["mail 1", "mail 2", "mail 3"])
    finally:
        for stop in stops:
            stop.set()
        for worker in workers:
            worker.join()
    assert _readers() == 0
    assert Mailbox.objects.get(channel=channel).held_by == ""


@pytest.mark.django_db(transaction=True)
def test_trouble_is_noted_and_reading_goes_on_once_it_is_put_right(imap: Dovecot) -> None:
    channel = Channel.objects.create(
        kind="email", name="客服邮箱", settings=imap.settings(), secrets={"password": "wrong"}
    )
    stop = threading.Event()
    worker = threading.Thread(target=_work, args=(stop,))
    worker.start()
    try:
        imap.deliver(*numbered(1))
        refused = Mailbox.objects.filter(channel=channel, trouble__contains="AUTHENTICATIONFAILED")
        eventually(refused.exists)
        channel.secrets = {"password": PASSWORD}
        channel.save()
        eventually(lambda: stored(channel) == ["mail 1"])
        eventually(lambda: Mailbox.objects.get(channel=channel).trouble == "")
    finally:
        stop.set()
        worker.join()


@pytest.mark.django_db(transaction=True)
def test_a_line_that_is_cut_or_falls_silent_is_opened_anew(
    imap: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhiyin.channels.providers.email.imap.TIMEOUT", 1.0)
    monkeypatch.setattr("zhiyin.channels.providers.email.reading.WAIT", 1.0)
    monkeypatch.setattr("zhiyin.channels.providers.email.reading.FIRST_PAUSE", 0.1)
    wire = Wire(imap.port)
    channel = Channel.objects.create(
        kind="email",
        name="客服邮箱",
        settings=imap.settings(imap_port=wire.port),
        secrets={"password": PASSWORD},
    )
    stop = threading.Event()
    worker = threading.Thread(target=_work, args=(stop,))
    worker.start()
    try:
        imap.deliver(*numbered(1))
        eventually(lambda: stored(channel) == ["mail 1"])
        wire.cut()
        imap.deliver(*numbered(2))
        eventually(lambda: stored(channel) == ["mail 1", "mail 2"])
        wire.fall_silent()
        imap.deliver(*numbered(3))
        eventually(lambda: stored(channel) == ["mail 1", "mail 2", "mail 3"])
    finally:
        stop.set()
        worker.join()
        wire.close()


def _work(stop: threading.Event) -> None:
    try:
        keep_reading(stop)
    finally:
        connection.close()


def _readers() -> int:
    return sum(thread.name.startswith("mailbox-") for thread in threading.enumerate())
