"""Marks in text as HTML."""

from __future__ import annotations

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from zhiyin.platform.text.highlighting import Snippet


def as_html(snippet: Snippet) -> SafeString:
    """The text with what matched in <mark>; everything else escaped."""
    told, at = [], 0
    for start, end in snippet.marks:
        told += [escape(snippet.text[at:start]), "<mark>", escape(snippet.text[start:end]), "</mark>"]
        at = end
    told.append(escape(snippet.text[at:]))
    return mark_safe("".join(told))  # noqa: S308  (each piece is escaped above)
