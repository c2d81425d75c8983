"""Mails to those whose yes is asked for, with a link of their own; worded and linked only as they leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage

from zhiyin.people.currencies import money
from zhiyin.people.mailing import hand_over
from zhiyin.people.models import Staff
from zhiyin.people.queries.company import company_or_blank
from zhiyin.platform.ledger.ledger import effect, record_effects
from zhiyin.platform.ledger.models import Effect
from zhiyin.procedures.approval_links import approval_link
from zhiyin.procedures.models import Approval
from zhiyin.procedures.queries.approvals import may_answer_now

KIND = "procedures.approval_mail"
KINDS = {
    "zh-CN": {"compensation": "补偿", "refund": "退款"},
    "en": {"compensation": "Compensation", "refund": "Refund"},
}
_WORDS = {
    "zh-CN": """请审批：{kind}{amount}（工单 {number}）

{name}，您好：

{asker} 在工单 {number} 上申请{kind}{amount}，需要您同意。

理由：{reason}

同意或拒绝（链接只属于您，请勿转发）：
{link}

查看工单：
{ticket}

{company}
""",
    "en": """Please approve: {kind}{amount} (ticket {number})

Hello {name},

{asker} asks for {kind}{amount} on ticket {number} and needs your yes.

Reason: {reason}

Approve or refuse (the link is yours alone, don't pass it on):
{link}

The ticket:
{ticket}

{company}
""",
}


def owe_approval_mails(*, approval_id: int, people: Sequence[int], position: int) -> None:
    """Owe each of these people a mail, in the caller's transaction; the payload holds ids, never a working link."""
    owed = {
        f"{KIND}:{position}:{staff_id}": {"approval_id": approval_id, "staff_id": staff_id}
        for staff_id in people
    }
    record_effects(kind=KIND, owed=owed)


@effect(KIND)
def send_approval_mail(effect: Effect) -> dict[str, Any]:
    """Send one; not when the question was settled, or is not this person's any more."""
    staff = Staff.objects.active().filter(pk=effect.payload["staff_id"]).first()
    approvals = Approval.objects.select_related("ticket", "asked_by")
    approval = approvals.filter(pk=effect.payload["approval_id"]).first()
    if staff is None or approval is None or not may_answer_now(approval, staff):
        return {"sent": False}
    hand_over(_mail(approval, staff), effect_id=effect.pk)
    return {"sent": True}


def _mail(approval: Approval, staff: Staff) -> EmailMessage:
    words = _WORDS[staff.locale].format(
        name=staff.name,
        asker=approval.asked_by.name,
        kind=KINDS[staff.locale].get(approval.kind, approval.kind),
        amount=f" {money(approval.amount, approval.currency)}" if approval.amount is not None else "",
        number=approval.ticket.number,
        reason=approval.reason or "—",
        link=approval_link(approval_id=approval.pk, stage=approval.stage, staff_id=staff.pk),
        ticket=f"{settings.BASE_URL}/tickets/{approval.ticket_id}",
        company=company_or_blank().name,
    )
    subject, _, text = words.partition("\n\n")
    return EmailMessage(" ".join(subject.split()), text, to=[staff.email])
