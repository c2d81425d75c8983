"""What ships of compensation: a small catalogue, limits by role and chains by amount, all the company's to change."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction

from zhiyin.people.models import Role
from zhiyin.procedures.models import ApprovalRule, CompensationItem, RoleLimit

LETTER_ZH = """尊敬的客户：

对于这次给您带来的不便，我们深表歉意。问题出在我们这边，我们已经着手改进。

感谢您的耐心与理解。"""
LETTER_EN = """Dear customer,

We are sorry for the trouble this has caused you.
It was our mistake, and we are mending what led to it.

Thank you for your patience."""
ITEMS: list[dict[str, Any]] = [
    {"kind": "coupon", "name_zh": "优惠券", "name_en": "Coupon", "least": 5, "most": 500},
    {
        "kind": "points",
        "name_zh": "积分",
        "name_en": "Points",
        "worth": Decimal("0.01"),
        "least": 100,
        "most": 50000,
    },
    {"kind": "refund", "name_zh": "部分退款", "name_en": "Partial refund", "least": 1, "most": 5000},
    {
        "kind": "goods",
        "name_zh": "赠品（件）",
        "name_en": "Gift (pieces)",
        "worth": 30,
        "least": 1,
        "most": 5,
    },
    {
        "kind": "letter",
        "name_zh": "致歉信",
        "name_en": "Letter of apology",
        "worth": 0,
        "least": 1,
        "most": 1,
        "letter_zh": LETTER_ZH,
        "letter_en": LETTER_EN,
    },
]
LIMITS = {"agent": (50, 300), "lead": (300, 1500), "manager": (2000, 10000), "administrator": (2000, 10000)}
_LEAD = {"asks": [{"role": "lead"}], "needs": "any", "minutes": 240, "then": {"role": "manager"}}
_MANAGER = {"asks": [{"role": "manager"}], "needs": "any", "minutes": 480, "then": {"role": "administrator"}}
RULES = [
    (kind, above, stages)
    for kind in ("compensation", "refund")
    for above, stages in ((0, [_LEAD]), (500, [_LEAD, _MANAGER]))
]


def install_after_migrating(**_: Any) -> None:
    """Runs on Django's post_migrate: also after a test emptied the tables."""
    install_shipped_compensation()


@transaction.atomic
def install_shipped_compensation() -> None:
    """Give a centre that has no catalogue yet the one that ships, with limits and chains; what is there stays."""
    if CompensationItem.objects.exists():
        return
    CompensationItem.objects.bulk_create(
        CompensationItem(position=number, **item) for number, item in enumerate(ITEMS)
    )
    if not RoleLimit.objects.exists():
        roles = Role.objects.filter(code__in=LIMITS)
        RoleLimit.objects.bulk_create(
            RoleLimit(role=role, a_grant=LIMITS[role.code][0], a_day=LIMITS[role.code][1]) for role in roles
        )
    if not ApprovalRule.objects.exists():
        ApprovalRule.objects.bulk_create(
            ApprovalRule(kind=kind, above=above, stages=stages) for kind, above, stages in RULES
        )
