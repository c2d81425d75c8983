from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from zhiyin.platform.audit.audit import verify_chain
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.platform.ops.findings import Finding, check, error, ok

LATEST = 20_000  # keeps the check within a second


@check("audit", zh="审计记录", en="Audit trail")
def check_audit_trail(*, now: datetime) -> Iterator[Finding]:
    """Is the latest part of the audit trail as it was written?"""
    last = AuditEntry.objects.order_by("-number").values_list("number", flat=True).first() or 0
    chain = verify_chain(after=max(0, last - LATEST))
    if chain.first_broken is None:
        head = f"{chain.head_number}:{chain.head_hash[:16]}"
        yield ok(
            "audit.whole",
            zh=f"审计记录完整，最新指纹 {head}。",
            en=f"The audit trail is whole, up to {head}.",
        )
    else:
        yield error(
            "audit.broken",
            zh=f"审计记录从第 {chain.first_broken} 条起不可信：{chain.reason}",
            en=f"The audit trail cannot be trusted from entry {chain.first_broken} on: {chain.reason}",
            next_zh="有人绕过系统改动了数据库。保留现场，与备份核对，并通知安全负责人。",
            next_en="Somebody changed the database behind the system. Keep everything as it is, compare with a "
            "backup and tell the security owner.",
        )
