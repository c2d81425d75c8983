"""What the company of the demo keeps on its tickets: finer categories, statuses, fields, a form and templates."""

from __future__ import annotations

from typing import Any

from zhiyin.tickets.forms.taking import default_taken_from
from zhiyin.tickets.models import (
    Category,
    CustomField,
    CustomStatus,
    Form,
    FormField,
    TicketTemplate,
    TicketType,
)

BENEATH = {
    "退货退款": ["未到账", "退货运费"],
    "物流配送": ["未收到", "包裹破损"],
    "安装服务": ["预约", "改期"],
}
STATUSES = [("on_hold", "等配件", "Waiting for parts"), ("on_hold", "等仓库", "Waiting for the warehouse")]
_PRODUCTS = [
    {
        "value": "kitchen",
        "zh": "厨电",
        "en": "Kitchen",
        "children": [
            {"value": "rice_cooker", "zh": "电饭煲", "en": "Rice cooker"},
            {"value": "air_fryer", "zh": "空气炸锅", "en": "Air fryer"},
        ],
    },
    {
        "value": "cleaning",
        "zh": "清洁",
        "en": "Cleaning",
        "children": [
            {"value": "robot", "zh": "扫地机器人", "en": "Robot vacuum"},
            {"value": "washer", "zh": "洗地机", "en": "Floor washer"},
        ],
    },
]
_REASONS = [
    {"value": "broken", "zh": "质量问题", "en": "Broken"},
    {"value": "unwanted", "zh": "不想要了", "en": "Changed their mind"},
    {"value": "late", "zh": "发货太慢", "en": "Took too long"},
]
FIELDS: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("order_no", "text", "订单号", "Order number", {"max_length": 40}),
    ("product", "cascade", "产品", "Product", {"options": _PRODUCTS}),
    ("refund_reason", "choice", "退款原因", "Reason for the refund", {"options": _REASONS}),
    ("refund_amount", "number", "退款金额（元）", "Amount to refund (CNY)", {"min": 0, "decimals": 2}),
    ("visit_on", "date", "上门日期", "Date of visit", {}),
    ("engineer", "person", "安装师傅", "Engineer", {}),
    ("receipt", "file", "凭证", "Receipt", {}),
]
TEMPLATES = [
    (
        "安装预约",
        "安装服务",
        "与您约定上门安装的时间",
        "您好，您购买的产品已送达。请问本周哪一天方便我们上门安装？",
    ),
    (
        "退款回访",
        "退货退款",
        "您的退款是否已到账",
        "您好，您的退款已于三天前退回原支付方式，请问是否已经到账？",
    ),
]


def arrange_layout() -> None:
    """Make what is missing of it."""
    categories = {category.name: category for category in Category.objects.filter(parent=None)}
    for name, beneath in BENEATH.items():
        for number, child in enumerate(beneath):
            Category.objects.get_or_create(name=child, parent=categories[name], defaults={"position": number})
    for number, (status, zh, en) in enumerate(STATUSES):
        CustomStatus.objects.get_or_create(
            name_en=en, defaults={"name_zh": zh, "status": status, "position": number}
        )
    for number, (key, kind, zh, en, rules) in enumerate(FIELDS):
        CustomField.objects.get_or_create(
            key=key,
            defaults={
                "kind": kind,
                "name_zh": zh,
                "name_en": en,
                "rules": rules,
                "position": number,
                "taken_from": default_taken_from(kind, key),
            },
        )
    _fill_form(categories)
    question = TicketType.objects.order_by("position").first()
    for number, (name, category, subject, text) in enumerate(TEMPLATES):
        TicketTemplate.objects.get_or_create(
            name=name,
            defaults={
                "category": categories[category],
                "type": question,
                "subject": subject,
                "text": text,
                "position": number,
            },
        )


def _fill_form(categories: dict[str, Category]) -> None:
    """Refunds ask for their reason and amount, and need them to be solved; installations for a date and a person."""
    form, _ = Form.objects.get_or_create(
        is_default=True, defaults={"name_zh": "默认表单", "name_en": "Default form"}
    )
    if form.lines.exists():
        return
    refund: list[dict[str, Any]] = [{"about": "category", "key": "", "any_of": [categories["退货退款"].pk]}]
    visit: list[dict[str, Any]] = [{"about": "category", "key": "", "any_of": [categories["安装服务"].pk]}]
    broken: list[dict[str, Any]] = [*refund, {"about": "field", "key": "refund_reason", "any_of": ["broken"]}]
    lines: list[tuple[str, str, list[dict[str, Any]]]] = [
        ("order_no", "never", []),
        ("product", "never", []),
        ("refund_reason", "on_close", refund),
        ("refund_amount", "on_close", refund),
        ("receipt", "never", broken),
        ("visit_on", "never", visit),
        ("engineer", "never", visit),
    ]
    fields = CustomField.objects.in_bulk([key for key, _, _ in lines], field_name="key")
    FormField.objects.bulk_create(
        FormField(form=form, field=fields[key], position=number, required=required, shown_when=when)
        for number, (key, required, when) in enumerate(lines)
    )
