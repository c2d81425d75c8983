import pytest
from django.test import RequestFactory

from zhiyin.platform.files.files import store_file
from zhiyin.platform.files.media_types import media_type_of
from zhiyin.platform.files.serving import file_response

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.mark.parametrize(
    ("content", "declared", "kept"),
    [
        (PNG, "application/octet-stream", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/png", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "", "image/webp"),
        (b"<html><script>alert(1)</script>", "image/png", "text/html"),
        (b"\xef\xbb\xbf  <!DOCTYPE html>", "text/plain", "text/html"),
        (b'<?xml version="1.0"?>\n<svg onload="x"/>', "image/png", "image/svg+xml"),
        (b"not a picture", "image/png", "application/octet-stream"),
        (b"MZ\x90\x00", "application/pdf", "application/vnd.microsoft.portable-executable"),
        (b"a,b\n1,2\n", "Text/CSV; charset=gbk", "text/csv"),
        (b"PK\x03\x04", "application/vnd.ms-excel", "application/vnd.ms-excel"),
        (b"anything", "nonsense\r\nX-Evil: 1", "application/octet-stream"),
    ],
)
def test_risky_content_is_named_for_what_it_is(content: bytes, declared: str, kept: str) -> None:
    assert media_type_of(content, declared) == kept


@pytest.mark.django_db
def test_a_picture_is_shown_and_anything_else_is_saved() -> None:
    picture = store_file(content=PNG, name="图.png", media_type="image/png")
    page = store_file(content=b"<html>hi", name="page.html", media_type="text/html")
    shown = file_response(RequestFactory().get("/"), picture)
    saved = file_response(RequestFactory().get("/"), page)
    assert shown["Content-Disposition"] == "inline; filename*=utf-8''%E5%9B%BE.png"
    assert shown["Content-Type"] == "image/png"
    assert saved["Content-Disposition"] == 'attachment; filename="page.html"'
    assert saved["Content-Type"] == "text/plain"
    for response in (shown, saved):
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert shown.content == PNG


@pytest.mark.django_db
def test_a_browser_that_has_it_is_not_sent_it_again() -> None:
    picture = store_file(content=PNG, name="a.png", media_type="image/png")
    first = file_response(RequestFactory().get("/"), picture)
    again = file_response(RequestFactory().get("/", headers={"If-None-Match": first["ETag"]}), picture)
    assert (again.status_code, again.content) == (304, b"")
