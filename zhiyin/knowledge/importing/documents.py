"""Documents that become one entry each: Word, Markdown, HTML."""

from __future__ import annotations

import base64
import html as entities
import io
import re
import string
import zipfile
from pathlib import PurePosixPath
from typing import Any

import mammoth
from markdown_it import MarkdownIt

from zhiyin.knowledge.importing.archives import refuse_bomb
from zhiyin.knowledge.importing.filling import fill_in
from zhiyin.knowledge.importing.found import Found, Unreadable

ENCODINGS = ("utf-8-sig", "gb18030")
MOST_PICTURES = 100
LONGEST_FRONT = 10_000  # characters of front matter
LONGEST_HEADING = 5_000
LONGEST_HEAD = 200_000
_TAG = re.compile(r"<[^>]+>")
_QUOTES = "'\""
_LOWERED = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_META = re.compile(r'<meta name="zhiyin\.([a-z]+)" content="([^"<>]*)">')  # as an export writes them
_EMBEDDED = re.compile(r'src="data:(image/(?:png|jpeg|gif|webp));base64,([^"]*)"')


def read_document(content: bytes, name: str) -> Found:
    """One document as an entry; its first heading is the title. Raises Unreadable."""
    suffix = PurePosixPath(name).suffix.lower()
    found = Found(source=name)
    if suffix == ".docx":
        found.html = _word(content, found)
    elif suffix in (".md", ".markdown"):
        text, language = _front(_text(content))
        found.html = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
        found.language = language
    else:
        found.html = _text(content)
        _take_metas(found)
    _take_title(found, name)
    _take_pictures(found)
    return found


def _word(content: bytes, found: Found) -> str:
    refuse_bomb(content)

    def keep(image: Any) -> dict[str, str]:
        with image.open() as opened:
            data = base64.b64encode(opened.read()).decode()
        return {"src": f"data:{image.content_type};base64,{data}"}

    try:
        result = mammoth.convert_to_html(
            io.BytesIO(content),
            convert_image=mammoth.images.img_element(keep),
            external_file_access=False,
        )
    except (zipfile.BadZipFile, KeyError, ValueError, AttributeError, OSError) as error:
        raise Unreadable(
            "Word 文档打不开，请另存为 .docx 后再试。",
            "The Word document can't be opened: save it as .docx again.",
        ) from error
    except Exception as error:  # mammoth has errors of its own parsers, with no common kind
        raise Unreadable(
            "Word 文档的内容有误，请在 Word 里打开并另存后再试。",
            "The Word document is damaged: open it in Word, save it again and try once more.",
        ) from error
    if any(message.type == "error" for message in result.messages):
        found.warnings.append(("有些内容没能读出来，请核对。", "Some of it could not be read; compare it."))
    return str(result.value)


def _text(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("无法识别文件编码，请另存为 UTF-8。", "The encoding is unknown; save the file as UTF-8.")


def _front(text: str) -> tuple[str, str]:
    """The text without its front matter, and the language that says."""
    found = re.match(r"---\r?\n(.*?)\r?\n---\r?\n", text[:LONGEST_FRONT], re.DOTALL)
    if found is None:
        return text, ""
    language = re.search(r"^lang(?:uage)?:\s*([A-Za-z-]{2,8})\s*$", found[1], re.MULTILINE)
    title = re.search(r"^title:(.+)$", found[1], re.MULTILINE)
    heading = f"# {title[1].strip().strip(_QUOTES)}\n\n" if title else ""
    return heading + text[found.end() :], language[1] if language else ""


def _take_metas(found: Found) -> None:
    """What a document of an export says of itself; other pages say nothing here."""
    head = found.html[: max(found.html.find("<body"), 0)]
    told: dict[str, list[str]] = {}
    for name, value in _META.findall(head[:LONGEST_HEAD]):
        told.setdefault(name, []).append(entities.unescape(value).replace("\0", "").strip())
    found.questions, found.tags = told.pop("question", []), told.pop("tag", [])
    fill_in(found, {name: values[0] for name, values in told.items()})


def _take_title(found: Found, name: str) -> None:
    heading = _first(found.html, "h1")
    said = heading or _first(found.html, "title")
    plain = " ".join(entities.unescape(_TAG.sub("", said[1][:LONGEST_HEADING])).split()) if said else ""
    body = _first(found.html, "body", to_the_last=True)
    found.html = body[1] if body else found.html
    if heading:
        found.html = found.html.replace(heading[0], "", 1)
    found.title = (plain or PurePosixPath(name).stem).replace("\0", "")[:300]


def _first(html: str, tag: str, *, to_the_last: bool = False) -> tuple[str, str] | None:
    """The first such element, whole and inside; sought once from one end to the other, whatever there is."""
    lower = html.translate(_LOWERED)
    start = lower.find(f"<{tag}")
    inside = lower.find(">", start) + 1 if start >= 0 else 0
    end = (lower.rfind if to_the_last else lower.find)(f"</{tag}>", inside) if inside else -1
    return (html[start : end + len(tag) + 3], html[inside:end]) if end >= 0 else None


def _take_pictures(found: Found) -> None:
    """Embedded pictures are put aside; each leaves its name in the text."""

    def aside(picture: re.Match[str]) -> str:
        if len(found.pictures) >= MOST_PICTURES:
            found.warnings.append(
                (f"图片超过 {MOST_PICTURES} 张，多余的没有导入。", "Some pictures were left out.")
            )
            return ""
        try:
            content = base64.b64decode(picture[2], validate=True)
        except ValueError:
            found.warnings.append(("有一张图片损坏，没有导入。", "A damaged picture was left out."))
            return ""
        key = f"picture{len(found.pictures) + 1}"
        found.pictures[key] = (content, picture[1])
        return f'src="{key}"'

    found.html = _EMBEDDED.sub(aside, found.html)
