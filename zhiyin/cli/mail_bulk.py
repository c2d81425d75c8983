"""`zhiyin mail-in --dir` and `--mbox`: many mails in batches, each batch one transaction.

Interrupted, it is simply run again: a mail stored before is recognised and counted as already there.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from zhiyin.cli.failures import EX_DATAERR, EX_TEMPFAIL, CommandFailed
from zhiyin.cli.language import language, say
from zhiyin.cli.migrate import wait_until_migrated
from zhiyin.cli.surroundings import enter, start_django

_BATCH_MAILS = 200
_BATCH_BYTES = 16 * 1024 * 1024
_TOLD_REASONS = 20


@dataclass
class Tally:
    stored: int = 0
    known: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    began_at: float = field(default_factory=time.monotonic)
    told_at: float = field(default_factory=time.monotonic)

    def told(self) -> str:
        counts = say(
            f"已保存 {self.stored} 封，已存在 {self.known} 封，未接收 {len(self.refused)} 封",
            f"{self.stored} stored, {self.known} already there, {len(self.refused)} refused",
        )
        taken = time.monotonic() - self.began_at
        return f"{counts} ({(self.stored + self.known) / max(taken, 0.001):.0f}/s)"


def take_in_many(data: str, *, to: str | None, folder: str | None, mbox: str | None) -> int:
    """Store every mail of a folder or an mbox; tells how many were stored, already there, refused and why."""
    source = Path(folder or mbox or "").expanduser()
    if not (source.is_dir() if folder else source.is_file()):
        raise CommandFailed(zh=f"找不到 {source}。", en=f"there is no {source}.", exit_code=EX_DATAERR)
    centre = enter(data)
    start_django()
    wait_until_migrated(centre)
    from django.db import DatabaseError

    tally = Tally()
    try:
        for batch in _batches(_mails_in_folder(source, tally) if folder else _mails_in_mbox(source)):
            _store(batch, to, tally)
            _tell_sometimes(tally)
    except (DatabaseError, OSError) as problem:
        print(tally.told())
        raise CommandFailed(
            zh=f"中断：{problem}。请再次运行同一命令，已保存的邮件不会重复。",
            en=f"interrupted: {problem}. Run the same command again; what is stored is not stored twice.",
            exit_code=EX_TEMPFAIL,
        ) from problem
    print(tally.told())
    for name, reason in tally.refused[:_TOLD_REASONS]:
        print(f"  {name}: {reason}")
    if len(tally.refused) > _TOLD_REASONS:
        print(
            say(
                f"  ……另有 {len(tally.refused) - _TOLD_REASONS} 封",
                f"  … and {len(tally.refused) - _TOLD_REASONS} more",
            )
        )
    return EX_DATAERR if tally.refused else 0


def _store(batch: list[tuple[str, bytes]], to: str | None, tally: Tally) -> None:
    from django.utils import timezone

    from zhiyin.channels.commands.receiving import NoMailbox, mail_external_id, receive_raw_messages
    from zhiyin.cli.mail_storing import mailbox_of

    routed = []
    for name, raw in batch:
        if not raw.strip():
            tally.refused.append((name, say("空文件", "empty")))
            continue
        try:
            routed.append((mailbox_of(raw, to=to), raw))
        except NoMailbox as refusal:
            tally.refused.append((name, refusal.told(language())))
    routed.sort(key=lambda mail: mail[0].pk)
    for _, mails in groupby(routed, key=lambda mail: mail[0].pk):
        several = list(mails)
        messages = [(raw, mail_external_id(raw)) for _, raw in several]
        results = receive_raw_messages(channel=several[0][0], messages=messages, now=timezone.now())
        new = {number for number, is_new in results if is_new}
        tally.stored += len(new)
        tally.known += len(results) - len(new)


def _mails_in_folder(folder: Path, tally: Tally) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if not path.is_file() or any(part.startswith(".") or part == "tmp" for part in inside.parts):
            continue  # a Maildir's tmp holds mails that are still being written
        try:
            yield str(inside), path.read_bytes()
        except OSError as problem:
            tally.refused.append((str(inside), problem.strerror or str(problem)))


def _mails_in_mbox(path: Path) -> Iterator[tuple[str, bytes]]:
    """Mails between 'From ' lines; a quoted '>From ' gets its mark taken off."""
    lines: list[bytes] = []
    count, blank_before = 0, True
    with path.open("rb") as file:
        for line in file:
            if line.startswith(b"From ") and blank_before:
                if lines:
                    yield f"{path.name}#{count}", b"".join(lines)
                lines, count = [], count + 1
            else:
                lines.append(
                    line[1:] if line.startswith(b">") and line.lstrip(b">").startswith(b"From ") else line
                )
            blank_before = line in (b"\n", b"\r\n")
    if lines:
        yield f"{path.name}#{count}", b"".join(lines)


def _batches(mails: Iterator[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    batch: list[tuple[str, bytes]] = []
    size = 0
    for name, raw in mails:
        batch.append((name, raw))
        size += len(raw)
        if len(batch) >= _BATCH_MAILS or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _tell_sometimes(tally: Tally) -> None:
    if time.monotonic() - tally.told_at > 5:
        tally.told_at = time.monotonic()
        print(tally.told(), file=sys.stderr, flush=True)
