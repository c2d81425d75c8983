"""One file, of whatever kind, read into entries to be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from zhiyin.knowledge.importing.archives import files_in
from zhiyin.knowledge.importing.documents import read_document
from zhiyin.knowledge.importing.found import Found, Unreadable
from zhiyin.knowledge.importing.workbooks import read_workbook

DOCUMENTS = (".docx", ".md", ".markdown", ".html", ".htm")
WORKBOOKS = (".xlsx", ".xls")


def read_file(content: bytes, name: str) -> list[Found]:
    """What the file holds; parts that can't be read say why. Raises Unreadable where none can."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".zip":
        return [found for inner, part in files_in(content) for found in _part(inner, part)]
    if suffix in WORKBOOKS:
        return list(read_workbook(content, PurePosixPath(name).name))
    if suffix in DOCUMENTS:
        return [read_document(content, name)]
    raise Unreadable(
        f"不支持“{suffix or name}”，请用 docx、xlsx、md、html 或它们的 zip。",
        f"“{suffix or name}” can't be imported; use docx, xlsx, md, html, or a zip of these.",
    )


def _part(name: str, content: bytes | Unreadable) -> Iterator[Found]:
    """The entries of one file of an archive; its folders are the category."""
    path = PurePosixPath(name)
    if path.suffix.lower() in (".png", ".jpg", ".jpeg", ".gif", ".webp", ".css", ".txt", ".json"):
        yield Found(source=name, refused=Unreadable("不是文档，没有导入。", "Not a document: left out."))
        return
    try:
        if isinstance(content, Unreadable):
            raise content
        if path.suffix.lower() == ".zip":
            raise Unreadable("压缩包里的压缩包请单独导入。", "Import an archive within an archive by itself.")
        for found in read_file(content, name):
            found.category = found.category or " / ".join(path.parts[:-1])
            yield found
    except Unreadable as unreadable:
        yield Found(source=name, refused=unreadable)
