"""Names of people: Chinese with their spelling, some in traditional characters, some English."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from zhiyin.demo.script import word_list


@dataclass(frozen=True, slots=True)
class Name:
    full: str
    surname: str
    spelled: str  # for addresses: wang.haoran
    is_woman: bool
    is_english: bool = False


def draw_name(rng: Random, *, english: bool) -> Name:
    """Somebody's name."""
    woman = rng.random() < 0.5
    if english:
        first, last = (
            rng.choice(word_list("her in English" if woman else "his in English")),
            rng.choice(word_list("surnames in English")),
        )
        return Name(f"{first} {last}", last, f"{first}.{last}".lower(), woman, is_english=True)
    surname, spelled = _FAMILY[int(len(_FAMILY) * rng.random() ** 1.8)]
    firsts, lasts = _HER if woman else _HIM
    last, last_spelled = lasts[int(rng.random() * len(lasts))]
    first, first_spelled = firsts[int(rng.random() * len(firsts))] if rng.random() < 0.72 else ("", "")
    if first == last:
        first, first_spelled = "", ""
    full = surname + first + last
    if rng.random() < 0.03:
        full, surname = full.translate(_TRADITIONAL), surname.translate(_TRADITIONAL)
    return Name(full, surname, f"{spelled}.{first_spelled}{last_spelled}", woman)


def _pairs(name: str) -> list[tuple[str, str]]:
    """Characters and their spelling."""
    found = []
    for one in word_list(name):
        letters = "".join(letter for letter in one if letter.isascii())
        found.append((one.removesuffix(letters), letters))
    return found


_FAMILY = _pairs("surnames")
_HER = (_pairs("her first"), _pairs("her last"))
_HIM = (_pairs("his first"), _pairs("his last"))
_TRADITIONAL = str.maketrans(word_list("simplified")[0], word_list("traditional")[0])
