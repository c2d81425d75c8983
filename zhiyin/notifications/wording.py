"""A notification in words."""

from __future__ import annotations

from zhiyin.notifications.models import Notification
from zhiyin.notifications.reasons import Words, reason_called

SOMEBODY = Words("系统", "The system")
CUSTOMER = Words("客户", "The customer")
OTHERS = Words("{who} 等人", "{who} and others")
GONE = Words("有新动态", "Something new")


def line_of(row: Notification, language: str, *, names_customer: bool = True) -> str:
    """One line in 'zh' or 'en'. The row's `by` and its ticket's customer are read; without a name it is "the customer"."""
    reason = reason_called(row.reason)
    if reason is None:
        return str(getattr(GONE, language))
    words = reason.mass if row.is_mass else reason.more if row.count > 1 else reason.one
    if reason.from_customer and row.ticket is not None:
        name = row.ticket.customer.name if names_customer else ""
        who = name or getattr(CUSTOMER, language)
    else:
        who = row.by.name if row.by else getattr(SOMEBODY, language)
        who = getattr(OTHERS, language).format(who=who) if row.by_others and row.by else who
    return str(getattr(words, language)).format(who=who, count=row.count)


def language_of(locale: str) -> str:
    return "en" if locale.startswith("en") else "zh"
