"""`zhiyin restore`: an installation from a backup, into an empty folder or database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from zhiyin.cli.arguments import Parser
from zhiyin.cli.borrowed_database import started_database
from zhiyin.cli.data_folder import DataFolder
from zhiyin.cli.failures import EX_DATAERR, CommandFailed
from zhiyin.cli.language import say
from zhiyin.cli.sealed_archive import identity_of

if TYPE_CHECKING:
    from zhiyin.cli.restoring import Backup


def run(words: list[str]) -> int:
    """Restore a backup, or only prove that it is whole."""
    parser = Parser(
        "restore",
        zh="从备份恢复到空的数据目录（或空的 DATABASE_URL 数据库）。备份时尚未发出的邮件和通知默认不再发送。",
        en="Restore a backup into an empty data folder, or an empty database at DATABASE_URL. "
        "What was still owed when it was made (mails, web-hooks) is held back unless --send-owed.",
    )
    parser.add_argument("file", help=say("备份文件", "the backup"))
    parser.add_argument(
        "--key", required=True, metavar="FILE", help=say("备份密钥文件", "the file with the key for it")
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help=say("只检查备份能否打开、是否完整", "only see whether it opens and is whole"),
    )
    parser.add_argument(
        "--send-owed",
        action="store_true",
        help=say(
            "继续发送备份时尚未发出的内容（仅当原系统在备份后没有再运行）",
            "send what was still owed (only where the old centre did not run after the backup)",
        ),
    )
    options = parser.parse_args(words)
    identity = identity_of(_read(options.key).decode(errors="replace"))
    from zhiyin.cli.restoring import Backup, check, restore

    with _open(options.file) as source:
        backup = Backup(source, identity)
        if options.check:
            check(backup)
            print(say(f"备份完整：{_told(backup)}", f"The backup is whole: {_told(backup)}"))
            return 0
        folder = DataFolder(options.data)
        with _empty_database(folder):
            held = restore(backup, folder, send_owed=options.send_owed)
    print(say(f"已恢复：{_told(backup)}", f"Restored: {_told(backup)}"))
    if held:
        print(
            say(
                f"{held} 项备份时尚未发出的内容没有发送，因为原系统可能已经发过；请在“运行状况”页逐项确认后重试。",
                f"{held} mails or web-hooks that were still owed were not sent, since the old centre may have sent them: "
                "look through them under Operations and try again those that were not.",
            )
        )
    return 0


@contextmanager
def _empty_database(folder: DataFolder) -> Iterator[None]:
    """A database with nothing in it, in the environment; a folder's own is removed again when restoring fails."""
    if os.environ.get("DATABASE_URL"):
        folder.create()
        os.environ["ZHIYIN_DATA"] = str(folder.path)
        yield
        return
    if (folder.postgres / "PG_VERSION").exists():
        raise CommandFailed(
            zh=f"{folder.path} 中已有数据，不会覆盖。请用 --data 指定一个空目录。",
            en=f"there are data in {folder.path} already, and they are not overwritten: name an empty folder by --data.",
        )
    folder.create()
    os.environ["ZHIYIN_DATA"] = str(folder.path)
    had_keys = folder.keys.exists()
    try:
        with started_database(folder):
            yield
    except BaseException:
        import shutil

        shutil.rmtree(folder.postgres, ignore_errors=True)  # half a centre must not be started
        if not had_keys:
            folder.keys.unlink(missing_ok=True)
        raise


@contextmanager
def _open(name: str) -> Iterator[BinaryIO]:
    try:
        with Path(name).expanduser().open("rb") as source:
            yield source
    except FileNotFoundError as problem:
        raise _no_file(name, problem) from problem


def _read(name: str) -> bytes:
    try:
        return Path(name).expanduser().read_bytes()
    except OSError as problem:
        raise _no_file(name, problem) from problem


def _no_file(name: str, problem: OSError) -> CommandFailed:
    return CommandFailed(
        zh=f"无法读取 {name}：{problem.strerror}。",
        en=f"can't read {name}: {problem.strerror}.",
        exit_code=EX_DATAERR,
    )


def _told(backup: Backup) -> str:
    rows = backup.manifest["rows"]
    return say(
        f"{backup.manifest['made_at'][:19]} UTC，{rows['tickets_ticket']:,} 张工单，{backup.files:,} 个文件",
        f"{backup.manifest['made_at'][:19]} UTC, {rows['tickets_ticket']:,} tickets, {backup.files:,} files",
    )
