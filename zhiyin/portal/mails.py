"""The mail with the sign-in link."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone

from zhiyin.people.mailing import hand_over
from zhiyin.people.queries.company import company_or_blank
from zhiyin.platform.ledger.ledger import effect
from zhiyin.platform.ledger.models import Effect
from zhiyin.portal.commands import KIND, LINK_LIVES, link_token
from zhiyin.portal.models import SignInLink

# the first paragraph is the subject
WORDS = {
    "zh": """登录 {company} 客户中心

您好：

请打开下面的链接，查看您的服务记录：

{link}

链接 {minutes} 分钟内有效，只能使用一次。如果不是您本人要求的，请忽略此邮件。
""",
    "en": """Sign in to {company}

Hello,

open this link to see your requests:

{link}

It works once, within {minutes} minutes. If you did not ask for it, ignore this mail.
""",
}


@effect(KIND)
def send_link(effect: Effect) -> dict[str, Any]:
    """Send one sign-in link, unless it is over by now."""
    link = SignInLink.objects.filter(
        pk=effect.payload["link_id"], used_at=None, expires_at__gt=timezone.now()
    ).first()
    if link is None:
        return {"sent": False}
    subject, _, text = WORDS[effect.payload["language"]].partition("\n\n")
    told = {
        "company": company_or_blank().name,
        "link": f"{settings.BASE_URL}/my/enter?token={link_token(link)}",
        "minutes": LINK_LIVES.seconds // 60,
    }
    mail = EmailMessage(" ".join(subject.format(**told).split()), text.format(**told), to=[link.email])
    hand_over(mail, effect_id=effect.pk)
    return {"sent": True}
