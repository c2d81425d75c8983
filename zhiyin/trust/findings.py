from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from zhiyin.platform.ops.findings import Finding, check, ok, warn
from zhiyin.trust.models import RetentionRule, RetentionRun

STUCK_AFTER = timedelta(hours=1)
NOT_APPLIED_FOR = timedelta(days=3)


@check("retention", zh="数据保留", en="Retention")
def check_retention(*, now: datetime) -> Iterator[Finding]:
    """Whether retention rules are applied."""
    stuck = RetentionRun.objects.filter(state=RetentionRun.State.RUNNING, moved_at__lt=now - STUCK_AFTER)
    late = RetentionRule.objects.filter(active=True, updated_at__lt=now - NOT_APPLIED_FOR).exclude(
        applied_at__gt=now - NOT_APPLIED_FOR
    )
    if stuck.exists():
        yield warn(
            "retention.stuck",
            zh="一次数据清理超过一小时没有进展。",
            en="A retention run has not moved for an hour.",
            next_zh="查看 zhiyin worker 是否在运行及其日志；它会从中断处继续。",
            next_en="See whether zhiyin worker runs, and its log; the run goes on where it was.",
        )
    elif late.exists():
        yield warn(
            "retention.not_applied",
            zh="有数据保留规则连续三天没有执行。",
            en="A retention rule was not applied for three days.",
            next_zh="查看 zhiyin worker 是否在夜间运行，或在“设置 → 数据保留”立即执行。",
            next_en="See whether zhiyin worker runs at night, or apply the rule under Settings → Retention.",
        )
    else:
        yield ok("retention.well", zh="数据保留规则正常执行。", en="Retention rules are applied.")
