"""From what a conversation names a field may be filled in: which kinds of details fit which kinds of fields.

A detail is an order number, a phone, an address, an e-mail, an amount or a date; `options` are the field's own, by name.
"""

from __future__ import annotations

import re

from zhiyin.tickets.forms.misfits import Misfit

NAMED = ("order", "phone", "address", "email", "amount", "date")
OPTIONS = "options"
TAKEN_FROM = ("", *NAMED, OPTIONS)
_FITTING: dict[str, tuple[str, ...]] = {
    "text": NAMED,
    "long_text": NAMED,
    "number": ("amount", "order"),
    "date": ("date",),
    "choice": (OPTIONS,),
    "choices": (OPTIONS,),
    "cascade": (OPTIONS,),
}
# what a key says, where the kind alone does not; the first that is found
_BY_KEY = (
    ("email", r"e?mail"),
    ("phone", r"phone|mobile|tel|cellphone"),
    ("address", r"address|addr"),
    ("order", r"order"),
    ("amount", r"amount|price|refund|sum|money|cost|fee"),
    (OPTIONS, r"products?|model|brand|goods|item"),
)


def default_taken_from(kind: str, key: str) -> str:
    """What a field of this kind and key is taken from where nobody says; '' for nothing.

    A number that is no amount, a text that names no detail and most choices are left alone: what is wrongly proposed has
    to be put aside by somebody.
    """
    if kind == "date":
        return "date"
    parts = set(key.split("_"))
    for detail, words in _BY_KEY:
        if detail in _FITTING.get(kind, ()) and any(re.fullmatch(words, part) for part in parts):
            # an order's number, and not its state or kind
            return detail if detail != "order" or parts <= {"order", "number", "no", "id"} else ""
    return ""


def refuse_unfit_taking(kind: str, taken_from: str) -> None:
    """Raises Misfit where a field of this kind can't hold such a detail."""
    if taken_from and taken_from not in _FITTING.get(kind, ()):
        raise Misfit(
            "这类字段不能由对话中的这类信息填写，请另选一种，或选“不填写”。",
            "A field of this kind can't be filled in from that; choose another, or nothing.",
        )
