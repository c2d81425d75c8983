"""Taking mail from an IMAP folder: stored first, and the cursor moved in the same transaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from zhiyin.channels.commands.receiving import mail_external_id, receive_raw_messages
from zhiyin.channels.models import Channel
from zhiyin.channels.providers.email.imap import Header, ImapLine, day_of
from zhiyin.channels.providers.email.models import Mailbox
from zhiyin.channels.providers.email.settings import MailboxSettings

BATCH_MAILS = 50
BATCH_BYTES = 16 * 1024 * 1024
COUNT_EVERY = timedelta(hours=1)
_CLOCK_SLACK = timedelta(hours=1)  # between our clock and the server's


class HoldLost(Exception):
    """Another process reads this mailbox now."""


def take_new(*, channel: Channel, line: ImapLine, holder: str, now: datetime) -> int:
    """Store every mail that came since the last look; returns how many numbers were taken. Raises HoldLost."""
    mailbox = Mailbox.objects.get(channel=channel)
    folder = MailboxSettings.of(channel).folder
    selected = line.select(folder)
    if (mailbox.folder, mailbox.uid_validity) != (folder, selected.uid_validity):
        # numbers count from anew; what is there already is known by its content
        mailbox.begin_anew(folder=folder, uid_validity=selected.uid_validity)
        waiting = _first_ones(channel, line)
    else:
        waiting = sorted({*mailbox.unfetched, *line.uids_from(mailbox.last_uid + 1)})
    taken = sum(_take(channel, mailbox, line, batch, holder) for batch in _batches(line, waiting))
    if mailbox.counted_at is None or now - mailbox.counted_at > COUNT_EVERY:
        taken += _hold_counts_together(channel, mailbox, line, holder, now)
    _note(mailbox, holder, now)
    return taken


def _first_ones(channel: Channel, line: ImapLine) -> list[int]:
    """What to take when a folder is first opened: all that came since the channel was added."""
    if channel.settings.get("imap_old"):
        return line.uids_from(1)
    since = channel.created_at - _CLOCK_SLACK
    uids = line.uids_since(day_of(since))
    return [
        uid
        for start in range(0, len(uids), 500)
        for uid, header in line.headers(uids[start : start + 500]).items()
        if header.arrived_at is None or header.arrived_at >= since
    ]


def _batches(line: ImapLine, uids: list[int]) -> Iterator[list[int]]:
    """Few enough mails, and small enough together, to hold in memory."""
    for start in range(0, len(uids), BATCH_MAILS):
        some = uids[start : start + BATCH_MAILS]
        headers = line.headers(some)
        batch: list[int] = []
        size = 0
        for uid in some:
            size += headers.get(uid, Header(0, None)).size
            if batch and size > BATCH_BYTES:
                yield batch
                batch, size = [], headers.get(uid, Header(0, None)).size
            batch.append(uid)
        yield batch


def _take(channel: Channel, mailbox: Mailbox, line: ImapLine, uids: list[int], holder: str) -> int:
    mails = line.mails(uids)
    gone = set(uids) - set(mails)
    if gone:  # deleted meanwhile, or there and not given: the latter we ask for again at every look
        gone -= set(line.headers(sorted(gone)))
    return _store(channel, mailbox, uids, mails, gone, holder)


@transaction.atomic
def _store(
    channel: Channel, mailbox: Mailbox, uids: list[int], mails: dict[int, bytes], gone: set[int], holder: str
) -> int:
    current = Mailbox.objects.select_for_update().get(channel=channel)
    if current.held_by != holder:
        raise HoldLost
    ordered = sorted(mails)
    receive_raw_messages(
        channel=channel,
        messages=[(mails[uid], mail_external_id(mails[uid])) for uid in ordered],
        now=timezone.now(),
    )
    mailbox.unfetched = sorted((set(mailbox.unfetched) | set(uids)) - set(mails) - gone)
    mailbox.first_uid = min(mailbox.first_uid, *uids) if mailbox.first_uid else min(uids)
    mailbox.last_uid = max(mailbox.last_uid, *uids)
    mailbox.taken += len(ordered)
    mailbox.save(update_fields=["folder", "uid_validity", "first_uid", "last_uid", "taken", "unfetched"])
    return len(ordered)


def _hold_counts_together(
    channel: Channel, mailbox: Mailbox, line: ImapLine, holder: str, now: datetime
) -> int:
    """Hold the server's count against ours; where it has more, take all again, each known by its content."""
    again = 0
    mailbox.server_count = line.count(mailbox.first_uid, mailbox.last_uid) if mailbox.last_uid else 0
    if mailbox.server_count > mailbox.taken + len(mailbox.unfetched):
        mailbox.taken, mailbox.unfetched = 0, []
        for batch in _batches(line, line.uids_from(mailbox.first_uid)):
            again += _take(channel, mailbox, line, batch, holder)
    mailbox.counted_at = now
    return again


def _note(mailbox: Mailbox, holder: str, now: datetime) -> None:
    mailbox.note_well(now)
    fields = {
        name: getattr(mailbox, name)
        for name in (
            "folder",
            "uid_validity",
            "server_count",
            "counted_at",
            "looked_at",
            "trouble",
            "troubled_since",
            "failures",
        )
    }
    if not Mailbox.objects.filter(channel_id=mailbox.channel_id, held_by=holder).update(**fields):
        raise HoldLost


def note_trouble(*, channel_id: int, problem: str, now: datetime) -> int:
    """Note that a look failed; returns how many in a row have."""
    mailbox = Mailbox.objects.get(channel_id=channel_id)
    mailbox.trouble, mailbox.failures = problem[:1_000], mailbox.failures + 1
    mailbox.troubled_since = mailbox.troubled_since or now
    mailbox.save(update_fields=["trouble", "failures", "troubled_since"])
    return mailbox.failures
