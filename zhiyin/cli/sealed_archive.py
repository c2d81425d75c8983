"""A tar sealed with age, written and read as one stream, so that its size does not matter.

Anybody with the key opens one without Zhiyin: `age --decrypt --identity KEY FILE | tar --extract`.
"""

from __future__ import annotations

import io
import os
import tarfile
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, Protocol

import pyrage

from zhiyin.cli.failures import EX_DATAERR, CommandFailed


class Recipient(Protocol):
    """Whoever may open the archive."""


def recipient_of(told: str) -> Recipient:
    """The recipient that a public key names: `age1…` or `ssh-ed25519 …`, `ssh-rsa …`."""
    kind = pyrage.ssh if told.startswith("ssh-") else pyrage.x25519
    try:
        found: Recipient = kind.Recipient.from_str(told.strip())
    except pyrage.RecipientError as problem:
        raise CommandFailed(
            zh=f"“{told}”不是有效的公钥（应为 age1… 或 ssh-ed25519 …）：{problem}",
            en=f"{told!r} is not a public key (age1… or ssh-ed25519 …): {problem}",
        ) from problem
    return found


def identity_of(text: str) -> object:
    """The secret key in a key file: an age identity with its comments, or an SSH private key."""
    try:
        if text.startswith("-----BEGIN"):
            return pyrage.ssh.Identity.from_buffer(text.encode())
        line = next((line for line in text.splitlines() if line.startswith("AGE-SECRET-KEY-")), "")
        return pyrage.x25519.Identity.from_str(line)
    except pyrage.IdentityError as problem:
        raise CommandFailed(
            zh=f"密钥文件中没有可用的密钥：{problem}", en=f"there is no usable key in the key file: {problem}"
        ) from problem


def new_identity() -> tuple[str, str]:
    """A new key pair: (secret, public)."""
    made = pyrage.x25519.Identity.generate()
    return str(made), str(made.to_public())


class SealedWriter:
    """Adds members to an archive, one after the other."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar

    def add(self, name: str, content: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), 0o600
        self._tar.addfile(member, io.BytesIO(content))


@contextmanager
def sealing(target: BinaryIO, recipients: Iterable[Recipient]) -> Iterator[SealedWriter]:
    """Write an archive into `target`; it is whole when the block ends without an error."""
    to = list(recipients)
    with (
        _piped(lambda source: pyrage.encrypt_io(source, target, to)) as sink,
        tarfile.open(fileobj=sink, mode="w|") as tar,
    ):
        yield SealedWriter(tar)


def opened(source: BinaryIO, identity: object) -> Iterator[tuple[str, IO[bytes]]]:
    """The members of an archive in their order; each must be read before the next is asked for."""
    reading, writing = _pipe()
    failed: list[Exception] = []
    thread = threading.Thread(target=_decrypt, args=(source, writing, identity, failed), daemon=True)
    thread.start()
    try:
        with reading, tarfile.open(fileobj=reading, mode="r|") as tar:
            for member in tar:
                content = tar.extractfile(member)
                assert content is not None
                yield member.name, content
            while reading.read(io.DEFAULT_BUFFER_SIZE):  # what tar pads with; the last block proves the whole
                pass
    except tarfile.TarError as problem:
        thread.join()
        raise _unreadable(failed[0] if failed else problem) from problem
    finally:
        thread.join()
    if failed:
        raise _unreadable(failed[0]) from failed[0]


def _decrypt(source: BinaryIO, target: BinaryIO, identity: object, failed: list[Exception]) -> None:
    try:
        with target:
            pyrage.decrypt_io(source, target, [identity])
    except BrokenPipeError:
        return  # the reader had enough
    except Exception as problem:
        failed.append(problem)


def _unreadable(problem: Exception) -> CommandFailed:
    return CommandFailed(
        zh=f"无法读取备份：{problem}。密钥不符，或文件不完整、已损坏。请换用对应的密钥，或换一份备份。",
        en=f"can't read the backup: {problem}. The key is another one, or the file is cut short or damaged. "
        "Use the key it was made for, or another backup.",
        exit_code=EX_DATAERR,
    )


def _pipe() -> tuple[BinaryIO, BinaryIO]:
    reading, writing = os.pipe()
    return os.fdopen(reading, "rb"), os.fdopen(writing, "wb")


@contextmanager
def _piped(consume: Callable[[BinaryIO], None]) -> Iterator[BinaryIO]:
    """A file to write into whose content `consume` reads, in a thread; its error is raised when the block ends."""
    reading, writing = _pipe()
    failed: list[Exception] = []

    def run() -> None:
        try:
            with reading:
                consume(reading)
        except Exception as problem:
            failed.append(problem)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        with writing:
            yield writing
    except BrokenPipeError:
        thread.join()
        raise failed[0] if failed else OSError("the archive could not be written") from None
    finally:
        thread.join()
    if failed:
        raise failed[0]
