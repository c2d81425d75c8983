"""`zhiyin backup`: everything of an installation in one sealed file, taken while it runs."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from zhiyin.cli.arguments import Parser, positive
from zhiyin.cli.borrowed_database import entered
from zhiyin.cli.data_folder import write_private
from zhiyin.cli.failures import EX_USAGE, CommandFailed
from zhiyin.cli.language import say
from zhiyin.cli.sealed_archive import Recipient, new_identity, recipient_of
from zhiyin.cli.surroundings import start_django

SUFFIX = ".zybackup"


def run(words: list[str]) -> int:
    """Write a backup, or make a key for backups; exit code 1 where a file's content was missing."""
    options = _parser().parse_args(words)
    if options.make_key:
        return _make_key(Path(options.make_key).expanduser())
    recipients = _recipients(options.to)
    target = Path(options.out).expanduser()
    if not target.is_dir():
        raise CommandFailed(
            zh=f"{target} 不是目录。请先建立它，或用 --out 指定其他目录。",
            en=f"{target} is not a folder: make it first, or name another by --out.",
        )
    with entered(options.data) as folder:
        start_django()
        from zhiyin.cli.backing_up import back_up

        now = datetime.now(tz=UTC)
        made = target / f"zhiyin-{now:%Y%m%dT%H%M%SZ}{SUFFIX}"
        missing = back_up(
            made, folder=folder, recipients=recipients, with_keys=not options.without_keys, now=now
        )
        _note(made, missing)
    if options.keep:
        _forget_older(target, keep=options.keep)
    print(say(f"备份完成：{made}（{_size(made)}）", f"Backed up: {made} ({_size(made)})"), flush=True)
    for sha256 in missing:
        print(say(f"缺少文件内容：{sha256}", f"the content of a file is missing: {sha256}"), file=sys.stderr)
    return 1 if missing else 0


def _parser() -> Parser:
    parser = Parser(
        "backup",
        zh="备份：数据库、文件和密钥写入一个加密文件；运行中也可以做。先用 --make-key 生成密钥，并另处保管。",
        en="Back up database, files and keys into one sealed file, also while the centre runs. "
        "Make a key with --make-key first, and keep it elsewhere.",
    )
    parser.add_argument(
        "--make-key",
        metavar="FILE",
        help=say(
            "生成备份密钥并写入该文件，打印公钥",
            "make a key for backups, write it there, print the public key",
        ),
    )
    parser.add_argument(
        "--to",
        action="append",
        metavar="KEY",
        help=say(
            "公钥（age1… 或 ssh-ed25519 …），可多次；默认取 ZHIYIN_BACKUP_TO",
            "public key that may open it (age1… or ssh-ed25519 …), more than once if you like; else ZHIYIN_BACKUP_TO",
        ),
    )
    parser.add_argument(
        "--out",
        default=".",
        metavar="DIR",
        help=say("写入的目录（默认当前目录）", "folder to write to (this one)"),
    )
    parser.add_argument(
        "--keep",
        type=positive,
        metavar="N",
        help=say("该目录只保留最近 N 份备份", "keep only the newest N backups in that folder"),
    )
    parser.add_argument(
        "--without-keys",
        action="store_true",
        help=say("不含密钥（须另行保管 keys.json）", "leave the keys out (keep keys.json elsewhere then)"),
    )
    return parser


def _make_key(path: Path) -> int:
    if path.exists():
        raise CommandFailed(
            zh=f"{path} 已存在，不会覆盖：旧备份要靠它打开。",
            en=f"{path} exists and is not overwritten: older backups need it.",
        )
    secret, public = new_identity()
    write_private(path, f"# public key: {public}\n{secret}\n")
    print(
        say(
            f"密钥已写入 {path}。请把它存到别处（例如密码库）：没有它，任何人都无法恢复备份，包括您。\n"
            "公钥（用于 --to 或 ZHIYIN_BACKUP_TO）：",
            f"The key is in {path}. Keep it elsewhere, such as in a password safe: without it nobody can restore a backup, "
            "you neither.\nPublic key, for --to or ZHIYIN_BACKUP_TO:",
        )
    )
    print(public)
    return 0


def _recipients(told: list[str] | None) -> list[Recipient]:
    keys = told or [key for key in os.environ.get("ZHIYIN_BACKUP_TO", "").split(",") if key.strip()]
    if not keys:
        raise CommandFailed(
            zh="没有指定公钥：先运行 zhiyin backup --make-key 文件 生成密钥，再用 --to 公钥（或设置 ZHIYIN_BACKUP_TO）。",
            en="no public key was named: make one with zhiyin backup --make-key FILE, then give it by --to "
            "or ZHIYIN_BACKUP_TO.",
            exit_code=EX_USAGE,
        )
    return [recipient_of(key) for key in keys]


def _note(made: Path, missing: list[str]) -> None:
    """So that the health page knows how old the last backup is."""
    from zhiyin.platform.ops.backups import note_backup

    size = made.stat().st_size
    note_backup(name=made.name, size_bytes=size, missing_files=len(missing), now=datetime.now(tz=UTC))


def _forget_older(target: Path, *, keep: int) -> None:
    """The name tells the time; whatever else is in the folder stays."""
    for old in sorted(target.glob(f"zhiyin-*Z{SUFFIX}"))[:-keep]:
        old.unlink()


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 2**20:,.1f} MB"
