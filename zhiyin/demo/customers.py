"""Who writes: each customer is drawn anew from seed and number wherever they are needed, always the same."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from zhiyin.demo.names import Name, draw_name
from zhiyin.demo.script import word_list

_MAIL_HOSTS = ("example.com",) * 5 + ("example.net",) * 3 + ("example.org",) * 2
_MOBILES = (
    "138",
    "139",
    "135",
    "136",
    "137",
    "150",
    "151",
    "158",
    "159",
    "182",
    "186",
    "188",
    "176",
    "177",
    "199",
)
PHONES = len(_MOBILES) * 10_000  # the middle four digits stay 0000, which nobody has


@dataclass(frozen=True, slots=True)
class Customer:
    id: int
    name: Name
    email: str
    phone: str
    account: str  # their number in the company's shop
    company: str
    tier: str
    city: str
    note: str

    @property
    def language(self) -> str:
        return "en" if self.name.is_english else "zh-CN"


def customer(number: int, seed: int) -> Customer:
    """The customer of a number (also their id)."""
    rng = Random(seed * 1_000_003 + number)  # noqa: S311
    cities = word_list("cities")
    name = draw_name(rng, english=rng.random() < 0.07)
    firm = rng.random() < (0.16 if name.is_english else 0.11)
    draw = rng.random()
    return Customer(
        id=number,
        name=name,
        email=f"{name.spelled}{number}@{_MAIL_HOSTS[int(rng.random() * len(_MAIL_HOSTS))]}",
        phone="" if name.is_english or number >= PHONES or rng.random() < 0.2 else _phone(number),
        account=f"u{800_000 + number}",
        company=_company(rng, english=name.is_english) if firm else "",
        tier=("key" if firm and draw < 0.25 else "vip" if draw < 0.09 else "standard"),
        city=cities[int(rng.random() ** 1.5 * len(cities))],
        note=rng.choice(word_list("notes in English" if name.is_english else "notes"))
        if rng.random() < 0.05
        else "",
    )


def _phone(number: int) -> str:
    return f"{_MOBILES[number // 10_000]}0000{number * 7919 % 10_000:04}"


def _company(rng: Random, *, english: bool) -> str:
    if english:
        return rng.choice(word_list("firms in English"))
    lists = ("cities", "firm words", "firm words", "firm kinds")
    return "".join(rng.choice(word_list(name)) for name in lists)
