"""Could everything be brought back?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from zhiyin.platform.event_log.models import Event
from zhiyin.platform.ops.backups import backup_command, last_backup
from zhiyin.platform.ops.findings import Finding, check, ok, warn

OLD_AFTER = timedelta(days=2)


@check("backups", zh="备份", en="Backups")
def check_backups(*, now: datetime) -> Iterator[Finding]:
    """Whether there is a recent and whole backup."""
    last = last_backup()
    command = backup_command()
    begun = Event.objects.order_by("position").values_list("recorded_at", flat=True).first()
    if last is None and (begun is None or now - begun < OLD_AFTER):
        yield ok(
            "backups.nothing_yet",
            zh="刚开始使用，还不必备份。",
            en="There is nothing old enough to lose yet.",
        )
    elif last is None or now - last.at > OLD_AFTER:
        days = (now - last.at).days if last else 0
        yield warn(
            "backups.old" if last else "backups.none",
            zh=f"最近一次备份是 {days} 天前。" if last else "还没有做过备份。",
            en=f"The last backup is {days} days old." if last else "No backup was made yet.",
            next_zh=f"每晚运行：{command}（密钥见“运行与维护 → 备份”）。如用其他方式备份，可忽略。",
            next_en=f"Run every night: {command} (see Running it → Backups for its key). "
            "Nothing to do where you back up by other means.",
        )
    elif last.missing_files:
        yield warn(
            "backups.incomplete",
            zh=f"最近一次备份缺少 {last.missing_files} 个文件的内容。",
            en=f"The last backup lacks the content of {last.missing_files} files.",
            next_zh="检查数据目录的 files 或 S3 存储桶是否完整，然后重新备份。",
            next_en="See that files in the data folder, or the S3 bucket, is whole; then back up again.",
        )
    else:
        yield ok("backups.recent", zh="有最近的备份。", en="There is a recent backup.")
