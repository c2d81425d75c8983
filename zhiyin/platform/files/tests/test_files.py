import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from zhiyin.platform.files import files as files_module
from zhiyin.platform.files.files import (
    FileEmpty,
    FileTooLarge,
    clean_name,
    clear_unused_files,
    open_file,
    store_file,
    store_upload,
)
from zhiyin.platform.files.models import Blob, StoredFile
from zhiyin.platform.files.storage import FolderStore

SMALL, LARGE = b"small" * 10, os.urandom(100_000)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


def on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.django_db
def test_small_content_stays_in_the_database_and_large_goes_to_the_folder(folder: Path) -> None:
    small = store_file(content=SMALL, name="a.txt", media_type="text/plain")
    assert on_disk(folder) == []
    large = store_file(content=LARGE, name="b.bin", media_type="application/octet-stream")
    assert [path.name for path in on_disk(folder)] == [large.sha256]
    assert open_file(small).read() == SMALL
    assert open_file(large).read() == LARGE
    assert (large.size, large.name) == (100_000, "b.bin")


@pytest.mark.django_db
def test_equal_content_is_kept_once_under_keys_of_its_own(folder: Path) -> None:
    first = store_file(content=LARGE, name="logo.png", media_type="image/png")
    second = store_file(content=LARGE, name="other.png", media_type="image/png")
    assert first.key != second.key
    assert len(first.key) == 32
    assert Blob.objects.count() == 1
    assert len(on_disk(folder)) == 1


@pytest.mark.django_db
def test_an_upload_over_the_limit_or_without_content_is_refused_and_leaves_nothing(
    settings: Settings,
) -> None:
    settings.MAX_FILE_MB = 1
    with pytest.raises(FileTooLarge) as told:
        store_upload(content=b"x" * (1024 * 1024 + 1), name="big", media_type="text/plain")
    assert "1 MB" in told.value.told("en")
    assert "1 MB" in told.value.told("zh")
    with pytest.raises(FileEmpty):
        store_upload(content=b"", name="none", media_type="text/plain")
    assert StoredFile.objects.count() == Blob.objects.count() == 0


@pytest.mark.django_db
def test_what_nobody_points_to_is_cleared_after_a_day(folder: Path) -> None:
    now = timezone.now()
    store_file(content=LARGE, name="b", media_type="text/plain")
    store_file(content=SMALL, name="a", media_type="text/plain")
    assert clear_unused_files(now=now + timedelta(hours=23)) == 0
    assert StoredFile.objects.count() == 2
    assert clear_unused_files(now=now + timedelta(hours=25)) == len(LARGE) + len(SMALL)
    assert StoredFile.objects.count() == Blob.objects.count() == 0
    assert on_disk(folder) == []


@pytest.mark.django_db(transaction=True)
def test_content_stored_again_while_it_is_cleared_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The writer comes between the deletion of the row and that of the content: the worst moment."""
    store_file(content=LARGE, name="b", media_type="text/plain")
    stored = threading.Event()

    def store_again() -> None:
        try:
            store_file(content=LARGE, name="again", media_type="text/plain")
        finally:
            connection.close()
            stored.set()

    hold = files_module._hold_blob
    calls: list[bool] = []

    def hold_and_let_the_writer_in(sha256: str, *, exclusive: bool) -> None:
        if exclusive:
            calls.append(True)
            if len(calls) == 2:
                threading.Thread(target=store_again).start()
                assert stored.wait(10)
        hold(sha256, exclusive=exclusive)

    monkeypatch.setattr(files_module, "_hold_blob", hold_and_let_the_writer_in)
    clear_unused_files(now=timezone.now() + timedelta(days=2))
    assert open_file(StoredFile.objects.get(name="again")).read() == LARGE


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_store_leaves_no_row() -> None:
    with transaction.atomic():
        store_file(content=LARGE, name="b", media_type="text/plain")
        transaction.set_rollback(True)
    assert StoredFile.objects.count() == Blob.objects.count() == 0
    assert open_file(store_file(content=LARGE, name="b", media_type="text/plain")).read() == LARGE


def test_a_half_written_file_is_replaced(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.path("abcdef").parent.mkdir(parents=True)
    store.path("abcdef").write_bytes(b"half")
    store.write("abcdef", b"whole content")
    assert store.read("abcdef") == b"whole content"
    assert [path.name for path in on_disk(tmp_path)] == ["abcdef"]
    store.delete("abcdef")
    store.delete("abcdef")
    assert on_disk(tmp_path) == []


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("发票 2024.pdf", "发票 2024.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\evil.exe", "evil.exe"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("", "file"),
        ("..", "file"),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
    ],
)
def test_names_are_made_harmless(given: str, clean: str) -> None:
    assert clean_name(given) == clean
