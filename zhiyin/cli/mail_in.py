"""`zhiyin mail-in`: raw mail from an MTA's pipe, a folder or an mbox.

An MTA starts this once per mail, so the way of a piped mail imports next to nothing: it hands the
bytes to the running centre over a Unix socket and ends with 0 once that has committed them. Where
none runs, it stores the mail itself; where that can't be done either, 75 tells the MTA to try again.
"""

from __future__ import annotations

import os
import socket
import sys

from zhiyin.cli.arguments import Parser
from zhiyin.cli.failures import EX_DATAERR, EX_TEMPFAIL, CommandFailed
from zhiyin.cli.language import language, say

_SOCKET = "mail-in.sock"
_PATIENCE = 60.0  # seconds; the MTA tries again after 75, and the same mail is stored once


def run(words: list[str]) -> int:
    """Take in one mail from standard input, or many from a folder or an mbox."""
    parser = Parser(
        "mail-in",
        zh="接收原始邮件：默认从标准输入读一封（供 MTA 管道使用）。退出码 0 表示已持久保存，75 表示暂时无法保存、请稍后重试。",
        en="Take in raw mail: one from standard input (an MTA's pipe) unless told otherwise. "
        "Exit code 0: stored durably; 75: can't be stored now, try again.",
    )
    parser.add_argument("--to", metavar="ADDRESS", help=say("收件邮箱地址", "the mailbox's address"))
    many = parser.add_mutually_exclusive_group()
    many.add_argument("--dir", metavar="DIR", help=say("接收目录中的全部邮件", "every mail in a folder"))
    many.add_argument(
        "--mbox", metavar="FILE", help=say("接收 mbox 文件中的全部邮件", "every mail in an mbox file")
    )
    options = parser.parse_args(words)
    if options.dir or options.mbox:
        from zhiyin.cli.mail_bulk import take_in_many

        return take_in_many(options.data, to=options.to, folder=options.dir, mbox=options.mbox)
    if sys.stdin is not None and sys.stdin.isatty():
        parser.error(
            say(
                "标准输入没有邮件；请用管道传入，或用 --dir / --mbox",
                "no mail on standard input; pipe one in, or use --dir / --mbox",
            )
        )
    raw = b"" if sys.stdin is None else sys.stdin.buffer.read()
    if not raw.strip():
        raise CommandFailed(
            zh="标准输入为空，没有邮件可保存。", en="standard input is empty: no mail.", exit_code=EX_DATAERR
        )
    return _told(*(_hand_over(options.data, options.to, raw) or _store_here(options.data, options.to, raw)))


def _told(outcome: str, words: str) -> int:
    if outcome in ("stored", "known"):
        return 0
    print(f"zhiyin mail-in: {words}", file=sys.stderr)
    return EX_TEMPFAIL


def _hand_over(data: str, to: str | None, raw: bytes) -> tuple[str, str] | None:
    """The running centre's answer; None when none can be reached."""
    here = os.getcwd()
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(_PATIENCE)
            os.chdir(os.path.expanduser(data))  # the kernel takes 107 bytes only; the name alone is short
            connection.connect(_SOCKET)
            connection.sendall(f"{len(raw)} {language()} {to or ''}\n".encode() + raw)
            with connection.makefile("rb") as answers:
                outcome, _, words = answers.readline().decode().strip().partition(" ")
    except OSError:
        return None
    finally:
        os.chdir(here)
    return (outcome, words) if outcome else None


def _store_here(data: str, to: str | None, raw: bytes) -> tuple[str, str]:
    try:
        from zhiyin.cli.surroundings import enter, start_django

        enter(data)
        start_django()
        from zhiyin.cli.mail_storing import store_mail

        return store_mail(raw, to=to, language=language())
    except CommandFailed as failure:
        return "later", failure.words
    except Exception as problem:  # whatever it is, the MTA keeps the mail and tries again
        return "later", say(f"暂时无法保存：{problem!r}", f"can't store it now: {problem!r}")
