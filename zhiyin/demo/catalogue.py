"""What the company sells, and what people ask, miss and complain about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from zhiyin.demo.script import FOLDER


@dataclass
class Product:
    model: str
    name: str
    name_en: str
    price: int  # yuan
    kind: str
    unit: str
    parts: list[str] = field(default_factory=list)
    part_en: str = ""
    faults: list[tuple[str, str]] = field(default_factory=list)  # what fails, what helps
    faults_en: list[tuple[str, str]] = field(default_factory=list)
    questions: list[tuple[str, str]] = field(default_factory=list)
    flaws: list[str] = field(default_factory=list)


@lru_cache(maxsize=1)
def products() -> list[Product]:
    """All products, as products.txt tells them."""
    return list(_read((FOLDER / "products.txt").read_text("utf-8")))


def _read(text: str) -> Iterator[Product]:
    product: Product | None = None
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.count("|") == 5:
            if product is not None:
                yield product
            model, name, name_en, price, kind, unit = (part.strip() for part in line.split("|"))
            product = Product(model, name, name_en, int(price), kind, unit)
        elif product is not None:
            _note(product, *line.split(": ", 1))
    if product is not None:
        yield product


def _note(product: Product, what: str, told: str) -> None:
    first, _, second = told.partition(" => ")
    match what:
        case "part":
            product.parts = told.split(", ")
        case "part.en":
            product.part_en = told
        case "fault":
            product.faults.append((first, second))
        case "fault.en":
            product.faults_en.append((first, second))
        case "ask":
            product.questions.append((first, second))
        case "flaw":
            product.flaws.append(told)
        case _:
            raise ValueError(f"products.txt: {what}")
