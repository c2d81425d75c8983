"""HTML of a mail: made safe once, at intake, and read as text."""

import html as entities
import re
from dataclasses import dataclass
from urllib.parse import unquote

import nh3

_INPUT_LIMIT = 2_000_000
_NESTING_LIMIT = 1_500
_ATTRIBUTES_LIMIT = 5_000
_TAGS = {
    "a", "abbr", "address", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite",
    "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption",
    "figure", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark",
    "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "article", "header", "footer",
    "main", "small", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot",
    "th", "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
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
    "textarea",
}
_ATTRIBUTES = {
    "*": {"style", "class", "title", "dir", "lang", "align", "valign"},
    "a": {"href", "name"},
    "img": {"src", "alt", "width", "height"},
    "table": {"border", "cellpadding", "cellspacing", "width", "bgcolor"},
    "td": {"colspan", "rowspan", "width", "height", "bgcolor", "nowrap"},
    "th": {"colspan", "rowspan", "width", "height", "bgcolor", "nowrap"},
    "tr": {"bgcolor"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "font": {"color", "size", "face"},
    "ol": {"start", "type"},
    "blockquote": {"type"},
}
# none of these can load anything, cover other parts of the page or leave the frame
_STYLES = {
    "color", "background-color", "font-weight", "font-style", "font-size", "font-family", "text-decoration",
    "text-align", "text-indent", "vertical-align", "white-space", "line-height", "border", "border-top",
    "border-right", "border-bottom", "border-left", "border-collapse", "border-color", "border-style",
    "border-width", "padding", "padding-top", "padding-right", "padding-bottom", "padding-left",
    "margin-left", "margin-top", "margin-bottom", "width", "max-width", "list-style-type", "word-break",
}  # fmt: skip
_LOADING = re.compile(r"url|image|expression|@import|\\", re.IGNORECASE)
_QUOTE_CLASS = re.compile(
    r"\b(?:gmail_quote(?:_container)?|gmail_extra|yahoo_quoted|moz-cite-prefix|protonmail_quote|zmail_extra|tutanota_quote"
    r"|ntes-mailmaster-quote|qmbox|foxmail_quote|OutlookMessageHeader|lark-mail-quote|history-quote\S*|zhiyin-quote)\b",
    re.IGNORECASE,
)
_TAG_SOURCE = re.compile(
    r"""<(/?)([a-zA-Z][^\s/>]*+)((?:[\s/]++|=?[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?)?)*+)"""
)
_CLOSES_ITSELF = {
    "area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr", "p", "li", "td",
    "th", "tr", "dt", "dd", "option", "tbody", "thead", "tfoot",
}  # fmt: skip
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [^\s=>"]+="[^"]*")*)>')
_EMBEDDED = re.compile(r"data:image/(?:png|gif|jpeg|jpg|webp);base64,", re.IGNORECASE)
_SRC = re.compile(r' src="([^"]*)"')


@dataclass(frozen=True, slots=True)
class CleanHtml:
    html: str
    has_remote_images: bool


def clean_html(source: str, *, cids: frozenset[str], locations: dict[str, str]) -> CleanHtml | None:
    """Safe HTML with remote pictures blocked (`data-blocked-src`) and pictures of the mail as `src="cid:…"`.

    `cids` are the content ids that exist, `locations` maps a Content-Location to one of them. None where the
    HTML is too large or too deep to be shown; its text can still be read."""
    if len(source) > _INPUT_LIMIT or _is_too_heavy(source):
        return None
    cleaned = nh3.clean(
        source,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=_filter_attribute,
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        url_relative="deny",
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    if len(cleaned) > 2 * _INPUT_LIMIT:
        return None
    blocked: list[str] = []
    placed = _TAG.sub(lambda tag: _place_picture(tag, cids, locations, blocked), cleaned)
    return CleanHtml(placed.strip(), bool(blocked))


def _is_too_heavy(source: str) -> bool:
    """Whether cleaning would take long: it takes time with the square of the depth, and of the attributes of one tag."""
    depth = 0
    for match in _TAG_SOURCE.finditer(source):
        if len(match[3]) > _ATTRIBUTES_LIMIT and len(match[3].split()) > _ATTRIBUTES_LIMIT:
            return True
        if match[2].lower() not in _CLOSES_ITSELF:
            depth = max(0, depth - 1) if match[1] else depth + 1
            if depth > _NESTING_LIMIT:
                return True
    return False


def _filter_attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        return "quoted" if _QUOTE_CLASS.search(value) else None
    if attribute == "style":
        return None if _LOADING.search(value) else value
    if attribute == "href" and value.lstrip().lower().startswith(("data:", "cid:")):
        return None
    return value


def _place_picture(
    tag: re.Match[str], cids: frozenset[str], locations: dict[str, str], blocked: list[str]
) -> str:
    if tag[2] != "img":
        return tag[0]
    source = _SRC.search(tag[3])
    if source is None:
        return tag[0]
    address = entities.unescape(source[1]).strip()
    cid = (
        unquote(address[4:]).strip("<> ")
        if address.lower().startswith("cid:")
        else locations.get(address, "")
    )
    if cid in cids and cid:
        shown = f' src="cid:{entities.escape(cid)}"'
    elif _EMBEDDED.match(address):
        shown = source[0]
    elif address.lower().startswith(("http:", "https:")):
        blocked.append(address)
        shown = f' data-blocked-src="{source[1]}"'
    else:
        shown = ""
    return f"<img{tag[3][: source.start()]}{shown}{tag[3][source.end() :]}>"
