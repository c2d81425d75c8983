"""What each line of a mail's text is, taken by itself and its neighbours."""

import html as entities
import re
from dataclasses import dataclass
from enum import Enum

from zhiyin.channels.providers.email.parsing import quote_words


class Kind(Enum):
    BLANK = "blank"
    TEXT = "text"
    QUOTE = "quote"  # a line with a quote mark
    ANNOUNCE = "announce"  # "On …, … wrote:"
    FIELD = "field"  # of a copied header: "From: …"
    RULE = "rule"  # "--", "_____"
    DEVICE = "device"  # "Sent from my …"


@dataclass(slots=True)
class Line:
    text: str
    bare: str  # without quote marks, odd spaces and emphasis: what the words are
    kind: Kind = Kind.TEXT


_MARGIN = 600  # no announcement is longer; a longer line is read only so far
_WINDOW = 4  # lines over which a mail program may break an announcement
_BLOCK = 14
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_QUOTE = re.compile(r"^\s*[A-Z]{0,4}>")
_QUOTE_MARKS = re.compile(r"^[\s>|]+")
_ODD_SPACES = re.compile("[\u00a0\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff\\s]+")
_RULE = re.compile(
    r"^\s*(?:-{2,}|_{2,}|[—–―─━‐‑‒]+|={2,}|~{2,}|\*{2,}|#{2,}|\+{2,}|(?:[-_*=] ){3,}[-_*=]?|ᐧ)\s*$"
)
_DASHES = r"[-_=*~#—–―─━‐‑‒·]{2,}"
_WROTE = rf"(?:(?<!\w)(?:{quote_words.WROTE})(?!\w)|{quote_words.WROTE_UNSPACED})"
_HAS_WROTE = re.compile(_WROTE, re.IGNORECASE)
_ENDS = re.compile(r"[:：]\s*[-*_]*$")
_DATE = re.compile(
    r"\b(?:19|20)\d\d\b|(?:19|20)\d\d[年/.-]|\d{1,2}[:.h]\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
)
_ADDRESS = re.compile(r"[<(\[\"']?[^\s<>()\[\]\"']+@[^\s<>()\[\]\"']+[>)\]\"']?")
_OPENER = re.compile(
    rf"^(?:(?:{quote_words.OPENERS})(?=\W)|{quote_words.OPENERS_UNSPACED}|\d|[^\W\d]{{2,15}}[.,]{{0,2}} (?:den |d\. )?\d)",
    re.IGNORECASE,
)
_SENDER = re.compile(r"^[^<>@]{0,80}[<(\[]\S+@\S+[>)\]]")
_NAMED = re.compile(rf"^(?:{_SENDER.pattern[1:]}|(?:[^\W\d][\w.'’-]* ){{1,5}}{_WROTE})", re.IGNORECASE)
_DATE_AND_SENDER = re.compile(r"^\d{4}[/-]\d{1,2}[/-]\d{1,2}\b.{0,100}<\S+@\S+>:?$")
_RULED_WORDS = re.compile(
    rf"^{_DASHES}\s*(?:{quote_words.REPEATED}|.*{_WROTE}.*)\s*[:：]?\s*{_DASHES}$", re.IGNORECASE
)
_OPEN_WORDS = re.compile(
    rf"^(?:{_DASHES}\s*)?(?:{quote_words.REPEATED})\s*(?:{_DASHES}|[:：])$", re.IGNORECASE
)
_RULED_WORDS_AND_FIELD = re.compile(
    rf"^{_DASHES}\s*(?:{quote_words.REPEATED})\s*{_DASHES}\s*(?:{quote_words.FIELDS['from']})\s*[:：]",
    re.IGNORECASE,
)
_ALONE_WORDS = re.compile(
    r"^[【\[<]?(?:原始邮件|原始郵件|原始信件|回复的原邮件|转发的邮件|邮件原件)[】\]>]?$"
)
_DEVICE = re.compile(rf"^[-—–*_~<(\[【\s]*(?:{quote_words.DEVICES})[)\]】>*_.。\s]*$", re.IGNORECASE)
_DEVICE_AT_END = re.compile(
    rf"^[-—–*_~<(\[【\s]*(?:{quote_words.DEVICES_AT_END})[)\]】>*_.。\s]*$", re.IGNORECASE
)
_FIELD = {
    kind: re.compile(rf"^[|*_•\s]*(?:{names})[*_\s]*[:：|][*_\s]*(.*)$", re.IGNORECASE)
    for kind, names in quote_words.FIELDS.items()
}
_FIELDS_IN_A_ROW = re.compile(
    rf"^[*_]*(?:{quote_words.FIELDS['from']})[*_]* ?[:：].{{3,200}}?\b(?:{quote_words.FIELDS['sent']})[*_]* ?[:：]"
    rf".{{3,200}}?\b(?:{quote_words.FIELDS['to']}|{quote_words.FIELDS['subject']})[*_]* ?[:：]",
    re.IGNORECASE,
)
_PGP_BEGIN = re.compile(r"^-----BEGIN PGP SIGNED MESSAGE-----$|^Hash: (?:SHA|MD|RIPEMD)[\w-]+$")
_PGP_END = re.compile(r"^-----BEGIN PGP SIGNATURE-----$")
_CJK_GAP = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff] ?[:：])")


def is_address(line: Line) -> bool:
    """Whether the line is an e-mail address and nothing else."""
    return _ADDRESS.fullmatch(line.bare) is not None


def is_bars(line: Line) -> bool:
    """Whether the line is what is left of an empty row of a table."""
    return bool(line.text.strip()) and not line.text.strip("| \t")


def read_lines(text: str) -> list[Line]:
    """The lines of a text with their kinds."""
    lines = [Line(line, _bare(line)) for line in text.split("\n")]
    fenced = _fenced(lines)
    for number, line in enumerate(lines):
        line.kind = Kind.TEXT if number in fenced else _own_kind(line)
    for number in range(len(lines)):
        if number not in fenced:
            _mark_announcement(lines, number)
    _mark_field_blocks(lines, fenced)
    return lines


def mark_last_device(lines: list[Line]) -> None:
    """The weaker signs of a device count only as the last thing written."""
    for line in reversed(lines):
        if line.kind is Kind.TEXT:
            if _DEVICE_AT_END.match(line.bare):
                line.kind = Kind.DEVICE
            return


def _bare(line: str) -> str:
    text = _ODD_SPACES.sub(" ", entities.unescape(line[:_MARGIN]))
    return _CJK_GAP.sub("", _QUOTE_MARKS.sub("", text).strip().strip("*").strip())


def _fenced(lines: list[Line]) -> set[int]:
    """Numbers of lines inside code fences; a fence that never closes fences nothing."""
    inside: set[int] = set()
    opened = -1
    for number, line in enumerate(lines):
        if _FENCE.match(line.text):
            if opened >= 0:
                inside.update(range(opened, number + 1))
            opened = -1 if opened >= 0 else number
    return inside


def _own_kind(line: Line) -> Kind:
    start = line.text[:_MARGIN]
    if not _ODD_SPACES.sub("", entities.unescape(start)):
        return Kind.BLANK
    if _QUOTE.match(start):
        return Kind.QUOTE
    if _RULE.match(start) or _PGP_END.match(line.bare):
        return Kind.RULE
    return Kind.DEVICE if _DEVICE.match(line.bare) or _PGP_BEGIN.match(line.bare) else Kind.TEXT


def _mark_announcement(lines: list[Line], last: int) -> None:
    """Mark the lines of the announcement that ends in line `last`, if one does."""
    line = lines[last]
    if line.kind not in {Kind.TEXT, Kind.QUOTE, Kind.DEVICE} or not line.bare:
        return
    if _RULED_WORDS.match(line.bare) or _OPEN_WORDS.match(line.bare) or _ALONE_WORDS.match(line.bare):
        line.kind = Kind.ANNOUNCE
        return
    if _RULED_WORDS_AND_FIELD.match(line.bare):  # 139 and 189 go on without a line break
        line.kind = Kind.ANNOUNCE
        return
    if _DATE_AND_SENDER.match(line.bare) or ("@" in line.bare and _FIELDS_IN_A_ROW.match(line.bare)):
        line.kind = Kind.ANNOUNCE
        return
    if not _ENDS.search(line.text[-20:]):
        return
    for first in _starts(lines, last):
        joined = " ".join(part.bare or ">" for part in lines[first : last + 1])
        if _announces(joined, quote_follows=_quote_follows(lines, last)):
            name_above = joined[0] in "<(" and first > 0 and lines[first - 1].kind is Kind.TEXT
            for part in lines[first - name_above : last + 1]:
                part.kind = Kind.ANNOUNCE
            return


def _starts(lines: list[Line], last: int) -> list[int]:
    """Where the announcement may begin: the farthest line that opens one first, then the line itself."""
    if _is_whole(lines[last].bare):
        return [last]
    starts = []
    for first in range(last - 1, max(-1, last - _WINDOW), -1):
        bare = lines[first].bare
        if lines[first].kind not in {Kind.TEXT, Kind.QUOTE} or not bare or _ENDS.search(bare):
            break
        starts.append(first)
        if _SENDER.match(bare) or (_OPENER.match(bare) and _DATE.search(bare)):
            return [first, last, *starts]
    return [last, *starts]


def _is_whole(bare: str) -> bool:
    """Whether one line holds it all: who, when, and a beginning that isn't the middle of a date."""
    has_all = _HAS_WROTE.search(bare) and _DATE.search(bare) and _ADDRESS.search(bare)
    return bool(has_all) and not bare[0].isdigit() and bool(_OPENER.match(bare) or _SENDER.match(bare))


def _quote_follows(lines: list[Line], last: int) -> bool:
    following = (line for line in lines[last + 1 : last + 4] if line.kind is not Kind.BLANK)
    return next((line.kind is Kind.QUOTE for line in following), False)


def _announces(text: str, *, quote_follows: bool) -> bool:
    if len(text) > _MARGIN:
        return False
    wrote, dated, addressed = (
        bool(_HAS_WROTE.search(text)),
        bool(_DATE.search(text)),
        bool(_ADDRESS.search(text)),
    )
    if quote_follows and (wrote or (dated and addressed)):
        return True
    if wrote and (dated or addressed):
        return bool(_OPENER.match(text) or _NAMED.match(text))
    return dated and addressed and bool(_OPENER.match(text))


def _mark_field_blocks(lines: list[Line], fenced: set[int]) -> None:
    number = 0
    while number < len(lines):
        end = 0 if number in fenced else _field_block_end(lines, number)
        for line in lines[number:end]:
            line.kind = Kind.FIELD
        number = max(end, number + 1)


def _field_block_end(lines: list[Line], start: int) -> int:
    """Where the copied header that begins at `start` ends; 0 if none does.

    Three different fields, one of them a sender or subject, and something only a mail has: an address or a
    subject. "From: Beijing / To: Shanghai / Date: …" is a journey."""
    if lines[start].kind is Kind.BLANK or not _field_kind(lines[start].bare):
        return 0
    kinds: set[str] = set()
    end, gap, has_address = 0, 0, False
    for number in range(start, min(len(lines), start + _BLOCK)):
        kind = _field_kind(lines[number].bare)
        if kind:
            kinds.add(kind)
            end, gap = number + 1, 0
            has_address = has_address or "@" in lines[number].bare
        else:
            gap += 1
            if gap > 1:
                break
    is_mail = len(kinds - {"other"}) >= 3 and ("from" in kinds or "to" in kinds)
    return end if is_mail and (has_address or "subject" in kinds) else 0


def _field_kind(bare: str) -> str:
    if ":" not in bare[:60] and "：" not in bare[:60] and "|" not in bare[:60]:
        return ""
    return next((kind for kind, pattern in _FIELD.items() if pattern.match(bare)), "")
