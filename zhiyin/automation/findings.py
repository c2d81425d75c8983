from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from zhiyin.automation.models import Rule, Run, Sweep
from zhiyin.platform.ops.findings import Finding, check, ok, warn

RECENT = timedelta(days=1)
LATE = timedelta(minutes=10)


@check("automation", zh="自动化规则", en="Automation")
def check_automation(*, now: datetime) -> Iterator[Finding]:
    """Whether rules went round, were switched off, or don't look any more."""
    off = Rule.objects.filter(active=False, switched_off_at__gt=now - RECENT)
    refused = Run.objects.filter(at__gt=now - RECENT, outcome=Run.Outcome.REFUSED)
    if off.exists():
        yield warn(
            "automation.switched_off",
            zh="有自动化规则连续失败，已自动停用。",
            en="A rule failed again and again and was switched off.",
            next_zh="在“设置 → 自动化”查看它的运行记录，改好后重新启用。",
            next_en="See its log under Settings → Automation, mend it and switch it on again.",
        )
    elif refused.exists():
        yield warn(
            "automation.refused",
            zh="有自动化规则互相触发，已被拦下。",
            en="Rules set each other off and were stopped.",
            next_zh="在“设置 → 自动化”的运行记录里按“已拦下”查看，改动其中一条的条件。",
            next_en="Look for refused runs under Settings → Automation, and change the conditions of one of them.",
        )
    elif Sweep.objects.filter(rule__active=True, next_at__lt=now - LATE).exists():
        yield warn(
            "automation.late",
            zh="按时间执行的规则十分钟没有执行。",
            en="Time rules have not looked for ten minutes.",
            next_zh="查看 zhiyin worker 是否在运行及其日志。",
            next_en="See whether zhiyin worker runs, and its log.",
        )
    else:
        yield ok("automation.well", zh="自动化规则正常运行。", en="Rules run as they should.")
