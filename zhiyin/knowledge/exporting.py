"""All that is published, as a workbook that an import reads again."""

from __future__ import annotations

import io

import xlsxwriter

from zhiyin.knowledge.models import Category
from zhiyin.knowledge.queries.published import PublishedEdition, all_published

COLUMNS = (
    "title", "text", "variants", "kind", "category", "tags", "language", "region", "audience", "situation",
    "mood", "version", "valid_until",
)  # fmt: skip
LONGEST_CELL = 32_767  # of a spreadsheet


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
        "internal" if edition.audience == "group" else edition.audience,
        edition.situation,
        edition.mood,
        str(edition.number),
        edition.valid_until.isoformat() if edition.valid_until else "",
    ]


def _fit(value: str) -> str:
    return value if len(value) <= LONGEST_CELL else value[: LONGEST_CELL - 1] + "…"
