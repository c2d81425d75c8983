from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings

from zhiyin.platform.files.clamd import ScannerAway, scanner_version
from zhiyin.platform.ops.findings import Finding, check, error, ok


@check("scanner", zh="病毒检查", en="Virus scanner", live=True)
def check_scanner(*, now: datetime) -> Iterator[Finding]:
    """Whether the scanner answers; without one files go out as they came."""
    del now
    if not settings.CLAMAV:
        yield ok(
            "scanner.none",
            zh="没有配置病毒检查（ZHIYIN_CLAMAV），附件不做检查。",
            en="No virus scanner is configured (ZHIYIN_CLAMAV); attachments are not looked through.",
        )
        return
    try:
        version = scanner_version(address=settings.CLAMAV)
    except ScannerAway as problem:
        yield error(
            "scanner.away",
            zh=f"病毒检查程序 {settings.CLAMAV} 没有应答：{problem}。新附件在检查之前无法打开。",
            en=f"The virus scanner at {settings.CLAMAV} does not answer: {problem}. "
            "New attachments can't be opened until it does.",
            next_zh="确认 clamd 正在运行，且本程序有权访问它的套接字。",
            next_en="See that clamd runs and that we may use its socket.",
        )
        return
    yield ok("scanner.well", zh=f"病毒检查程序正常：{version}。", en=f"The virus scanner answers: {version}.")
