"""Files taken in: looked at before, adopted as drafts, and refused with a reason where they can't be read."""

from __future__ import annotations

import base64
import io
import time
import zipfile

import pytest
import xlsxwriter
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhiyin.knowledge.commands.importing import (
    FileUnreadable,
    ImportOver,
    adopt_import,
    discard_import,
    read_for_import,
)
from zhiyin.knowledge.exporting import as_workbook
from zhiyin.knowledge.importing import apart, archives
from zhiyin.knowledge.importing.found import Unreadable
from zhiyin.knowledge.importing.reading import read_file
from zhiyin.knowledge.models import Category, Edition, Entry, Import, Version
from zhiyin.people.models import Staff
from zhiyin.platform.files.files import store_upload
from zhiyin.testing.knowledge import NOW, make_reviewer, publish

pytestmark = pytest.mark.django_db
PNG = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=="
    )
).decode()
DOCUMENT = """<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:body><w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>退货流程</w:t></w:r></w:p>
<w:p><w:r><w:t>先申请，再</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>寄回</w:t></w:r></w:p></w:body></w:document>"""
STYLES = """<?xml version="1.0"?><w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>"""
RELATIONS = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
 Target="word/document.xml"/></Relationships>"""
INNER = """<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
 Target="styles.xml"/></Relationships>"""
TYPES = """<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/></Types>"""


def archive(**files: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name.replace("|", "/"), content)
    return out.getvalue()


def word() -> bytes:
    return archive(
        **{
            "[Content_Types].xml": TYPES,
            "_rels/.rels": RELATIONS,
            "word/document.xml": DOCUMENT,
            "word/_rels/document.xml.rels": INNER,
            "word/styles.xml": STYLES,
        }
    )


def workbook(*rows: tuple[str, ...]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def read(content: bytes, name: str, by: Staff) -> Import:
    file = store_upload(content=content, name=name, media_type="", owner=by.upload_owner)
    return read_for_import(file_id=file.pk, by=by, now=NOW)


def adopt(batch: Import, by: Staff, *numbers: int) -> None:
    adopt_import(
        import_id=batch.pk, numbers=numbers, language="zh-CN", category_id=None, audience="public",
        submit=False, by=by, now=NOW,
    )  # fmt: skip


def test_each_kind_of_file_is_read_with_its_title_and_structure() -> None:
    [docx] = read_file(word(), "手册.docx")
    assert (docx.title, docx.html) == ("退货流程", "<p>先申请，再<strong>寄回</strong></p>")
    [markdown] = read_file(b"---\nlang: en\n---\n# Returns\n\n- a\n- b\n\n|x|y|\n|-|-|\n|1|2|\n", "r.md")
    assert (markdown.title, markdown.language) == ("Returns", "en")
    assert "<li>a</li>" in markdown.html
    assert "<td>1</td>" in markdown.html
    page = "<html><head><title>保修</title></head><body><p>两年</p></body></html>".encode("gb18030")
    [html] = read_file(page, "w.html")
    assert (html.title, html.html) == ("保修", "<p>两年</p>")
    [line, bad, strange] = read_file(
        workbook(
            ("问题", "答案", "相似问", "分类", "类型", "情绪"),
            ("几天发货？", "48 小时内。", "多久发货；什么时候发", "物流", "", ""),
            ("没有答案", "", "", "", "", ""),
            ("安抚", "抱歉", "", "", "诗歌", ""),
        ),
        "faq.xlsx",
    )
    assert (line.title, line.kind, line.questions) == ("几天发货？", "faq", ["多久发货", "什么时候发"])
    assert bad.refused is not None
    assert strange.refused is not None
    assert "诗歌" in strange.refused.zh


def test_an_archive_gives_categories_by_folder_and_a_reason_for_each_file_left_out() -> None:
    files: dict[str, str | bytes] = {
        "物流/发货.md": "# 发货\n\n48 小时",
        "坏.docx": b"nonsense",
        "a/b.zip": b"x",
        "logo.png": b"x",
    }
    packed = archive(**files)
    told = {
        found.source: (found.title, found.category, bool(found.refused))
        for found in read_file(packed, "x.zip")
    }
    assert told == {
        "物流/发货.md": ("发货", "物流", False),
        "坏.docx": ("", "", True),
        "a/b.zip": ("", "", True),
        "logo.png": ("", "", True),
    }


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.zip", archive(**{"a.md": b"\0" * 30_000_000})),
        ("bomb.docx", archive(**{"word/document.xml": b" " * 30_000_000})),
        ("bomb.xlsx", archive(**{"xl/workbook.xml": b" " * 30_000_000})),
        ("x.zip", b"PK\x03\x04 cut"),
        ("x.docx", b""),
        ("x.xlsx", b"no"),
        ("x.xlsx", workbook(("a", "b"), ("1", "2"))),
        ("x.xlsx", workbook(("问题", "答案"))),
        ("x.pdf", b"%PDF"),
        ("x.md", b"\xff\xfe\xff"),
    ],
    ids=range(10),
)
def test_what_cannot_be_read_or_would_do_harm_is_refused_with_words(name: str, content: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        read_file(content, name)
    assert refused.value.zh
    assert refused.value.en


def test_an_archive_of_too_many_files_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_FILES", 3)
    with pytest.raises(Unreadable):
        read_file(archive(**{f"{number}.md": "x" for number in range(4)}), "x.zip")


def damaged(content: bytes, name: bytes) -> bytes:
    """The archive with what is packed of one file spoilt, its headings whole."""
    start = content.index(name) + len(name)
    return content[:start] + b"\xff" * 20 + content[start + 20 :]


def test_one_strange_file_of_an_archive_spoils_no_other() -> None:
    packed = damaged(
        archive(**{"bad.md": "# Bad " + "so it goes " * 50, ".": "x", "good.md": "# Good\n\nx"}), b"bad.md"
    )
    bad, good = read_file(packed, "x.zip")
    assert (bad.source, bool(bad.refused)) == ("bad.md", True)
    assert (good.title, good.refused) == ("Good", None)


def test_a_document_of_openings_without_ends_is_read_at_once() -> None:
    began = time.monotonic()
    for content, name in (
        (b"<h1>" * 100_000, "a.html"),
        (b"<h1" * 100_000, "a.html"),
        (b"<body>" * 100_000, "a.html"),
        (b"---\ntitle: x" + (b" " * 30_000 + b"x") * 3 + b"\n---\ny", "a.md"),
    ):
        [found] = read_file(content, name)
        assert found.title
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("name", ["a.html", "a.md"])
def test_a_nul_in_a_document_is_dropped(name: str, author: Staff) -> None:
    [item] = read(b"<h1>a\0b</h1>\n\n<p>c\0d</p>", name, author).items.all()
    assert "\0" not in item.content["title"] + item.content["html"]
    assert item.state == "ready"


def test_a_line_whose_language_or_region_cannot_be_says_so_and_the_others_go_on(author: Staff) -> None:
    lines = [
        ("甲？", "甲", "Chinese (Simplified)", ""),
        ("乙？", "乙", "", "r" * 41),
        ("丙？", "丙", "en", "EU"),
    ]
    batch = read(workbook(("问题", "答案", "语言", "地区"), *lines), "faq.xlsx", author)
    assert [one.state for one in batch.items.order_by("number")] == ["refused", "refused", "ready"]
    adopt(batch, author, 1, 2, 3)
    assert [(one.language, one.region) for one in Edition.objects.all()] == [("en", "EU")]


def test_a_stray_cell_far_off_ends_the_reading_and_nothing_else(author: Staff) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["问题", "答案"])
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(FileUnreadable):
        read(out.getvalue(), "faq.xlsx", author)


def test_a_small_document_that_unfolds_without_end_is_given_up(
    author: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "MEMORY", 300_000_000)
    paragraphs = "".join(f"<w:p><w:r><w:t>{number}</w:t></w:r></w:p>" for number in range(200_000))
    huge = DOCUMENT.replace("</w:body>", paragraphs + "</w:body>")
    packed = archive(**{"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS, "word/document.xml": huge})
    assert len(packed) < 2_000_000
    with pytest.raises(FileUnreadable):
        read(packed, "x.docx", author)


def test_nothing_is_knowledge_before_somebody_looked(author: Staff) -> None:
    Category.objects.create(name_zh="物流", name_en="Shipping")
    page = (
        f'<h1>看图</h1><p>如图</p><img src="data:image/png;base64,{PNG}"><img src="https://x.example/a.png">'
    )
    batch = read(archive(**{"物流/图.html": page, "两.md": "# 第二篇\n\n内容"}), "kb.zip", author)
    assert Entry.objects.count() == 0
    first, second = batch.items.order_by("number")
    assert first.content["html"].count("<img") == 1
    assert first.warnings[0][1] == "Pictures from elsewhere were left out; add them later."
    adopt(batch, author, first.number)
    version = Version.objects.get()
    assert (version.title, version.state, version.files.get().inline) == ("看图", "draft", True)
    entry = version.edition.entry
    assert (entry.category and entry.category.name_zh, entry.audience) == ("物流", "public")
    second.refresh_from_db()
    assert second.state == "ready"
    with pytest.raises(ImportOver):
        adopt(batch, author, second.number)
    with pytest.raises(ImportOver):
        discard_import(import_id=batch.pk, by=author, now=NOW)


def test_an_item_that_fails_says_why_and_the_others_go_on(author: Staff) -> None:
    batch = read(workbook(("问题", "答案"), ("甲？", "甲"), ("乙？", "乙")), "faq.xlsx", author)
    item = batch.items.get(number=1)
    item.content["title"] = "  "
    item.save()
    adopt(batch, author, 1, 2)
    assert [(one.state, bool(one.reason_zh)) for one in batch.items.order_by("number")] == [
        ("refused", True),
        ("done", False),
    ]
    assert [version.title for version in Version.objects.all()] == ["乙？"]


def test_what_is_left_out_of_an_archive_is_kept_with_its_reason(author: Staff) -> None:
    batch = read(archive(**{"a.md": b"# A\n\nx", "logo.png": b"x"}), "kb.zip", author)
    assert [(one.source, one.state, one.reason_en) for one in batch.items.order_by("number")] == [
        ("a.md", "ready", ""),
        ("logo.png", "refused", "Not a document: left out."),
    ]


def test_a_file_of_somebody_else_is_not_read(author: Staff) -> None:
    file = store_upload(content=b"# x", name="x.md", media_type="", owner="staff:0")
    with pytest.raises(file.DoesNotExist):
        read_for_import(file_id=file.pk, by=author, now=NOW)
    broken = store_upload(content=b"x", name="x.exe", media_type="", owner=author.upload_owner)
    with pytest.raises(FileUnreadable):
        read_for_import(file_id=broken.pk, by=author, now=NOW)
    assert Import.objects.count() == 0


def test_what_is_published_goes_out_and_comes_in_again(author: Staff) -> None:
    reviewer = make_reviewer()
    publish(by=author, reviewer=reviewer, title="=cmd", html="<p>3 天</p><p>内</p>", questions=["几天"])
    with CaptureQueriesContext(connection) as queries:
        content = as_workbook()
    assert len(queries) == 5
    [found] = read_file(content, "out.xlsx")
    assert (found.title, found.questions, found.kind) == ("=cmd", ["几天"], "faq")
    assert found.html == "<p>3 天</p><p>内</p>"
    assert Edition.objects.count() == 1
