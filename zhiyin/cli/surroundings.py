"""The environment a command works in: the data folder's database, keys and settings, then Django."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from zhiyin.cli.data_folder import DataFolder
from zhiyin.cli.failures import CommandFailed
from zhiyin.cli.keys import read_keys


def enter(data: str, *, needs_database: bool = True) -> DataFolder:
    """Take over database, keys and settings of the centre running on the folder; the environment wins."""
    folder = DataFolder(data)
    os.environ["ZHIYIN_DATA"] = str(folder.path)
    if folder.is_running():
        for name, value in folder.read_run().get("environment", {}).items():
            os.environ.setdefault(name, value)
    for name, value in read_keys(folder).items():
        os.environ.setdefault(name, value)
    if needs_database and not os.environ.get("DATABASE_URL"):
        raise CommandFailed(
            zh=f"{folder.path} 上没有正在运行的知音，也没有设置 DATABASE_URL。"
            "请先运行 zhiyin up，或用 --data 指定它的数据目录。",
            en=f"no Zhiyin runs on {folder.path} and DATABASE_URL is not set. "
            "Start zhiyin up first, or name its data folder by --data.",
        )
    return folder


def start_django() -> None:
    """Load the settings and every domain; wrong settings end the command with all problems told."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as problem:
        raise CommandFailed(zh=str(problem), en=str(problem), exit_code=78) from problem


@contextmanager
def explained() -> Iterator[None]:
    """A domain's refusal ends the command with its words."""
    from zhiyin.platform.http.errors import DomainError

    try:
        yield
    except DomainError as refusal:
        raise CommandFailed(zh=refusal.told("zh"), en=refusal.told("en")) from refusal
