"""Storing, opening and clearing away files."""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, models, transaction

from zhiyin.platform.files.media_types import UNKNOWN, media_type_of
from zhiyin.platform.files.models import Blob, StoredFile
from zhiyin.platform.files.storage import content_store
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.ledger.ledger import record_effect

INLINE_BYTES = 32 * 1024
KEPT_UNUSED = timedelta(days=1)
BATCH = 500
SCAN = "files.scan"  # the kind of effect by which content is looked through
_LOCK_SPACE = 0x5A48
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class FileTooLarge(DomainError):
    code = "files.too_large"
    status = 413
    messages = {
        "zh": "文件过大：最大 {limit_mb} MB。请压缩后再传，或分成几个文件。",
        "en": "The file is too large: {limit_mb} MB at most. Compress it or send it in parts.",
    }


class FileEmpty(DomainError):
    code = "files.empty"
    status = 422
    messages = {
        "zh": "文件是空的，请检查后重新选择。",
        "en": "The file is empty; check it and choose it again.",
    }


def take_upload(file: UploadedFile[bytes], *, owner: str = "") -> StoredFile:
    """Store what came in a form, its size looked at before it is read. Raises FileTooLarge or FileEmpty."""
    if (file.size or 0) > settings.MAX_FILE_MB * 1024 * 1024:
        raise FileTooLarge(limit_mb=settings.MAX_FILE_MB)
    return store_upload(
        content=file.read(), name=file.name or "", media_type=file.content_type or UNKNOWN, owner=owner
    )


def store_upload(*, content: bytes, name: str, media_type: str, owner: str = "") -> StoredFile:
    """Store what a person or program sent; `owner` says who, as `staff:12`. Raises FileTooLarge or FileEmpty."""
    if len(content) > settings.MAX_FILE_MB * 1024 * 1024:
        raise FileTooLarge(limit_mb=settings.MAX_FILE_MB)
    if not content:
        raise FileEmpty
    return store_file(content=content, name=name, media_type=media_type, owner=owner)


@transaction.atomic
def store_file(*, content: bytes, name: str, media_type: str, owner: str = "") -> StoredFile:
    """Store content of any size, durably once the transaction commits; equal content is kept once."""
    sha256 = hashlib.sha256(content).hexdigest()
    inline = len(content) <= INLINE_BYTES
    _hold_blob(sha256, exclusive=False)
    Blob.objects.bulk_create(
        [Blob(sha256=sha256, size=len(content), content=content if inline else None)], ignore_conflicts=True
    )
    if not inline:
        content_store().write(sha256, content)
    owe_scan(sha256)
    return StoredFile.objects.create(
        blob_id=sha256,
        name=clean_name(name),
        media_type=media_type_of(content, media_type),
        size=len(content),
        owner=owner,
    )


def owe_scan(sha256: str) -> None:
    """Have a content looked through for viruses, once; nothing where no scanner is configured."""
    if settings.CLAMAV:
        record_effect(kind=SCAN, key=f"scan:{sha256}", payload={"sha256": sha256})


def open_file(file: StoredFile) -> BinaryIO:
    """Open a stored file for reading."""
    return open_content(file.sha256)


def open_content(sha256: str) -> BinaryIO:
    """Open a content for reading, wherever it is kept."""
    inline = Blob.objects.values_list("content", flat=True).get(pk=sha256)
    return io.BytesIO(bytes(inline) if inline is not None else content_store().read(sha256))


def large_contents() -> Iterator[str]:
    """The hashes of all contents that are kept outside the database."""
    yield from Blob.objects.filter(content=None).values_list("pk", flat=True).iterator()


def read_content(sha256: str) -> bytes | None:
    """Content that is kept outside the database; None where the store has lost it."""
    try:
        return content_store().read(sha256)
    except FileNotFoundError:
        return None


def still_kept(hashes: Iterable[str]) -> list[str]:
    """Those of the contents that the database still has a row of."""
    return sorted(Blob.objects.filter(pk__in=list(hashes)).values_list("pk", flat=True))


def restore_content(sha256: str, content: bytes) -> None:
    """Put content back that a backup kept. Raises ValueError where it is not what its hash says."""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(sha256)
    content_store().write(sha256, content)


def file_url(file: StoredFile) -> str:
    """Return the address at which staff fetch the file."""
    return f"/api/v1/files/{file.key}"


def clean_name(name: str) -> str:
    """Return a harmless name: no folders, no control or direction marks, at most 255 characters."""
    base = PurePosixPath(name.replace("\\", "/")).name
    base = _UNPRINTABLE.sub("", unicodedata.normalize("NFC", base)).strip(" .")
    if len(base) > 255:
        suffix = PurePosixPath(base).suffix[:20]
        base = base[: 255 - len(suffix)] + suffix
    return base or "file"


def clear_unused_files(*, now: datetime) -> int:
    """Delete files nobody points to for a day, then content without files; returns the bytes freed."""
    last = 0
    while True:
        page = list(
            StoredFile.objects.filter(pk__gt=last, created_at__lt=now - KEPT_UNUSED)
            .order_by("pk")
            .values_list("pk", flat=True)[:BATCH]
        )
        if not page:
            break
        _unused().filter(pk__in=page).delete()
        last = page[-1]
    return _clear_blobs(now)


def _unused() -> models.QuerySet[StoredFile]:
    unused = StoredFile.objects.all()
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ForeignObjectRel) and not relation.many_to_many:
            uses = relation.related_model._base_manager.filter(**{relation.field.name: models.OuterRef("pk")})
            unused = unused.filter(~models.Exists(uses))
    return unused


def _clear_blobs(now: datetime) -> int:
    freed = 0
    used = StoredFile.objects.filter(blob=models.OuterRef("pk"))
    unused = Blob.objects.filter(~models.Exists(used), created_at__lt=now - KEPT_UNUSED)
    for sha256, size in unused.values_list("pk", "size").iterator():
        freed += _delete_blob(sha256, size)
    return freed


def _delete_blob(sha256: str, size: int) -> int:
    """Delete the row, then the content once the row is surely gone; a crash between leaves only waste."""
    with transaction.atomic():
        _hold_blob(sha256, exclusive=True)
        used = StoredFile.objects.filter(blob=sha256)
        if not Blob.objects.filter(~models.Exists(used), pk=sha256).delete()[0]:
            return 0
    with transaction.atomic():
        _hold_blob(sha256, exclusive=True)
        if not Blob.objects.filter(pk=sha256).exists():  # nobody stored it again meanwhile
            content_store().delete(sha256)
    return size


def _hold_blob(sha256: str, *, exclusive: bool) -> None:
    """Keep storing and clearing of one content apart until the transaction ends."""
    lock = "pg_advisory_xact_lock" if exclusive else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(%s, hashtext(%s))", [_LOCK_SPACE, sha256])
