"""What single fields hold: addresses, message ids, dates, the subject."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_tz

from zhiyin.channels.providers.email.parsing.encoded_words import decode_words
from zhiyin.channels.providers.email.parsing.headers import Headers
from zhiyin.channels.providers.email.parsing.parsed import Address

_ADDRESSES_LIMIT = 500
_IDS_LIMIT = 500
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|\([^()]*\)|<[^<>]*>|[,;:]|[^",;:<>()]+|.', re.DOTALL)
# from the beginning of a word only: looked for from each of its letters, a long word takes a time that grows with its square
_BARE_ADDRESS = re.compile(r"(?<![^\s<>()\[\],;:\"'“”])[^\s<>()\[\],;:\"'“”]+@[^\s<>()\[\],;:\"'“”]+")
_COMMENT = re.compile(r"\([^()]*\)")
_MESSAGE_ID = re.compile(r"<([^<>]{1,900})>")
_BARE_ID = re.compile(r"(?<![^\s<>,;])[^\s<>,;]{1,900}@[^\s<>,;]{1,400}")
_WHITESPACE = re.compile(r"\s+")
_UNSEEN = re.compile(
    "[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)  # would hide or turn round a name


def addresses(headers: Headers, name: str) -> tuple[Address, ...]:
    """Every address of the fields called `name`; what names nobody is left out."""
    found: list[Address] = []
    for value in headers.all(name):
        for entry in _split_list(value):
            address = _read_address(entry)
            if address:
                found.append(address)
            if len(found) >= _ADDRESSES_LIMIT:
                return tuple(found)
    return tuple(found)


def message_ids(headers: Headers, name: str) -> tuple[str, ...]:
    """Ids without their angle brackets, in order, each once."""
    text = " ".join(headers.all(name))
    found = [_WHITESPACE.sub("", match) for match in _MESSAGE_ID.findall(text)] or _BARE_ID.findall(text)
    ids = list(dict.fromkeys(filter(None, found)))
    return tuple(ids[:1] + ids[1:][-_IDS_LIMIT:])


def sent_at(headers: Headers) -> datetime | None:
    for value in headers.all("date"):
        moment = _read_date(value)
        if moment:
            return moment
    return None


def one_line(text: str, *, limit: int = 1_000) -> str:
    """Text fit for a list: no line breaks, no invisible characters that turn text round."""
    return _UNSEEN.sub("", _WHITESPACE.sub(" ", text[: limit * 4])).strip()[:limit]


def _split_list(value: str) -> list[str]:
    """Entries between commas, or the semicolons that Outlook and QQ write; the name of a group is dropped."""
    entries, current = [], ""
    for piece in _PIECE.findall(value[:100_000]):
        if piece in {",", ";"}:
            entries.append(current)
            current = ""
        elif piece == ":" and "@" not in current:
            current = ""
        else:
            current += piece
    return [entry.strip() for entry in (*entries, current) if entry.strip()]


def _read_address(entry: str) -> Address | None:
    start, end = entry.rfind("<"), entry.rfind(">")
    inner = entry[start + 1 : end] if 0 <= start < end else ""
    match = _BARE_ADDRESS.search(_WHITESPACE.sub("", _COMMENT.sub("", inner))) or _BARE_ADDRESS.search(entry)
    if match is None:
        return None
    address = _tidy_address(match[0])
    name = entry[:start] if inner else entry.replace(match[0], "")
    return Address(address, _tidy_name(name, address)) if address else None


def _tidy_address(text: str) -> str:
    local, _, domain = text.strip(".'").rpartition("@")
    domain = domain.strip(".").lower()
    return f"{local}@{domain}"[:320] if local and domain else ""


def _tidy_name(text: str, address: str) -> str:
    name = one_line(
        decode_words(text.strip().strip('"').replace('\\"', '"').replace("\\\\", "\\")), limit=200
    )
    name = name.strip("\"'()<> ")
    return "" if name.lower() == address.lower() else name


def _read_date(value: str) -> datetime | None:
    try:
        parts = parsedate_tz(value[:200])
        if parts is None:
            return None
        moment = datetime(*parts[:6], tzinfo=UTC)
        stamp = moment.timestamp() - (parts[9] or 0)
        moment = datetime.fromtimestamp(stamp, tz=UTC)
    except (ValueError, TypeError, OverflowError, OSError, IndexError):
        return None
    return moment if 1980 <= moment.year <= 2100 else None
