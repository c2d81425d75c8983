"""The header block: fields in order, whatever their bytes."""

import re
from collections.abc import Iterator, Sequence

from zhiyin.channels.providers.email.parsing.charsets import decode_text
from zhiyin.channels.providers.email.parsing.encoded_words import decode_words

_BLOCK_LIMIT = 1_000_000
_FIELD_LIMIT = 100_000
_FIELDS_LIMIT = 2_000
_FIELD_START = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_KNOWN = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|sender|reply-to|message-id|in-reply-to|references|received|return-path|delivered-to"
    rb"|mime-version|content-[a-z-]+|x-[a-z0-9-]+|list-[a-z-]+|dkim-signature|authentication-results)[ \t]*:",
    re.IGNORECASE,
)
_BEFORE_FIELDS = re.compile(rb"(?:\xef\xbb\xbf)?[\r\n]*(?:>?From (?![ \t]*:)[^\r\n]*\r?\n)?")
_STRAY = re.compile(rb"(?:\r?\n)?(?:content-(?:type|transfer-encoding)|mime-version)[ \t]*:", re.IGNORECASE)
_FOLD = re.compile(r"[\r\n]+[ \t]*|[\x00-\x08\x0b-\x1f\x7f]")


class Headers:
    """Fields of one part. Values come unfolded; `words` also undoes RFC 2047."""

    def __init__(self, fields: Sequence[tuple[str, bytes]]) -> None:
        self.fields = fields

    def __contains__(self, name: str) -> bool:
        return any(field == name for field, _ in self.fields)

    def all(self, name: str) -> list[str]:
        return [_unfold(value) for field, value in self.fields if field == name]

    def first(self, name: str) -> str:
        return next((_unfold(value) for field, value in self.fields if field == name), "")

    def words(self, name: str) -> str:
        return decode_words(self.first(name)).strip()

    def decoded(self) -> Iterator[tuple[str, str]]:
        for field, value in self.fields:
            yield field, decode_words(_unfold(value)).strip()


def split_headers(data: bytes, start: int, end: int) -> tuple[Headers, int]:
    """The fields of the block that begins at `start`, and where its body begins."""
    fields: list[tuple[str, bytes]] = []
    current: list[bytes] = []
    name = ""
    position, stop = start, min(end, start + _BLOCK_LIMIT)
    while position < end:
        line, after = _line_at(data, position, end)
        if not line.strip() and not line.startswith((b" ", b"\t")):
            _close(fields, name, current)
            name, position = "", after
            if not _goes_on(fields, data, after, end):
                break
            continue
        match = _FIELD_START.match(line)
        if match and not line.startswith((b" ", b"\t")):
            _close(fields, name, current)
            name, current = match[1].decode("ascii").lower(), [line[match.end() :]]
        elif name and (line.startswith((b" ", b"\t")) or _continues(data, after, end)):
            current.append(line)
        else:
            break  # a line that is no field: the body began without its blank line
        position = after
        if position >= stop:
            break
    _close(fields, name, current)
    return Headers(fields), position


def skip_envelope(data: bytes) -> int:
    """Where the first field begins: after blank lines, a byte order mark and an mbox `From ` line."""
    match = _BEFORE_FIELDS.match(data)
    return match.end() if match else 0


def _line_at(data: bytes, position: int, end: int) -> tuple[bytes, int]:
    newline = data.find(b"\n", position, end)
    after = end if newline < 0 else newline + 1
    return data[position : min(after, position + _FIELD_LIMIT)].rstrip(b"\r\n"), after


def _goes_on(fields: list[tuple[str, bytes]], data: bytes, after: int, end: int) -> bool:
    """Whether a blank line stands inside the header: what it must say about its content comes after."""
    has_type = any(name == "content-type" for name, _ in fields)
    return bool(fields) and not has_type and _STRAY.match(data, after, min(end, after + 60)) is not None


def _continues(data: bytes, after: int, end: int) -> bool:
    """Whether a line without its leading space is still the field above: a known field follows it."""
    return bool(_KNOWN.match(data, after, min(end, after + 200)))


def _close(fields: list[tuple[str, bytes]], name: str, lines: list[bytes]) -> None:
    if name and len(fields) < _FIELDS_LIMIT:
        fields.append((name, b"\n".join(lines)[:_FIELD_LIMIT]))


def _unfold(value: bytes) -> str:
    return _FOLD.sub(" ", decode_text(value)).strip()
