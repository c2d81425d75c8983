"""Where large content lives: a folder on this machine, or an S3-compatible bucket."""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage


class ContentStore(Protocol):
    """Content by name. `write` returns only when the content survives a power cut; both may be repeated."""

    def write(self, name: str, content: bytes) -> None: ...

    def read(self, name: str) -> bytes: ...

    def delete(self, name: str) -> None: ...


class FolderStore:
    """A folder, two levels deep by the first letters of the name."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, name: str) -> Path:
        return self._root / name[:2] / name[2:4] / name

    def write(self, name: str, content: bytes) -> None:
        target = self.path(name)
        if target.exists() and target.stat().st_size == len(content):
            return
        _make_folder(target.parent, self._root)
        part = target.with_name(f".{name}.{secrets.token_hex(4)}.part")
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        _sync_folder(target.parent)

    def read(self, name: str) -> bytes:
        return self.path(name).read_bytes()

    def delete(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)


class DjangoStore:
    """A Django storage, such as S3 through django-storages."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def write(self, name: str, content: bytes) -> None:
        if not self._storage.exists(name):
            self._storage.save(name, ContentFile(content))

    def read(self, name: str) -> bytes:
        with self._storage.open(name) as file:
            return bytes(file.read())

    def delete(self, name: str) -> None:
        self._storage.delete(name)


def content_store() -> ContentStore:
    """Return the store the settings ask for."""
    if settings.S3_BUCKET:
        return _s3_store(settings.S3_BUCKET, settings.S3_ENDPOINT)
    return FolderStore(Path(settings.MEDIA_ROOT))


@lru_cache(maxsize=2)
def _s3_store(bucket: str, endpoint: str) -> ContentStore:
    from storages.backends.s3 import S3Storage

    # keys and region come from the usual AWS_… variables or the machine's role
    return DjangoStore(
        S3Storage(bucket_name=bucket, endpoint_url=endpoint or None, location="files", file_overwrite=True)
    )


def _make_folder(folder: Path, root: Path) -> None:
    """Make missing folders, each entry synced into its parent."""
    if folder.exists():
        return
    if folder != root:
        _make_folder(folder.parent, root)
    folder.mkdir(parents=True, exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
