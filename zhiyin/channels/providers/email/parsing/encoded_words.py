"""RFC 2047 and RFC 2231: text inside header fields, as real senders write it."""

import binascii
import re
import string
from urllib.parse import unquote_to_bytes

from zhiyin.channels.providers.email.parsing.charsets import decode_text

_WORD = re.compile(r"=\?([\w.:-]{1,40})(?:\*[\w-]*)?\?([bBqQ])\?(.{0,1000}?)\?=(?:[ \t]*(?==\?))?", re.DOTALL)
_CUT_OFF = re.compile(r"=\?([\w.:-]{1,40})(?:\*[\w-]*)?\?([bBqQ])\?([^? ]*)\??$")
_VALUE_LIMIT = 20_000
_NOT_BASE64 = bytes(set(range(256)) - set(string.ascii_letters.encode() + string.digits.encode() + b"+/="))
_PARAMETER = re.compile(
    r"""[;\s]*([!#$&+^`|~\w%'*.-]{1,60})[ \t]*=[ \t]*   # name, perhaps with RFC 2231's *0*
        (?:"((?:[^"\\]|\\.)*)"?                          # quoted; the closing quote may be missing
          |([^;]*))                                      # bare, spaces allowed as many senders forget the quotes
    """,
    re.VERBOSE | re.DOTALL,
)
_CONTINUATION = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?$")


def decode_words(value: str) -> str:
    """Text of a field. Neighbouring words of one charset are joined as bytes first: senders cut characters in two."""
    if "=?" not in value:
        return value
    value = _CUT_OFF.sub(r"=?\1?\2?\3?=", value[:_VALUE_LIMIT])
    pieces: list[str | tuple[str, bytes]] = []
    position = 0
    for match in _WORD.finditer(value):
        if match.start() > position:
            pieces.append(value[position : match.start()])
        charset, encoding, text = match.groups()
        content = _word_bytes(text, encoding)
        last = pieces[-1] if pieces else None
        if isinstance(last, tuple) and last[0] == charset.lower():
            pieces[-1] = (last[0], last[1] + content)
        else:
            pieces.append((charset.lower(), content))
        position = match.end()
    pieces.append(value[position:])
    return "".join(piece if isinstance(piece, str) else decode_text(piece[1], piece[0]) for piece in pieces)


def _word_bytes(text: str, encoding: str) -> bytes:
    raw = text.encode("utf-8")
    if encoding in "qQ":
        return binascii.a2b_qp(raw.replace(b" ", b"_"), header=True)
    return decode_base64(raw)


def decode_base64(data: bytes) -> bytes:
    """Bytes of base64, skipping what isn't base64 and completing what is cut; padding in the middle starts anew."""
    decoded = []
    for piece in data.translate(None, _NOT_BASE64).rstrip(b"=").split(b"="):
        whole = piece[:-1] if len(piece) % 4 == 1 else piece
        decoded.append(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))
    return b"".join(decoded)


def parse_parameters(value: str) -> tuple[str, dict[str, str]]:
    """`text/plain; charset=x; name*0*=utf-8''%E4…` as its value and its parameters, the first of a name counting."""
    head, _, rest = value.partition(";")
    simple: dict[str, str] = {}
    extended: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(rest[:20_000]):
        text = re.sub(r'\\(["\\])', r"\1", match[2]) if match[2] is not None else match[3].strip()
        parts = _CONTINUATION.match(match[1].lower())
        if parts is None:
            continue
        name, number, star = parts.groups()
        if number is None and star is None:
            simple.setdefault(name, decode_words(text))
        else:
            extended.setdefault(name, {}).setdefault(int(number or 0), (text, bool(star)))
    for name, segments in extended.items():
        simple[name] = _join_segments(segments)
    return head.strip().lower(), simple


def _join_segments(segments: dict[int, tuple[str, bool]]) -> str:
    charset, content = "", b""
    for number in sorted(segments):
        text, is_percent_encoded = segments[number]
        if is_percent_encoded and not charset and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        content += unquote_to_bytes(text) if is_percent_encoded else text.encode("utf-8")
    return decode_words(decode_text(content, charset))
