"""The tree of MIME parts.

Written here rather than taken from `email.parser`, because that one recurses per level of nesting and tries every open
boundary on every line: a mail of a few megabytes can hold it for minutes. This one looks for one boundary at a time
over byte ranges of the one raw mail, to a fixed depth and number of parts.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from zhiyin.channels.providers.email.parsing.encoded_words import decode_base64, parse_parameters
from zhiyin.channels.providers.email.parsing.headers import Headers, skip_envelope, split_headers

DEPTH_LIMIT = 30
PARTS_LIMIT = 1_000
_COUNTED_LIMIT = 100_000
_BROKEN_LINES_LIMIT = 1_000
_MEDIA_TYPE = re.compile(r"[a-z0-9][\w!#$&^.+-]{0,80}/[a-z0-9][\w!#$&^.+-]{0,120}$")
_FIRST_BOUNDARY = re.compile(rb"^--([^\r\n]{1,200}?)[ \t]*\r?$", re.MULTILINE)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]+)\r?\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    headers: Headers
    media_type: str
    parameters: dict[str, str]
    raw: bytes = field(repr=False)
    start: int
    end: int
    children: tuple["Part", ...] = ()

    @property
    def disposition(self) -> tuple[str, dict[str, str]]:
        return parse_parameters(self.headers.first("content-disposition"))

    def content(self) -> bytes:
        """The part's bytes with the transfer encoding undone, as far as the bytes follow it."""
        return _undo_transfer_encoding(self.raw[self.start : self.end], self._transfer_encoding())

    def source(self) -> bytes:
        return self.raw[self.start : self.end]

    def with_headers(self, headers: Headers) -> "Part":
        return replace(self, headers=headers)

    def _transfer_encoding(self) -> str:
        return self.headers.first("content-transfer-encoding").strip(" ;\"'").lower()


@dataclass(slots=True)
class Budget:
    """How many more parts this mail may have; what lies beyond is counted, and stays in the raw mail."""

    left: int = PARTS_LIMIT
    omitted: int = 0


def read_structure(raw: bytes, budget: Budget) -> Part:
    """The tree of parts of a whole mail."""
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    return _read_part(raw, skip_envelope(raw), len(raw), budget, depth=0, default_type="text/plain")


def leaves(part: Part) -> Iterator[Part]:
    """The parts that hold something themselves, in order."""
    if part.children:
        for child in part.children:
            yield from leaves(child)
    else:
        yield part


def _read_part(raw: bytes, start: int, end: int, budget: Budget, *, depth: int, default_type: str) -> Part:
    headers, body = split_headers(raw, start, end)
    media_type, parameters = _media_type(headers, default_type)
    part = Part(headers, media_type, parameters, raw, min(body, end), end)
    if not media_type.startswith("multipart/") or depth >= DEPTH_LIMIT:
        return part
    container, ranges = find_children(part, budget)
    inner_type = "message/rfc822" if media_type == "multipart/digest" else "text/plain"
    children = tuple(
        _read_part(container, *bounds, budget, depth=depth + 1, default_type=inner_type) for bounds in ranges
    )
    return Part(headers, media_type, parameters, raw, part.start, end, children)


def _media_type(headers: Headers, default: str) -> tuple[str, dict[str, str]]:
    for value in headers.all("content-type"):
        media_type, parameters = parse_parameters(value)
        media_type = re.sub(r"\s", "", media_type)
        if _MEDIA_TYPE.match(media_type):
            return media_type, parameters
        if media_type in {"text", "html", "plain"}:
            return ("text/html" if media_type == "html" else "text/plain"), parameters
    return default, {}


def find_children(part: Part, budget: Budget) -> tuple[bytes, list[tuple[int, int]]]:
    """The bytes that hold the children, and the range of each."""
    raw, start, end = part.raw, part.start, part.end
    boundary = part.parameters.get("boundary", "").encode("utf-8", "replace")
    ranges = _split_at(raw, start, end, boundary, budget) if boundary else []
    if not ranges and part._transfer_encoding() in {"base64", "quoted-printable"}:
        raw = part.content()  # forbidden, and sent all the same
        start, end = 0, len(raw)
        ranges = _split_at(raw, start, end, boundary, budget) if boundary else []
    if not ranges:
        guess = _FIRST_BOUNDARY.search(raw, start, min(end, start + 4_000))
        ranges = _split_at(raw, start, end, guess[1], budget) if guess else []
    return raw, ranges


def _split_at(raw: bytes, start: int, end: int, boundary: bytes, budget: Budget) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    delimiter, opened = b"--" + boundary, -1
    found = start if raw.startswith(delimiter, start, end) else _next_line_with(raw, delimiter, start, end)
    while found >= 0 and budget.omitted < _COUNTED_LIMIT:
        newline = raw.find(b"\n", found, end)
        after = end if newline < 0 else newline + 1
        rest = raw[found + len(delimiter) : min(after, found + len(delimiter) + 100)].strip()
        if rest in {b"", b"--"}:
            if opened >= 0:
                _take(ranges, opened, _before_newline(raw, opened, found), budget)
            opened = after
        if rest == b"--":
            return ranges
        found = _next_line_with(raw, delimiter, max(after - 1, found), end)
    if 0 <= opened < end:
        _take(ranges, opened, end, budget)
    return ranges


def _next_line_with(raw: bytes, delimiter: bytes, start: int, end: int) -> int:
    found = raw.find(b"\n" + delimiter, start, end)
    return found + 1 if found >= 0 else -1


def _take(ranges: list[tuple[int, int]], start: int, end: int, budget: Budget) -> None:
    if budget.left > 0:
        budget.left -= 1
        ranges.append((start, end))
    else:
        budget.omitted += 1


def _before_newline(raw: bytes, start: int, end: int) -> int:
    """The line break before a boundary belongs to the boundary."""
    if end > start and raw[end - 1 : end] == b"\n":
        end -= 1
    if end > start and raw[end - 1 : end] == b"\r":
        end -= 1
    return end


def _undo_transfer_encoding(data: bytes, encoding: str) -> bytes:
    if encoding.startswith("base64"):
        sample = data[:4_000]
        strange = len(_NOT_BASE64.findall(sample))
        return data if strange * 20 > len(sample) else decode_base64(data)
    if encoding.replace(" ", "-").startswith(("quoted-printable", "qp")):
        return binascii.a2b_qp(data)
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return undo_uuencode(data)
    return data


def undo_uuencode(data: bytes) -> bytes:
    begin = _UU_BEGIN.search(data)
    decoded, broken = [], 0
    for line in data[begin.end() if begin else 0 :].split(b"\n"):
        stripped = line.rstrip(b"\r")
        if stripped in {b"end", b"`", b""} or broken > _BROKEN_LINES_LIMIT:
            break
        # the first byte says how long the line is; some encoders pad beyond it
        size = ((stripped[0] - 32) & 63) * 4 // 3 + 3
        try:
            decoded.append(binascii.a2b_uu(stripped[:size]))
        except binascii.Error:
            broken += 1
    return b"".join(decoded)
