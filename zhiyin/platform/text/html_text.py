"""HTML read as text: for search, previews, and mail that has no other text."""

import html as entities
import re

_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [^\s=>"]+="[^"]*")*)>|([^<]+)|<')
_ANY_TAG = re.compile(r"<[^<>]*>")
_ALT = re.compile(r'\balt="([^"]+)"')
_SPACES = re.compile(r"[ \t\r\n\f\u00a0]+")
_PARAGRAPHS = {"p", "blockquote", "ul", "ol", "dl", "table", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
_LINES = _PARAGRAPHS | {
    "div",
    "tr",
    "li",
    "dt",
    "dd",
    "section",
    "article",
    "header",
    "footer",
    "center",
    "caption",
}
_QUOTE_DEPTH_LIMIT = 20


def html_to_text(cleaned: str) -> str:
    """Lines of cleaned HTML as a reader sees them.

    A quoted block becomes lines with `>`, so that it folds like quoted text."""
    reader = _Reader()
    for match in _TOKEN.finditer(cleaned):
        if match[2]:
            reader.tag(match[2], closing=bool(match[1]), attributes=match[3])
        elif match[4]:
            reader.text(entities.unescape(match[4]))
    return reader.result()


def strip_tags(source: str) -> str:
    """Text of HTML that is too large or too deep to be cleaned: in linear time, and no prettier than that."""
    return entities.unescape(_ANY_TAG.sub(" ", source))


class _Reader:
    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line = ""
        self._quotes = 0
        self._preformatted = 0

    def tag(self, name: str, *, closing: bool, attributes: str) -> None:
        if name == "br":
            self._end_line(always=True)
        elif name == "img":
            alt = _ALT.search(attributes)
            self._line += f"[{entities.unescape(alt[1])}]" if alt else ""
        elif name in {"td", "th"} and closing:
            self._line += "\t"
        elif name in _LINES:
            self._end_line()
            if name in _PARAGRAPHS:
                self._end_paragraph()
        if name == "blockquote":
            self._quotes = max(0, self._quotes - 1) if closing else min(self._quotes + 1, _QUOTE_DEPTH_LIMIT)
        elif name == "pre":
            self._preformatted = 0 if closing else 1
        elif name == "li" and not closing:
            self._line = "- "

    def text(self, text: str) -> None:
        if self._preformatted:
            first, *others = text.split("\n")
            self._line += first
            for line in others:
                self._end_line(always=True)
                self._line = line
            return
        text = _SPACES.sub(" ", text)
        self._line += text.lstrip() if not self._line or self._line.endswith((" ", "\t")) else text

    def result(self) -> str:
        self._end_line()
        return "\n".join(self._lines).strip("\n")

    def _end_line(self, *, always: bool = False) -> None:
        line = self._line.rstrip()
        if line or always:
            self._lines.append(f"{'>' * self._quotes} {line}".rstrip() if self._quotes else line)
        self._line = ""

    def _end_paragraph(self) -> None:
        mark = ">" * self._quotes
        if self._lines and self._lines[-1] != mark:
            self._lines.append(mark)
