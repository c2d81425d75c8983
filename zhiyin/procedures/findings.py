from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from zhiyin.platform.ops.findings import Finding, check, ok, warn
from zhiyin.procedures.models import Grant

UNDER_WAY_FOR = timedelta(hours=1)


@check("compensation", zh="补偿", en="Compensation")
def check_compensation(*, now: datetime) -> Iterator[Finding]:
    """Whether customers get what they were given."""
    failed = Grant.objects.filter(state=Grant.State.FAILED).count()
    late = Grant.objects.filter(state=Grant.State.OWED, at__lt=now - UNDER_WAY_FOR).count()
    if failed:
        yield warn(
            "compensation.failed",
            zh=f"{failed} 项补偿发放失败，客户尚未收到。",
            en=f"{failed} compensation(s) failed; those customers have nothing yet.",
            next_zh="在“跟进 → 补偿”查看原因，重试、人工办理或撤回。",
            next_en="See why under Follow-ups → Compensation: try again, do it by hand or take it back.",
        )
    if late:
        yield warn(
            "compensation.late",
            zh=f"{late} 项补偿超过一小时仍未被对方系统接受。",
            en=f"{late} compensation(s) were not taken by their system for an hour.",
            next_zh="查看对方系统与 zhiyin worker 是否在运行；会自动重试。",
            next_en="See whether that system and zhiyin worker run; it is tried again by itself.",
        )
    if not failed and not late:
        yield ok("compensation.well", zh="补偿均已发放。", en="Compensation reaches its customers.")
