"""PostgreSQL refuses to run as root; where we are root, it runs as an account of its own."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from zhiyin.cli.language import say

NAME = "zhiyin"


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int


def service_account(*, may_enter: Collection[Path]) -> Account | None:
    """The account for the database: None when we are not root, so that it runs as ourselves.

    Makes the folders in `may_enter` passable for it, and says so where that changed anything.
    """
    if os.geteuid() != 0:
        return None
    entry = _find() or _create() or pwd.getpwnam("nobody")
    account = Account(entry.pw_uid, entry.pw_gid)
    for folder in may_enter:
        _make_passable(folder.resolve(), account)
    return account


def _find() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        return None


def _create() -> pwd.struct_passwd | None:
    command = [
        "useradd",
        "--system",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
        NAME,
    ]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return _find()


def _make_passable(folder: Path, account: Account) -> None:
    for step in (folder, *folder.parents):
        found = step.stat()
        if found.st_uid == account.uid or found.st_mode & stat.S_IXOTH:
            continue
        step.chmod(found.st_mode | stat.S_IXOTH)
        print(
            say(
                f"注意：已允许其他用户穿过（不可列出）{step}，数据库账户 {NAME} 需要经过它。",
                f"Note: others may now pass through (not list) {step}; the database's account needs to.",
            ),
            file=sys.stderr,
        )
