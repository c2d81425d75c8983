"""HTML handed in by a program: its formatting kept, nothing else."""

from __future__ import annotations

import html as entities
import re

import nh3

_TAGS = {
    *("a", "abbr", "b", "br", "code", "del", "em", "i", "ins", "s", "span", "strong", "sub", "sup", "u"),
    *(
        "blockquote",
        "dd",
        "div",
        "dl",
        "dt",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "ul",
    ),
    *("table", "tbody", "td", "th", "thead", "tr"),
}
_GONE_WITH_CONTENT = {"script", "style", "title", "noscript", "template", "iframe", "object", "svg", "math"}
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr|/h[1-6]|/blockquote|/pre|hr)\b[^>]*>", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n\s*\n\s*\n+")


def clean_html(html: str) -> str:
    """Return the HTML without pictures, styles, scripts and anything that loads from elsewhere."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
        clean_content_tags=_GONE_WITH_CONTENT,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )


def text_of_html(html: str) -> str:
    """Return the words of cleaned HTML, a line for each block."""
    bare = nh3.clean(_BREAK.sub("\n", html), tags=set())
    return _BLANK_LINES.sub("\n\n", entities.unescape(bare)).strip()
