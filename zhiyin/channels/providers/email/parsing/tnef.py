"""TNEF: what Outlook packs into `winmail.dat`. [MS-OXTNEF]: a stream of attributes, some of them lists of MAPI properties."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from zhiyin.channels.providers.email.parsing.charsets import decode_text

_SIGNATURE = 0x223E9F78
_BODY, _MESSAGE_PROPERTIES, _CODE_PAGE = 0x800C, 0x9003, 0x9007
_NEW_FILE, _FILE_NAME, _FILE_CONTENT, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_TEXT, _HTML, _RTF, _PAGE_OF_TEXT = 0x1000, 0x1013, 0x1009, 0x3FDE
_CONTENT, _SHORT_NAME, _LONG_NAME, _SHOWN_NAME, _MEDIA_TYPE, _CID = (
    0x3701,
    0x3704,
    0x3707,
    0x3001,
    0x370E,
    0x3712,
)
_FIXED_SIZES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 0xA: 4, 0xB: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING, _UNICODE, _OBJECT = 0x1E, 0x1F, 0xD
_MANY = 0x1000
_PAGES = {65001: "utf-8", 20127: "ascii", 28591: "latin1", 54936: "gb18030", 936: "gb18030", 950: "big5"}
_PROPERTIES_LIMIT = 10_000
_FILES_LIMIT = 500
_IID = 16  # bytes before an object that tell its kind


@dataclass(slots=True)
class TnefFile:
    name: str = ""
    media_type: str = ""
    content: bytes = field(default=b"", repr=False)
    cid: str = ""


@dataclass(slots=True)
class Tnef:
    text: str = ""
    html: str = ""
    rtf: bytes = field(default=b"", repr=False)  # as it is packed: see `rtf`
    files: list[TnefFile] = field(default_factory=list)

    @property
    def holds_something(self) -> bool:
        return bool(self.text or self.html or self.rtf or self.files)


class Cut(Exception):
    """The data ended in the middle of something."""


def read_tnef(data: bytes) -> Tnef:
    """What the stream holds, as far as it goes; nothing where it is no TNEF at all."""
    found, charset = Tnef(), "cp1252"
    try:
        for number, content in _attributes(data):
            if number == _CODE_PAGE and len(content) >= 4:
                charset = _charset_of(int.from_bytes(content[:4], "little"), charset)
            elif number == _BODY:
                found.text = found.text or decode_text(content.rstrip(b"\x00"), charset)
            elif number == _MESSAGE_PROPERTIES:
                _take_body(found, content, charset)
            elif number == _NEW_FILE and len(found.files) < _FILES_LIMIT:
                found.files.append(TnefFile())
            elif found.files:
                _take_file_part(found.files[-1], number, content, charset)
    except Cut:
        pass
    found.files = [one for one in found.files if one.content or one.name]
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    if len(data) < 6 or int.from_bytes(data[:4], "little") != _SIGNATURE:
        return
    position = 6
    while position + 9 <= len(data):
        _, tag, size = struct.unpack_from("<BII", data, position)
        position += 9
        yield tag & 0xFFFF, data[position : position + size]
        position += size + 2  # a checksum follows, which nobody needs


def _take_body(found: Tnef, content: bytes, charset: str) -> None:
    told = dict[int, bytes | str]()
    try:
        for number, value in _properties(content, charset):
            told.setdefault(number, value)
    except Cut:
        pass
    page = told.get(_PAGE_OF_TEXT, b"")
    html = told.get(_HTML, "")
    if isinstance(page, bytes) and len(page) >= 4:
        charset = _charset_of(int.from_bytes(page[:4], "little"), charset)
    found.html = html if isinstance(html, str) else decode_text(html, charset)
    text, rtf = told.get(_TEXT, ""), told.get(_RTF, b"")
    found.text = found.text or (text if isinstance(text, str) else "")
    found.rtf = rtf if isinstance(rtf, bytes) else b""


def _take_file_part(file: TnefFile, number: int, content: bytes, charset: str) -> None:
    if number == _FILE_NAME:
        file.name = file.name or decode_text(content.rstrip(b"\x00"), charset)
    elif number == _FILE_CONTENT:
        file.content = content
    elif number == _FILE_PROPERTIES:
        for told, value in _properties(content, charset):
            _take_property(file, told, value)


def _take_property(file: TnefFile, number: int, value: bytes | str) -> None:
    if isinstance(value, str):
        if number == _LONG_NAME:
            file.name = value
        elif number in {_SHORT_NAME, _SHOWN_NAME}:
            file.name = file.name or value
        elif number == _MEDIA_TYPE:
            file.media_type = value.strip().lower()
        elif number == _CID:
            file.cid = value.strip("<> ")
    elif number == _CONTENT and not file.content:
        file.content = value


def _properties(data: bytes, charset: str) -> Iterator[tuple[int, bytes | str]]:
    """The first value of each property. Raises Cut."""
    reader = _Reader(data)
    for _ in range(min(reader.number(), _PROPERTIES_LIMIT)):
        kind, number = reader.take("<HH")
        if number >= 0x8000:
            _skip_name(reader)
        many, kind = bool(kind & _MANY), kind & ~_MANY
        size = _FIXED_SIZES.get(kind)
        count = reader.number() if many or size is None else 1
        for at in range(min(count, _PROPERTIES_LIMIT)):
            value = reader.raw(size) if size else reader.padded(reader.number())
            if at == 0:
                yield number, _value(kind, value, charset)


def _value(kind: int, value: bytes, charset: str) -> bytes | str:
    if kind == _UNICODE:
        return decode_text(
            value.decode("utf-16-le", "replace").rstrip("\x00").encode("utf-8", "replace"), "utf-8"
        )
    if kind == _STRING:
        return decode_text(value.rstrip(b"\x00"), charset)
    return value[_IID:] if kind == _OBJECT else value


def _skip_name(reader: "_Reader") -> None:
    """Named properties tell their name, which is a number or words, in front of their value."""
    reader.raw(16)
    if reader.number() == 0:
        reader.number()
    else:
        reader.padded(reader.number())


def _charset_of(page: int, usual: str) -> str:
    return usual if page == 0 else _PAGES.get(page, f"cp{page}")


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._position = data, 0

    def raw(self, size: int) -> bytes:
        end = self._position + size
        if end > len(self._data):
            raise Cut
        taken = self._data[self._position : end]
        self._position = end
        return taken

    def padded(self, size: int) -> bytes:
        taken = self.raw(size)
        self._position += -size % 4
        return taken

    def number(self) -> int:
        return int.from_bytes(self.raw(4), "little")

    def take(self, form: str) -> tuple[int, ...]:
        return struct.unpack(form, self.raw(struct.calcsize(form)))
