"""RTF as Outlook packs it into TNEF: unpacked ([MS-OXRTFCP]), and read as the HTML or the text it holds ([MS-OXRTFEX])."""

import re

from zhiyin.channels.providers.email.parsing.charsets import decode_text

_UNPACKED_LIMIT = 1_000_000
_SEED = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbol"
    rb"ArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
_SKIPPED = {
    b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer", b"listtable", b"xmlnstbl",
    b"listoverridetable", b"rsidtbl", b"generator", b"themedata", b"latentstyles", b"datastore", b"pntext", b"mhtmltag",
}  # fmt: skip
_BREAKS = {b"par": "\n", b"line": "\n", b"tab": "\t", b"row": "\n", b"cell": "\t", b"lquote": "‘", b"rquote": "’",
           b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•", b"endash": "–", b"emdash": "—"}  # fmt: skip
_DEPTH_LIMIT = 200


def unpack_rtf(data: bytes) -> bytes:
    """The RTF of a packed stream, as far as it goes and at most a megabyte."""
    if len(data) < 16:
        return b""
    size, magic = int.from_bytes(data[4:8], "little"), data[8:12]
    if magic == b"MELA":
        return data[16 : 16 + min(size, _UNPACKED_LIMIT)]
    return _inflate(data[16:], min(size, _UNPACKED_LIMIT)) if magic == b"LZFu" else b""


def _inflate(data: bytes, size: int) -> bytes:
    """LZ77 over a window of 4,096 bytes that begins with what every RTF begins with."""
    window = bytearray(_SEED.ljust(4096, b"\x00"))
    write, position, out = len(_SEED), 0, bytearray()
    while position < len(data) and len(out) < size:
        flags = data[position]
        position += 1
        for bit in range(8):
            if position + 1 >= len(data) + (not flags >> bit & 1) or len(out) >= size:
                return bytes(out)
            if flags >> bit & 1:
                token = data[position] << 8 | data[position + 1]
                position += 2
                read, length = token >> 4, (token & 15) + 2
                if read == write:
                    return bytes(out)
                for _ in range(length):
                    byte = window[read]
                    out.append(byte)
                    window[write] = byte
                    read, write = (read + 1) % 4096, (write + 1) % 4096
            else:
                out.append(data[position])
                window[write] = data[position]
                position += 1
                write = (write + 1) % 4096
    return bytes(out)


def read_rtf(rtf: bytes) -> tuple[str, str]:
    """(text, html): the HTML that was wrapped into the RTF where there is one, else its text."""
    wraps_html = b"\\fromhtml" in rtf[:1_000]
    page = re.search(rb"\\ansicpg(\d{1,5})", rtf[:1_000])
    charset = {"65001": "utf-8", "936": "gb18030"}.get(
        number := page[1].decode() if page else "1252", f"cp{number}"
    )
    told = _Reader(charset).read(rtf)
    return ("", told) if wraps_html else (told.strip(), "")


class _Reader:
    """One pass over the tokens. A group is skipped where it holds what is not said: fonts, styles, pictures."""

    def __init__(self, charset: str) -> None:
        self._charset = charset
        self._pieces: list[str] = []
        self._bytes = bytearray()
        self._groups: list[tuple[bool, bool]] = []
        self._skips = self._in_tag = self._in_rtf = self._starred = False
        self._unicode_rest = 0

    def read(self, rtf: bytes) -> str:
        for match in _TOKEN.finditer(rtf):
            code, word, number, symbol, brace, text = match.groups()
            if brace:
                self._brace(brace)
            elif word:
                self._word(word.lower(), int(number) if number else None)
            elif code:
                self._say_bytes(bytes([int(code, 16)]))
            elif symbol:
                self._symbol(symbol)
            elif text:
                self._say_bytes(text)
        self._flush()
        return "".join(self._pieces)

    def _brace(self, brace: bytes) -> None:
        self._starred = False
        if brace == b"{" and len(self._groups) < _DEPTH_LIMIT:
            self._groups.append((self._skips, self._in_tag))
        elif brace == b"}" and self._groups:
            self._skips, self._in_tag = self._groups.pop()

    def _word(self, word: bytes, number: int | None) -> None:
        if word in _SKIPPED or (self._starred and word != b"htmltag"):
            self._skips = True
        elif word == b"htmltag":
            self._in_tag = True
        elif word == b"htmlrtf":
            self._in_rtf = number != 0
        elif word == b"u" and number is not None:
            self._say(chr(number % 0x10000))
            self._unicode_rest = 1
        elif word in _BREAKS:
            self._say(_BREAKS[word])
        self._starred = False

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._starred = True
        elif symbol in b"\\{}":
            self._say_bytes(symbol)
        elif symbol == b"~":
            self._say("\u00a0")

    def _say(self, text: str) -> None:
        if not (self._skips or self._in_rtf):
            self._flush()
            self._pieces.append(text)

    def _say_bytes(self, content: bytes) -> None:
        if self._unicode_rest and content:  # what readers without Unicode would show instead
            content, self._unicode_rest = content[1:], 0
        if not (self._skips or self._in_rtf):
            self._bytes += content

    def _flush(self) -> None:
        if self._bytes:
            self._pieces.append(decode_text(bytes(self._bytes), self._charset))
            self._bytes.clear()
