"""Tickets as PDF, made here and without any network.

Chinese is set in the standard Chinese font that PDF readers have (STSong-Light, named in the file and not carried by it), so
that no font has to be shipped. Where ZHIYIN_PDF_FONT names a TrueType font, that one is carried by the file instead.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from io import BytesIO
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, HRFlowable, Paragraph, SimpleDocTemplate, Spacer

from zhiyin.tickets.queries.printing import PrintedMessage, PrintedTicket

_SOFT, _LINE, _NOTE = HexColor("#5b6470"), HexColor("#d9dde3"), HexColor("#fff7e0")
WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "internal": "内部版本，含备注，请勿外传",
        "customer": "客户",
        "status": "状态",
        "opened": "创建时间",
        "printed": "打印时间",
        "page": "第 {n} 页",
        "inbound": "客户",
        "outbound": "客服",
        "note": "内部备注",
        "files": "附件：{names}",
        "left_out": "更早的 {n} 条消息未列出。",
        "none": "没有文字内容",
    },
    "en": {
        "internal": "Internal version with notes; not for customers",
        "customer": "Customer",
        "status": "Status",
        "opened": "Opened",
        "printed": "Printed",
        "page": "Page {n}",
        "inbound": "Customer",
        "outbound": "Staff",
        "note": "Note",
        "files": "Attachments: {names}",
        "left_out": "{n} earlier messages are not listed.",
        "none": "no text",
    },
}
_STATES: dict[str, dict[str, str]] = {
    "zh": {
        "new": "新",
        "open": "处理中",
        "pending": "等客户",
        "on_hold": "挂起",
        "solved": "已解决",
        "closed": "已关闭",
    },
    "en": {
        "new": "New",
        "open": "Open",
        "pending": "Pending",
        "on_hold": "On hold",
        "solved": "Solved",
        "closed": "Closed",
    },
}


def ticket_pdf(
    printed: PrintedTicket, *, internal: bool, language: str, zone: ZoneInfo, font_file: str, now: datetime
) -> bytes:
    """The ticket as a PDF file; `zone` is that of the moments in it."""
    words, ticket = WORDS[language], printed.ticket
    font = _font(font_file)
    styles = _styles(font)

    def told(at: datetime) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"

    facts = [
        (words["customer"], ticket.customer.name),
        (words["status"], _STATES[language][ticket.status]),
        (words["opened"], told(ticket.created_at)),
        (words["printed"], told(now)),
    ]
    story: list[Flowable] = [Paragraph(_text(f"{ticket.number} {ticket.subject}"), styles["title"])]
    story += [Paragraph(_text(words["internal"]), styles["warning"])] if internal else []
    story += [Paragraph(_text(" · ".join(f"{name}: {value}" for name, value in facts)), styles["soft"])]
    if printed.left_out:
        story.append(Paragraph(_text(words["left_out"].format(n=printed.left_out)), styles["soft"]))
    for message in printed.messages:
        story += _message(message, styles, words, told(message.at))
    out = BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        title=f"{ticket.number} {ticket.subject}",
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=18 * mm,
        bottomMargin=18 * mm,
    )

    def foot(canvas: Canvas, page: SimpleDocTemplate) -> None:
        canvas.setFont(font, 8)
        canvas.setFillColor(_SOFT)
        canvas.drawString(20 * mm, 10 * mm, ticket.number)
        canvas.drawRightString(A4[0] - 20 * mm, 10 * mm, words["page"].format(n=page.page))

    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return out.getvalue()


def _message(
    message: PrintedMessage, styles: dict[str, ParagraphStyle], words: dict[str, str], at: str
) -> list[Flowable]:
    head = f"{message.author} · {words[message.kind]} · {at}"
    style = styles["note" if message.kind == "note" else "body"]
    paragraphs = [line for line in message.text.split("\n") if line.strip()] or [words["none"]]
    told: list[Flowable] = [
        Spacer(1, 4 * mm),
        HRFlowable(width="100%", thickness=0.5, color=_LINE),
        Paragraph(_text(head), styles["head"]),
        *(Paragraph(_text(line), style) for line in paragraphs),
    ]
    if message.files:
        names = ", ".join(message.files)
        told.append(Paragraph(_text(words["files"].format(names=names)), styles["soft"]))
    return told


def _text(text: str) -> str:
    """As Paragraph reads it; what the font can't hold outside the basic plane is left out, so that nothing breaks."""
    return escape("".join(char for char in text if ord(char) < 0x10000 and (char >= " " or char == "\t")))


def _styles(font: str) -> dict[str, ParagraphStyle]:
    base = ParagraphStyle("base", fontName=font, fontSize=10, leading=15, alignment=TA_LEFT, wordWrap="CJK")
    return {
        "title": ParagraphStyle("title", base, fontSize=16, leading=22, spaceAfter=4),
        "body": base,
        "head": ParagraphStyle("head", base, fontSize=9, textColor=_SOFT, spaceBefore=4, spaceAfter=2),
        "soft": ParagraphStyle("soft", base, fontSize=9, textColor=_SOFT),
        "note": ParagraphStyle("note", base, backColor=_NOTE, borderPadding=3),
        "warning": ParagraphStyle("warning", base, fontSize=9, textColor=HexColor("#9a3412")),
    }


@lru_cache(maxsize=4)
def _font(font_file: str) -> str:
    if font_file:
        registerFont(TTFont("zhiyin", font_file))
        return "zhiyin"
    registerFont(UnicodeCIDFont("STSong-Light"))
    return "STSong-Light"
