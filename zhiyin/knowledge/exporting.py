"""All that is published, as an import reads it again: a workbook of the text, or documents with their form and pictures.

knowledge.zip
    退款 - 到账/000012 退款多久到账 zh-CN.html    pictures are in it; what is said beside the text is in its head
"""

from __future__ import annotations

import base64
import html as entities
import io
import re
import tempfile
import zipfile
from collections.abc import Mapping
from typing import IO

import xlsxwriter

from zhiyin.knowledge.markup import picture_keys, with_pictures
from zhiyin.knowledge.models import Category
from zhiyin.knowledge.queries.published import PublishedEdition, all_published
from zhiyin.platform.files.files import open_file
from zhiyin.platform.files.models import StoredFile

COLUMNS = (
    "title", "text", "variants", "kind", "category", "tags", "language", "region", "audience", "situation",
    "mood", "version", "valid_until",
)  # fmt: skip
LONGEST_CELL = 32_767  # of a spreadsheet
KEPT_IN_MEMORY = 8 * 2**20  # bytes of an archive; beyond that it is written to disk
LONGEST_NAME = 60
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')


def as_workbook() -> bytes:
    """The workbook; text beyond what a cell holds is cut and marked with …"""
    out = io.BytesIO()
    literal = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    names = dict(Category.objects.values_list("pk", "name_zh"))
    with xlsxwriter.Workbook(out, literal) as book:
        sheet = book.add_worksheet("knowledge")
        sheet.write_row(0, 0, COLUMNS)
        for number, edition in enumerate(all_published(), start=1):
            for column, value in enumerate(_cells(edition, names)):
                sheet.write_string(number, column, _fit(value))
    return out.getvalue()


def as_documents() -> IO[bytes]:
    """An archive of one HTML document for each edition, open at its beginning. Whoever gets it closes it."""
    paths = _category_paths()
    out = tempfile.SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)  # noqa: SIM115  (closed by whoever sends it)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for edition in all_published():
            path = paths.get(edition.category_id or 0, "")
            archive.writestr(_name_of(edition, path), _document(edition, path))
    out.seek(0)
    return out


def _document(edition: PublishedEdition, category: str) -> str:
    said = {
        "kind": edition.kind,
        "category": category,
        "language": edition.language,
        "region": edition.region,
        "audience": _audience(edition),
        "situation": edition.situation,
        "mood": edition.mood,
        "version": str(edition.number),
    }
    lines = [("question", one) for one in edition.questions] + [("tag", one) for one in edition.tags]
    metas = "".join(
        f'<meta name="zhiyin.{name}" content="{entities.escape(value)}">\n'
        for name, value in [*said.items(), *lines]
        if value
    )
    title = entities.escape(edition.title)
    return (
        f'<!doctype html>\n<html lang="{entities.escape(edition.language)}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n{metas}</head>\n<body>\n<h1>{title}</h1>\n"
        f"{with_pictures(edition.html, _pictures(edition.html))}\n</body>\n</html>\n"
    )


def _pictures(html: str) -> Mapping[str, str]:
    """Each picture of the text as an address that holds it, by its key; what is no picture is left out."""
    keys = picture_keys(html)
    if not keys:
        return {}
    found = {}
    for file in StoredFile.objects.filter(key__in=keys, media_type__in=PICTURES):
        with open_file(file) as content:
            told = base64.b64encode(content.read()).decode()
        found[file.key] = f"data:{file.media_type};base64,{told}"
    return found


def _name_of(edition: PublishedEdition, category: str) -> str:
    folder = _plain(category.replace(" / ", " - "))
    name = f"{edition.entry_id:06d} {_plain(edition.title)} {_plain(edition.language)}"
    region = _plain(edition.region)
    return "/".join(filter(None, [folder, f"{name} {region}".strip() + ".html"]))


def _plain(text: str) -> str:
    """As a name of a file on any system."""
    return " ".join(_NOT_IN_NAMES.sub(" ", text).split())[:LONGEST_NAME].strip(" .")


def _category_paths() -> dict[int, str]:
    """Each category by the names from the top down, as an import looks for it."""
    rows = {row.pk: row for row in Category.objects.all()}
    paths = {}
    for row in rows.values():
        names, above = [row.name_zh], row.parent_id
        while above is not None:
            names.insert(0, rows[above].name_zh)
            above = rows[above].parent_id
        paths[row.pk] = " / ".join(names)
    return paths


def _cells(edition: PublishedEdition, names: dict[int, str]) -> list[str]:
    return [
        edition.title,
        edition.text,
        "\n".join(edition.questions),
        edition.kind,
        names.get(edition.category_id or 0, ""),
        "\n".join(edition.tags),
        edition.language,
        edition.region,
        _audience(edition),
        edition.situation,
        edition.mood,
        str(edition.number),
        edition.valid_until.isoformat() if edition.valid_until else "",
    ]


def _fit(value: str) -> str:
    return value if len(value) <= LONGEST_CELL else value[: LONGEST_CELL - 1] + "…"


def _audience(edition: PublishedEdition) -> str:
    """Groups are of this centre alone: what is for some of them is for colleagues elsewhere."""
    return "internal" if edition.audience == "group" else edition.audience
