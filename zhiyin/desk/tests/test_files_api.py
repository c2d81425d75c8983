from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT
from django.utils import timezone
from pytest_django import Settings

from zhiyin.channels.models import Channel, RawMessage
from zhiyin.people.models import Staff
from zhiyin.platform.files.files import clear_unused_files, store_file
from zhiyin.platform.files.models import StoredFile
from zhiyin.testing.people import ApiClient, client_for

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def upload(client: ApiClient, content: bytes, name: str = "图.png", media_type: str = "image/png") -> Any:
    file = SimpleUploadedFile(name, content, media_type)
    return client.post("/api/v1/files", {"file": file}, content_type=MULTIPART_CONTENT)


def test_what_is_uploaded_can_be_fetched(owner: Staff, colleague: Staff) -> None:
    response = upload(client_for(owner), PNG)
    assert response.status_code == 201
    stored = response.json()
    assert stored == {
        "id": stored["id"],
        "name": "图.png",
        "media_type": "image/png",
        "size": len(PNG),
        "url": stored["url"],
    }
    fetched = client_for(colleague).get(stored["url"])
    assert (fetched.status_code, fetched.content) == (200, PNG)
    assert fetched["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_too_large_a_file_is_refused_with_the_limit(owner: Staff, settings: Settings) -> None:
    settings.MAX_FILE_MB = 1
    response = upload(client_for(owner), b"x" * (1024 * 1024 + 1))
    assert (response.status_code, response.json()["code"]) == (413, "files.too_large")
    assert response.json()["params"] == {"limit_mb": 1}
    assert not StoredFile.objects.exists()


def test_nobody_neither_uploads_nor_fetches(nobody: ApiClient) -> None:
    stored = store_file(content=PNG, name="a.png", media_type="image/png")
    assert upload(nobody, PNG).status_code == 401
    assert nobody.get(f"/api/v1/files/{stored.key}").status_code == 401
    assert StoredFile.objects.count() == 1


def test_an_unknown_key_is_not_found(owner: Staff) -> None:
    response = client_for(owner).get("/api/v1/files/no-such-key")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


def test_a_file_that_something_points_to_is_never_cleared(db: None) -> None:
    used = store_file(content=PNG, name="used", media_type="image/png")
    store_file(content=b"other", name="unused", media_type="text/plain")
    channel = Channel.objects.create(kind="api", name="Shop")
    RawMessage.objects.create(channel=channel, external_id="1", file=used, received_at=timezone.now())
    assert clear_unused_files(now=timezone.now() + timedelta(days=2)) == len(b"other")
    assert list(StoredFile.objects.values_list("name", flat=True)) == ["used"]
