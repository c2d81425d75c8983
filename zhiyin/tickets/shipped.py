"""What ships with the desk: four types of tickets, a default form and rules for words, all the company's to change."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from zhiyin.tickets.models import Form, TicketType
from zhiyin.tickets.wording.shipping import install_shipped_wording

TYPES = [("咨询", "Question"), ("故障", "Incident"), ("问题", "Problem"), ("任务", "Task")]
FORM = ("默认表单", "Default form")


def install_after_migrating(**_: Any) -> None:
    """Runs on Django's post_migrate: also after a test emptied the tables."""
    install_shipped_layout()
    install_shipped_wording()


@transaction.atomic
def install_shipped_layout() -> None:
    """Give a centre that has no types or no form yet those that ship; what is there stays as it is."""
    if not TicketType.objects.exists():
        TicketType.objects.bulk_create(
            TicketType(name_zh=zh, name_en=en, position=number) for number, (zh, en) in enumerate(TYPES)
        )
    if not Form.objects.exists():
        Form.objects.create(name_zh=FORM[0], name_en=FORM[1], is_default=True)
