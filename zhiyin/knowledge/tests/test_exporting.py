"""What is published goes out whole, with its form and pictures, and comes in again as it was."""

from __future__ import annotations

import base64
import io
import zipfile
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhiyin.knowledge.commands.importing import adopt_import, read_for_import
from zhiyin.knowledge.exporting import as_documents
from zhiyin.knowledge.importing.found import Found
from zhiyin.knowledge.importing.reading import read_file
from zhiyin.knowledge.models import Category, Version
from zhiyin.people.models import Staff
from zhiyin.platform.files.files import open_file, store_upload
from zhiyin.testing.knowledge import NOW, publish
from zhiyin.testing.people import client_for

pytestmark = pytest.mark.django_db
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=="
)
HTML = "<h2>第一步</h2><p>先<strong>申请</strong></p><table><tbody><tr><td>3 天</td></tr></tbody></table>"


def taken_out() -> bytes:
    with as_documents() as opened:
        return opened.read()


def read_again(content: bytes) -> list[Found]:
    return read_file(content, "knowledge.zip")


@pytest.fixture
def refunds() -> Category:
    money = Category.objects.create(name_zh="费用 & 退款", name_en="Money")
    return Category.objects.create(name_zh="到账", name_en="Arrival", parent=money)


def test_form_pictures_and_what_is_said_beside_come_in_again(
    author: Staff, reviewer: Staff, refunds: Category
) -> None:
    picture = store_upload(content=PNG, name="a.png", media_type="image/png", owner=author.upload_owner)
    html = f'{HTML}<p><img src="/api/v1/files/{picture.key}" alt="如图"></p>'
    place: dict[str, Any] = {"audience": "public", "category_id": refunds.pk, "tags": ["退款", '"a" <b>']}
    publish(
        by=author, reviewer=reviewer, title='退款 <多久> "到账"？', html=html, questions=["几天到账", "钱呢 & 何时"], place=place
    )  # fmt: skip
    content = taken_out()
    [name] = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert name.startswith("费用 & 退款 - 到账/")
    assert name.endswith("退款 多久 到账 ？ zh-CN.html")
    [found] = read_again(content)
    assert (found.title, found.questions, found.tags) == (
        '退款 <多久> "到账"？', ["几天到账", "钱呢 & 何时"], ["退款", '"a" <b>']
    )  # fmt: skip
    assert (found.kind, found.language, found.audience, found.category) == (
        "faq", "zh-CN", "public", "费用 & 退款 / 到账"
    )  # fmt: skip
    assert found.refused is None
    assert [one for one, _ in found.pictures.values()] == [PNG]

    file = store_upload(content=content, name="knowledge.zip", media_type="", owner=author.upload_owner)
    batch = read_for_import(file_id=file.pk, by=author, now=NOW)
    adopt_import(
        import_id=batch.pk, numbers=[1], language="en", category_id=None, audience="internal", submit=False, by=author, now=NOW
    )  # fmt: skip
    again = Version.objects.latest("pk")
    assert again.html.startswith(HTML)
    assert (again.edition.language, again.edition.entry.category_id, again.edition.entry.audience) == (
        "zh-CN", refunds.pk, "public"
    )  # fmt: skip
    with open_file(again.files.get().file) as kept:
        assert kept.read() == PNG


def test_names_are_fit_for_any_system_and_never_the_same(author: Staff, reviewer: Staff) -> None:
    for _ in range(2):
        publish(by=author, reviewer=reviewer, title="../../a:b*c?" + "长" * 100, html="<p>x</p>")
    names = zipfile.ZipFile(io.BytesIO(taken_out())).namelist()
    assert len(set(names)) == 2
    for name in names:
        assert "/" not in name
        assert ":" not in name
        assert len(name) < 100


def test_what_is_no_picture_is_left_out(author: Staff, reviewer: Staff) -> None:
    other = store_upload(content=b"x", name="a.txt", media_type="text/plain", owner=author.upload_owner)
    html = f'<p>文</p><img src="/api/v1/files/{other.key}">'
    publish(by=author, reviewer=reviewer, title="图", html=html)
    [found] = read_again(taken_out())
    assert found.pictures == {}
    assert "data:" not in found.html


def test_of_nothing_there_is_an_empty_archive() -> None:
    assert zipfile.ZipFile(io.BytesIO(taken_out())).namelist() == []


@pytest.mark.parametrize(
    ("meta", "reason"),
    [
        ('<meta name="zhiyin.kind" content="poem">', "Unknown kind"),
        ('<meta name="zhiyin.audience" content="aliens">', "Unknown audience"),
        ('<meta name="zhiyin.mood" content="blue">', "Unknown mood"),
        ('<meta name="zhiyin.language" content="klingon!">', "Unknown language"),
        (f'<meta name="zhiyin.region" content="{"x" * 41}">', "region"),
    ],
)
def test_what_a_document_says_wrongly_refuses_it_with_the_reason(meta: str, reason: str) -> None:
    [found] = read_file(f"<html><head>{meta}</head><body><h1>x</h1><p>y</p></body></html>".encode(), "a.html")
    assert found.refused is not None
    assert reason in found.refused.en


def test_only_what_an_export_wrote_is_heard() -> None:
    page = '<head><meta name="kind" content="script"><meta name="keywords" content="a"></head><body><p>y</p>'
    page += '<meta name="zhiyin.kind" content="script"></body>'
    [found] = read_file(page.encode(), "a.html")
    assert (found.kind, found.tags, found.refused) == ("article", [], None)


def test_it_is_sent_as_a_file_to_authors_alone_for_the_same_queries(
    author: Staff, reviewer: Staff, owner: Staff
) -> None:
    client, counts = client_for(author), []
    client.get("/api/v1/knowledge/export")  # that somebody was here is noted once
    for number in range(3):
        publish(by=author, reviewer=reviewer, title=f"第 {number} 条", html="<p>x</p>")
        if number in (0, 2):
            with CaptureQueriesContext(connection) as captured:
                answer = client.get("/api/v1/knowledge/export?form=documents")
                content = answer.getvalue()
            counts.append(len(captured))
    assert counts[0] == counts[1]
    assert 'filename="knowledge.zip"' in answer["Content-Disposition"]
    assert len(read_again(content)) == 3
    assert client.get("/api/v1/knowledge/export?form=poem").status_code == 422
    assert client_for(owner).get("/api/v1/knowledge/export?form=documents").status_code == 403
