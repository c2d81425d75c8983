"""Personal data put away before words leave, and put back when they return."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from zhiyin.assist.local.personal_data import spans_in

_MARK = re.compile(r"\[[A-Z_]+_\d+\]")
_MARKS = re.compile(rf"({_MARK.pattern})")


@dataclass
class Mask:
    """Marks such as [CN_MOBILE_1] and what stands behind each; the same value has the same mark in all texts."""

    values: dict[str, str] = field(default_factory=dict)
    _marks: dict[tuple[str, str], str] = field(default_factory=dict)

    def hide(self, text: str) -> str:
        """The text with marks in place of personal data, and of values hidden before wherever they stand again."""
        parts, last = [], 0
        for span in spans_in(text):
            parts += [text[last : span.start], self._mark(span.kind, span.text)]
            last = span.end
        hidden = "".join([*parts, text[last:]])
        for mark, value in self.values.items():
            if len(value) > 1:
                hidden = "".join(
                    piece if place % 2 else piece.replace(value, mark)  # between the marks, never inside one
                    for place, piece in enumerate(_MARKS.split(hidden))
                )
        return hidden

    def hide_value(self, kind: str, value: str) -> None:
        """Have a value hidden that is known from elsewhere, such as the customer's name."""
        if len(value.strip()) > 1:
            self._mark(kind, value.strip())

    def show(self, text: str) -> str:
        """The text with the values put back; a mark nobody gave stays as it is."""
        return _MARK.sub(lambda found: self.values.get(found.group(), found.group()), text)

    def _mark(self, kind: str, value: str) -> str:
        key = (kind, value)
        if key not in self._marks:
            number = sum(one == kind for one, _ in self._marks) + 1
            mark = f"[{kind.upper()}_{number}]"
            self._marks[key] = mark
            self.values[mark] = value
        return self._marks[key]


def masked(text: str) -> str:
    """The text without personal data, for good: what stood there is told by its kind."""
    parts, last = [], 0
    for span in spans_in(text):
        parts += [text[last : span.start], "***"]
        last = span.end
    return "".join([*parts, text[last:]])
