"""HTML of entries: made safe when it is saved, and read as text."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Mapping

import nh3

from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.text.html_text import html_to_text

LONGEST = 400_000  # characters of one version
DEEPEST = 200
_TAGS = {
    "a", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del", "dl", "dt", "em",
    "figcaption", "figure", "h1", "h2", "h3", "h4", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p",
    "pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_DROPPED_WITH_CONTENT = {
    "script",
    "style",
    "title",
    "noscript",
    "template",
    "object",
    "iframe",
    "svg",
    "math",
}
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
}
_PICTURE = re.compile(r"/api/v1/files/([A-Za-z0-9_-]{8,64})")
_IMG = re.compile(r"<img\b[^>]*>")
_OPENING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ALONE = {"br", "hr", "img", "col", "p", "li", "td", "th", "tr", "input", "meta", "link"}


class TextTooLarge(DomainError):
    code = "knowledge.text_too_large"
    status = 413
    messages = {
        "zh": "正文过长或层次过深（最多 40 万字符，200 层）。请拆成几篇，或去掉多余的格式再保存。",
        "en": "The text is too long or nested too deep (400,000 characters, 200 levels at most). Split it or simplify it.",
    }


def clean(source: str) -> str:
    """Safe HTML: known tags, no styles, pictures of ours only. Raises TextTooLarge."""
    if len(source) > LONGEST or _depth(source) > DEEPEST:
        raise TextTooLarge
    cleaned = nh3.clean(
        source.replace("\0", ""),
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer",
    )
    return _IMG.sub(lambda tag: tag[0] if " src=" in tag[0] else "", cleaned).strip()


def as_text(cleaned: str) -> str:
    """The HTML as its reader sees it, without the descriptions of pictures."""
    return html_to_text(_IMG.sub("", cleaned))


def as_html(text: str) -> str:
    """Plain text as paragraphs: empty lines part them."""
    parts = [part for part in re.split(r"\n\s*\n", text.strip()) if part.strip()]
    return "".join(
        "<p>" + entities.escape(part, quote=False).replace("\n", "<br>") + "</p>" for part in parts
    )


def picture_keys(cleaned: str) -> set[str]:
    """Keys of the stored files that the HTML shows."""
    return set(_PICTURE.findall(cleaned))


def with_pictures(cleaned: str, addresses: Mapping[str, str]) -> str:
    """The HTML with other addresses for its pictures, by the keys of their files; one that is not named stays."""

    def placed(tag: re.Match[str]) -> str:
        return _PICTURE.sub(lambda src: addresses.get(src[1], src[0]), tag[0])

    return _IMG.sub(placed, cleaned)


def _kept(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src":
        found = _PICTURE.search(value)
        own = found is not None and (value.startswith("/api/v1/files/"))
        return found[0] if own and found else None
    if attribute in ("width", "height", "colspan", "rowspan", "start"):
        return value if value.isdigit() and len(value) < 5 else None
    return value


def _depth(source: str) -> int:
    deepest = depth = 0
    for closing, name in _OPENING.findall(source):
        if name.lower() not in _ALONE:
            depth = max(0, depth - 1) if closing else depth + 1
            deepest = max(deepest, depth)
    return deepest
