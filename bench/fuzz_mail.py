"""Broken mails by the million: none may crash the reading of mail, lose what it holds, or take long.

Takes every mail of the corpora (`../shared/data/mail`) and the project's own, breaks it in one to many ways, and reads
it as the worker does. Counts as a crash that parsing gave up, as a loss that a mail with words or files shows neither.
Each mail has a number: `--only N` reads that one again and prints it.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import re
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.measuring import machine, table
from zhiyin.channels.providers.email.parsing.parse import parse_mail
from zhiyin.channels.providers.email.parsing.parsed import ParsedMail
from zhiyin.channels.providers.email.parsing.structure import Budget, Part, leaves, read_structure
from zhiyin.channels.providers.email.sameness import content_key
from zhiyin.channels.providers.email.sealing.keys import NO_KEYS
from zhiyin.channels.providers.email.sealing.opening import Opened, open_seals
from zhiyin.channels.providers.email.tests.mutating import all_mails, broken_mail
from zhiyin.channels.providers.email.tokens import Ours

OURS = Ours(
    addresses=frozenset({"help@shop.example"}),
    instance="1234567890abcdef",
    verifiers=frozenset({"shop.example"}),
)
SECONDS = 2.0  # of processor time for one mail
CHUNK = 500
_KEPT = 20
_WORD = re.compile(rb"(?:[a-z]{3,}|[\xe4-\xe9][\x80-\xbf]{2})", re.IGNORECASE)
_UNKEPT = re.compile("[\x00\ud800-\udfff]")  # what no database keeps
_TAG = re.compile(rb"<[^<>]{0,2000}>")  # its name is no word that anybody said
_SAID_TWICE = {"text/x-amp-html", "text/watch-html"}  # shown by their alternative


@dataclass
class Found:
    """What a run came upon; numbers are those of mails."""

    mails: int = 0
    crashes: list[tuple[int, str]] = field(default_factory=list)
    losses: list[tuple[int, str]] = field(default_factory=list)
    slow: list[tuple[int, float]] = field(default_factory=list)
    unreadable: int = 0
    slowest: tuple[float, int] = (0.0, 0)
    memory: int = 0  # bytes, the most any process held

    def add(self, other: Found) -> None:
        self.mails += other.mails
        self.unreadable += other.unreadable
        self.crashes += other.crashes
        self.losses += other.losses
        self.slow += other.slow
        self.slowest = max(self.slowest, other.slowest)
        self.memory = max(self.memory, other.memory)

    @property
    def is_well(self) -> bool:
        return not (self.crashes or self.losses or self.slow)


class _Crashes(logging.Handler):
    """Parsing never raises: it logs what it gave up on."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(repr(record.exc_info[1]) if record.exc_info else record.getMessage())


def read_broken(mails: list[bytes], numbers: range) -> Found:
    """Read the mails of these numbers and tell what was found."""
    found, crashes = Found(), _Crashes()
    log = logging.getLogger("zhiyin.channels.providers.email")
    log.addHandler(crashes)
    log.propagate = False
    try:
        for number in numbers:
            raw = broken_mail(mails, number)
            began = time.process_time()
            try:
                parsed = parse_mail(raw, ours=OURS, open_seals=_open_seals)
                problem = what_is_wrong(parsed) or what_is_lost(raw, parsed)
                content_key(parsed)
            except Exception as raised:
                crashes.seen.append(repr(raised))
                parsed, problem = ParsedMail(), ""
            seconds = time.process_time() - began
            found.mails += 1
            found.unreadable += parsed.unreadable
            found.slowest = max(found.slowest, (seconds, number))
            found.crashes += [(number, one) for one in crashes.seen]
            if problem:
                found.losses.append((number, problem))
            if seconds > SECONDS:
                found.slow.append((number, seconds))
            crashes.seen.clear()
    finally:
        log.removeHandler(crashes)
        log.propagate = True
    found.memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return found


def _open_seals(root: Part, sender: str) -> Opened:
    return open_seals(root, sender=sender, keys=NO_KEYS, known_pgp=[])


def what_is_wrong(parsed: ParsedMail) -> str:
    """What a reader could not rely on, or '' where all is well."""
    texts = [
        parsed.subject,
        parsed.text,
        parsed.quoted_text,
        parsed.html,
        parsed.sender.name,
        parsed.sender.address,
    ]
    texts += [*(one.name for one in parsed.attachments), *parsed.thread_ids]
    if any(_UNKEPT.search(text) for text in texts):
        return "text that no database keeps"
    if "\n" in parsed.subject or "\r" in parsed.sender.address:
        return "a field of several lines"
    if "<script" in parsed.html.lower():
        return "a script"
    if any("/" in one.name or not one.name for one in parsed.attachments):
        return "a file without a safe name"
    return ""


def what_is_lost(raw: bytes, parsed: ParsedMail) -> str:
    """A mail whose parts hold words and that shows none of them; '' where all is well."""
    if parsed.unreadable or parsed.text or parsed.quoted_text or parsed.html or parsed.attachments:
        return ""
    held = [
        part.media_type
        for part in leaves(read_structure(raw, Budget()))
        if part.media_type not in _SAID_TWICE and _WORD.search(_TAG.sub(b"", part.content()))
    ]
    return f"nothing shows of {held}" if held else ""


_MAILS: list[bytes] = []


def _begin() -> None:
    _MAILS[:] = all_mails()
    logging.disable(logging.WARNING)


def _read_chunk(numbers: range) -> Found:
    return read_broken(_MAILS, numbers)


def _chunks(first: int, count: int) -> Iterator[range]:
    for start in range(first, first + count, CHUNK):
        yield range(start, min(start + CHUNK, first + count))


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--mails", type=int, default=1_000_000)
    options.add_argument("--first", type=int, default=0, help="number of the first mail")
    options.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options.add_argument("--only", type=int, help="read this one again and print it")
    chosen = options.parse_args()
    if chosen.only is not None:
        raw = broken_mail(all_mails(), chosen.only)
        sys.stdout.buffer.write(raw)
        print(f"\n\n{parse_mail(raw, ours=OURS, open_seals=_open_seals)}")
        return
    print(machine())
    total, began = Found(), time.monotonic()
    with multiprocessing.get_context("spawn").Pool(chosen.processes, _begin, maxtasksperchild=200) as pool:
        for found in pool.imap_unordered(_read_chunk, _chunks(chosen.first, chosen.mails)):
            total.add(found)
            for number, problem in (*found.crashes, *found.losses, *found.slow):
                print(f"  {number}: {problem}", flush=True)  # a run that is stopped has told what it found
            if total.mails % 20_000 < CHUNK:
                print(
                    f"{total.mails} read, {len(total.crashes)} crashes, {len(total.losses)} losses",
                    flush=True,
                )
    _tell(total, time.monotonic() - began)
    sys.exit(0 if total.is_well else 1)


def _tell(total: Found, seconds: float) -> None:
    rows = [
        ["mails", f"{total.mails}"],
        ["crashes", f"{len(total.crashes)}"],
        ["losses", f"{len(total.losses)}"],
        [f"longer than {SECONDS:.0f} s", f"{len(total.slow)}"],
        ["slowest", f"{total.slowest[0]:.2f} s (mail {total.slowest[1]})"],
        ["peak memory of a process", f"{total.memory / 2**20:.0f} MB"],
        ["unreadable, shown as such", f"{total.unreadable}"],
        ["took", f"{seconds:.0f} s"],
    ]
    print(table(["", ""], rows))
    for number, problem in (*total.crashes[:_KEPT], *total.losses[:_KEPT], *total.slow[:_KEPT]):
        print(f"  {number}: {problem}")


if __name__ == "__main__":
    main()
