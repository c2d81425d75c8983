"""Mails about notifications: plain text and the same in HTML. Customers' words are in them only where that is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.html import escape

from zhiyin.notifications.models import Notification
from zhiyin.notifications.reasons import reason_called
from zhiyin.notifications.ways import words
from zhiyin.notifications.wording import language_of, line_of
from zhiyin.people.mailing import mail_domain
from zhiyin.people.models import Staff
from zhiyin.people.queries.company import company_or_blank
from zhiyin.tickets.models import Message

EXCERPT = 400
DIGEST_LINES = 50
_HTML = """<!doctype html><html lang="{lang}"><body style="margin:0;background:#f4f5f8">
<div style="max-width:560px;margin:0 auto;padding:24px 16px;font:15px/1.6 -apple-system,'Segoe UI','PingFang SC',\
'Microsoft YaHei',sans-serif;color:#1d2030">
<div style="background:#fff;border:1px solid #e3e5ec;border-radius:10px;padding:20px 22px">{body}</div>
<p style="margin:14px 4px 0;color:#6b7080;font-size:12px">{footer} <a style="color:#4b57c9" href="{settings}">{settings}</a></p>
</div></body></html>"""
_LINK = '<p style="margin:16px 0 0"><a style="color:#4b57c9;font-weight:600" href="{url}">{label}</a></p>'


@dataclass(frozen=True)
class Piece:
    """One notification as it stands in a mail."""

    line: str
    subject: str
    excerpt: str
    url: str


def settings_url() -> str:
    return f"{settings.BASE_URL}/profile/notifications"


def url_of(row: Notification) -> str:
    reason = reason_called(row.reason)
    if row.ticket_id is None:
        apart = reason.apart if reason is not None and not row.is_mass else None
        return f"{settings.BASE_URL}{apart.place if apart is not None else '/'}"
    if reason is not None and reason.place:
        return f"{settings.BASE_URL}{reason.place}"
    place = f"?message={row.message_id}" if row.message_id else ""
    return f"{settings.BASE_URL}/tickets/{row.ticket_id}{place}"


def piece_of(row: Notification, language: str, *, with_content: bool) -> Piece:
    """The row's line; with content also the ticket's subject and the beginning of the message."""
    line = line_of(row, language, names_customer=with_content)
    if row.ticket is None:
        return Piece(line, "", "", url_of(row))
    if not with_content:
        return Piece(line, row.ticket.number, "", url_of(row))
    return Piece(line, f"{row.ticket.number} {_one_line(row.ticket.subject)}", _excerpt(row), url_of(row))


def notice_mail(row: Notification, *, with_content: bool) -> EmailMultiAlternatives:
    """The mail of one notification; mails of one ticket stand together in the reader's program."""
    language = language_of(row.staff.locale)
    piece = piece_of(row, language, with_content=with_content)
    reason = reason_called(row.reason)
    footer = words.FOOTER[language].format(reason=getattr(reason.name, language) if reason else row.reason)
    label = (words.OPEN if row.ticket else words.OPEN_DESK)[language]
    text = "\n\n".join(
        part
        for part in (
            piece.subject,
            piece.line,
            piece.excerpt,
            f"{label}: {piece.url}",
            f"-- \n{footer}\n{settings_url()}",
        )
        if part
    )
    body = _paragraphs(piece) + _LINK.format(url=escape(piece.url), label=escape(label))
    mail = _mail(row.staff, _subject(row, piece, language, with_content), text, body, footer)
    if row.ticket is not None:
        root = f"<zhiyin-ticket-{row.ticket_id}-{row.staff_id}@{mail_domain()}>"
        mail.extra_headers |= {"References": root, "In-Reply-To": root}
    return mail


def digest_mail(staff: Staff, rows: Sequence[Notification], *, with_content: bool) -> EmailMultiAlternatives:
    """One mail of many notifications."""
    language, company = language_of(staff.locale), company_or_blank().name or "Zhiyin 知音"
    pieces = [piece_of(row, language, with_content=with_content) for row in rows[:DIGEST_LINES]]
    intro = words.DIGEST_INTRO[language].format(name=staff.name)
    rest = len(rows) - len(pieces)
    more = words.DIGEST_MORE[language].format(count=rest) if rest else ""
    footer = words.DIGEST_FOOTER[language]
    lines = "\n\n".join(f"· {_joined(piece)}\n  {piece.url}" for piece in pieces)
    text = "\n\n".join(part for part in (intro, lines, more, f"-- \n{footer}\n{settings_url()}") if part)
    items = "".join(
        f'<li style="margin:0 0 10px"><a style="color:#1d2030;text-decoration:none" href="{escape(piece.url)}">'
        f"{escape(_joined(piece))}</a></li>"
        for piece in pieces
    )
    body = (
        f'<p style="margin:0 0 12px">{escape(intro)}</p><ul style="margin:0;padding-left:18px">{items}</ul>'
    )
    body += f"<p>{escape(more)}</p>" if more else ""
    subject = words.DIGEST_SUBJECT[language].format(company=company, count=len(rows))
    return _mail(staff, subject, text, body, footer)


def _subject(row: Notification, piece: Piece, language: str, with_content: bool) -> str:
    if row.ticket is None:
        return words.SUBJECT_MASS[language].format(
            company=company_or_blank().name or "Zhiyin", line=piece.line
        )
    known = words.SUBJECT_WITH_CONTENT if with_content and row.ticket.subject else words.SUBJECT
    return known[language].format(number=row.ticket.number, subject=row.ticket.subject)


def _mail(staff: Staff, subject: str, text: str, body: str, footer: str) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(_one_line(subject), text + "\n", to=[staff.email])
    page = _HTML.format(lang=staff.locale, body=body, footer=escape(footer), settings=escape(settings_url()))
    mail.attach_alternative(page, "text/html")
    mail.extra_headers = {
        "List-Unsubscribe": f"<{settings_url()}>",
        "X-Auto-Response-Suppress": "All",
    }
    return mail


def _paragraphs(piece: Piece) -> str:
    quoted = '<p style="margin:12px 0 0;padding-left:12px;border-left:3px solid #d9dbe6;white-space:pre-wrap">{}</p>'
    head = (
        f'<p style="margin:0 0 4px;color:#6b7080;font-size:13px">{escape(piece.subject)}</p>'
        if piece.subject
        else ""
    )
    line = f'<p style="margin:0;font-size:16px;font-weight:600">{escape(piece.line)}</p>'
    return head + line + (quoted.format(escape(piece.excerpt)) if piece.excerpt else "")


def _joined(piece: Piece) -> str:
    told = f"{piece.subject} · {piece.line}" if piece.subject else piece.line
    return f"{told} — {_one_line(piece.excerpt)[:120]}" if piece.excerpt else told


def _excerpt(row: Notification) -> str:
    """The beginning of the message the row points to, of this ticket only."""
    said = Message.objects.select_related("inbound", "delivery")
    message = said.filter(pk=row.message_id, ticket=row.ticket_id).first() if row.message_id else None
    if message is None:
        return ""
    spoken = message.inbound or message.delivery
    return (spoken.text if spoken else message.text).strip()[:EXCERPT]


def _one_line(text: str) -> str:
    return " ".join(text.split())
