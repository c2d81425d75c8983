"""What a customer wrote now, apart from what the mail repeats: quoted text, copied headers, signatures."""

from dataclasses import dataclass

from zhiyin.channels.providers.email.parsing.line_kinds import (
    Kind,
    Line,
    is_address,
    is_bars,
    mark_last_device,
    read_lines,
)

_LINES_LIMIT = 3_000
_CARD_LINES = 4  # of the signature that Foxmail and QQ put between an answer and what it repeats
_SIGNATURE_LINES = 15  # what follows a rule and is longer was not a signature


@dataclass(frozen=True, slots=True)
class Folded:
    visible: str
    quoted: str


def fold_quoted(text: str) -> Folded:
    """Each line of `text` is in one of both. `visible` is "" where the mail holds nothing but repetition."""
    lines = read_lines("\n".join(text.replace("\r\n", "\n").split("\n")[:_LINES_LIMIT]))
    rest = text.replace("\r\n", "\n").split("\n")[_LINES_LIMIT:]
    cut = _cut(lines)
    if cut < len(lines):
        cut = _before_signature(lines, cut)
    mark_last_device(lines[:cut])
    hidden = set(range(cut, len(lines))) | _hidden_before(lines[:cut])
    visible = [line.text for number, line in enumerate(lines) if number not in hidden]
    quoted = [line.text for number, line in enumerate(lines) if number in hidden]
    (quoted if cut < len(lines) else visible).extend(rest)
    return Folded(_trim(visible), _trim(quoted))


def _cut(lines: list[Line]) -> int:
    """The first line from which all is repetition or signature."""
    end = len(lines)
    written = False
    for number, line in enumerate(lines):
        if written and line.kind is Kind.RULE and _closes(lines[number:]):
            end = number
            break
        written = written or line.kind is Kind.TEXT
    written = False
    for number, line in enumerate(lines[:end]):
        if written and line.kind is Kind.FIELD:
            return number
        if written and line.kind is Kind.ANNOUNCE and not _is_answered_below(lines[number:end]):
            return number
        written = written or line.kind is Kind.TEXT
    return end


def _before_signature(lines: list[Line], cut: int) -> int:
    """Where a signature without a rule begins that ends at `cut`, else `cut`.

    Foxmail's and QQ's stands apart by blank lines and ends in an address alone; NetEase Mail Master's is a table."""
    last = cut - 1
    while last > 0 and lines[last].kind in {Kind.BLANK, Kind.RULE}:
        last -= 1
    first = last
    while first > 0 and lines[first - 1].kind is Kind.TEXT:
        first -= 1
    if is_bars(lines[first]) and any(line.kind is Kind.TEXT for line in lines[:first]):
        return first
    stands_apart = first > 2 and all(line.kind is Kind.BLANK for line in lines[first - 2 : first])
    written = any(line.kind is Kind.TEXT for line in lines[:first])
    is_card = last - first < _CARD_LINES and is_address(lines[last])
    return first if stands_apart and written and is_card else cut


def _closes(after: list[Line]) -> bool:
    """Whether a rule ends the message: a signature, a copied mail or nothing follows. Else it divides the text."""
    following = [line.kind for line in after[1:] if line.kind not in {Kind.BLANK, Kind.RULE, Kind.DEVICE}]
    if not following or following[0] is not Kind.TEXT:
        return True
    if Kind.FIELD in following[:3]:
        return True
    rule = after[0].bare
    if rule == "--" or rule.startswith("-----BEGIN"):
        return True
    return rule[:1] not in "=~*#+" and following.count(Kind.TEXT) <= _SIGNATURE_LINES


def _is_answered_below(after: list[Line]) -> bool:
    """Whether the writer answered between or beneath the quoted lines that an announcement begins."""
    quoted = False
    for line in after[1:]:
        quoted = quoted or line.kind is Kind.QUOTE
        if line.kind is Kind.FIELD:
            return False
        if quoted and line.kind is Kind.TEXT:
            return True
    return False


def _hidden_before(lines: list[Line]) -> set[int]:
    """Lines to fold in what remains: marks, a quote that stands first, quotes that stand last."""
    hidden = {
        number for number, line in enumerate(lines) if line.kind in {Kind.DEVICE, Kind.ANNOUNCE, Kind.FIELD}
    }
    kinds = [line.kind for line in lines]
    if Kind.TEXT not in kinds:
        announced = Kind.ANNOUNCE in kinds or Kind.FIELD in kinds
        return set(range(len(lines))) if announced else hidden
    first = kinds.index(Kind.TEXT)
    if Kind.ANNOUNCE in kinds[:first]:
        hidden.update(range(first))
    hidden.update(number for number in range(first) if kinds[number] is Kind.RULE)
    last = len(lines) - 1 - kinds[::-1].index(Kind.TEXT)
    hidden.update(number for number in range(last + 1, len(lines)) if kinds[number] is not Kind.RULE)
    return hidden


def _trim(lines: list[str]) -> str:
    """Without blank lines around; spaces that indent the first line stay."""
    first, last = 0, len(lines)
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    return "\n".join(lines[first:last]).rstrip()
