"""Which questions of a dialogue are asked, by what was answered before. Pure.

A slot may say under which earlier answers it is asked: all its conditions have to hold, and each names a choice that stands
before it. So there is no way back, and whether a slot can ever be asked is told by the answers it needs, taken together with
those that the choices it names need themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zhiyin.assist.answering.slots import Slot

Needs = dict[str, frozenset[str]]  # by the key of a choice: the answers that will do


def asked_among(slots: Sequence[Slot], filled: Mapping[str, Any]) -> list[Slot]:
    """The slots on the way that these answers take. An answer to what is not on the way decides nothing."""
    on_the_way: list[Slot] = []
    heard: dict[str, Any] = {}
    for slot in slots:
        if all(heard.get(one.key) in one.any_of for one in slot.only_if):
            on_the_way.append(slot)
            heard[slot.key] = filled.get(slot.key)
    return on_the_way


def misfits_of_branches(slots: Sequence[Slot]) -> dict[int, str]:
    """What is wrong with the conditions, by the slot's place: a question that is not asked before, an answer it does not
    offer, or answers that can't be given together."""
    wrong: dict[int, str] = {}
    before: dict[str, Slot] = {}
    needs: dict[str, Needs] = {}
    for place, slot in enumerate(slots):
        wanted: Needs = {}
        for one in slot.only_if:
            misfit = _misfit(before.get(one.key), one.any_of)
            if misfit:
                wrong.setdefault(place, f"{one.key} {misfit}")
                continue
            for key, answers in ({one.key: frozenset(one.any_of)} | needs[one.key]).items():
                wanted[key] = wanted.get(key, answers) & answers
        if any(not answers for answers in wanted.values()):
            wrong.setdefault(place, "can never be asked: its conditions exclude each other")
        before[slot.key], needs[slot.key] = slot, wanted
    return wrong


def _misfit(asked: Slot | None, answers: Sequence[str]) -> str:
    if asked is None:
        return "is not asked before"
    if asked.kind != "choice":
        return "is no choice"
    unknown = set(answers) - {one.value for one in asked.options}
    return f"does not offer {', '.join(sorted(unknown))}" if unknown else ""
