"""The facts of a case that its texts name: order, product, dates, amounts. Drawn when first asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from zhiyin.demo.catalogue import Product
from zhiyin.demo.customers import Customer
from zhiyin.demo.rhythm import CHINA
from zhiyin.demo.script import word_list

_CARRIERS_EN = ("DHLJD01", "DPD0153", "GLS8027")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


class Facts(dict[str, str]):
    """Facts by name; `facts["order"]` is drawn once and stays."""

    def __init__(self, rng: Random, *, customer: Customer, product: Product, other: Product, at: int) -> None:
        super().__init__(
            product=product.name_en if customer.name.is_english else product.name,
            product2=other.name_en if customer.name.is_english else other.name,
            model=product.model,
            unit=product.unit,
            price=str(product.price),
            price_en=f"€{product.price // 7}",
            me=customer.name.full,
            email=customer.email,
            city=customer.city,
        )
        self.rng, self.customer, self.sold = rng, customer, product
        self.day = datetime.fromtimestamp((at + CHINA) // 1_000_000, UTC)

    def __missing__(self, name: str) -> str:
        self[name] = told = str(getattr(self, f"_{name}")())
        return told

    def _number(self, digits: int) -> str:
        return str(int(self.rng.random() * 9 * 10 ** (digits - 1)) + 10 ** (digits - 1))

    def _date_of(self, days: int) -> str:
        day = self.day + timedelta(days=days)
        if self.customer.name.is_english:
            return f"{word_list('months')[day.month - 1]} {day.day}"
        return f"{day.month}月{day.day}日"

    def _order(self) -> str:
        return f"LT{(self.day - timedelta(days=int(self.rng.random() * 30))):%Y%m%d}{self._number(6)}"

    def _date(self) -> str:
        return self._date_of(-1 - int(self.rng.random() * 9))

    def _day(self) -> str:
        return self._date_of(1 + int(self.rng.random() * 4))

    def _code(self) -> str:
        letters = "".join(self.rng.choice(_LETTERS) for _ in range(2))
        return f"{letters}{self._number(6)}"

    def _serial(self) -> str:
        return f"{self.sold.model}{self.day.year % 100}{self._number(8)}"

    def _carrier(self) -> str:
        english = self.customer.name.is_english
        told = self.rng.choice(_CARRIERS_EN if english else word_list("carriers"))
        name = told[:3] if english else "".join(letter for letter in told if not letter.isascii())
        prefix = told.removeprefix(name)
        self["tracking"] = f"{prefix}{self._number(12)}"
        return name

    def _tracking(self) -> str:
        self["carrier"] = self._carrier()
        return self["tracking"]

    def _part(self) -> str:
        return self.rng.choice(self.sold.parts)

    def _part_en(self) -> str:
        return self.sold.part_en

    def _part_price(self) -> str:
        return f"€{9 + int(self.rng.random() * 30)}"

    def _flaw(self) -> str:
        return self.rng.choice(self.sold.flaws)

    def _fault(self) -> str:
        what, self["fix"] = self.rng.choice(self.sold.faults)
        return what

    def _fix(self) -> str:
        self["fault"] = self._fault()
        return self["fix"]

    def _fault_en(self) -> str:
        what, self["fix_en"] = self.rng.choice(self.sold.faults_en)
        return what

    def _fix_en(self) -> str:
        self["fault_en"] = self._fault_en()
        return self["fix_en"]

    def _ask(self) -> str:
        what, self["answer"] = self.rng.choice(self.sold.questions)
        return what

    def _answer(self) -> str:
        self["ask"] = self._ask()
        return self["answer"]

    def _amount(self) -> str:
        return str(max(10, int(self.sold.price * (0.08 + self.rng.random() * 0.3)) // 10 * 10))

    def _coupon(self) -> str:
        return str(self.rng.choice((10, 15, 20, 30, 50, 100)))

    def _budget(self) -> str:
        return str((self.sold.price // 500 + 1) * 500)

    def _size(self) -> str:
        return str(60 + int(self.rng.random() * 90))

    def _shops(self) -> str:
        return "218"

    def _gift(self) -> str:
        return self.rng.choice(word_list("gifts"))

    def _phone(self) -> str:
        return self.customer.phone or f"1390000{self._number(4)}"

    def _street(self) -> str:
        return f"{self.rng.choice(word_list('streets'))}{1 + int(self.rng.random() * 300)}号"

    def _buyer(self) -> str:
        return self.customer.company or f"{self.customer.city}云杉里商贸有限公司"

    def _company_en(self) -> str:
        return self.customer.company or "Northfield Trading Ltd"

    def _taxno(self) -> str:
        return f"9133{self._number(8)}MA{self._number(3)}{self.rng.choice(_LETTERS)}"

    def _invoice(self) -> str:
        return f"26{self._number(18)}"

    _invoice2 = _invoice

    def _qty(self) -> str:
        self["bulk"] = str(int(self.sold.price * 0.9))
        self["bulk2"] = str(int(self.sold.price * 0.86))
        return str(self.rng.choice((20, 30, 50, 80, 120, 200)))

    def _bulk(self) -> str:
        self["qty"] = self._qty()
        return self["bulk"]

    def _bulk2(self) -> str:
        self["qty"] = self._qty()
        return self["bulk2"]

    def _tier(self) -> str:
        return {"standard": "普通会员", "vip": "VIP", "key": "重点客户"}[self.customer.tier]
