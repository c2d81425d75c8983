"""What is known of backups: the audit trail notes each that was finished."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.audit.models import AuditEntry

ACTION, TARGET = "backups.finished", "backups"


@dataclass(frozen=True)
class LastBackup:
    at: datetime
    name: str
    size_bytes: int
    missing_files: int


def note_backup(*, name: str, size_bytes: int, missing_files: int, now: datetime) -> None:
    """Note that a backup is written and whole, or lacks the content of some files."""
    details = {"name": name, "bytes": size_bytes, "missing": missing_files}
    record_audit(action=ACTION, by=None, target=TARGET, details=details, now=now)


def last_backup() -> LastBackup | None:
    """The newest backup that was finished; one look into an index."""
    entry = AuditEntry.objects.filter(target=TARGET, action=ACTION).order_by("-number").first()
    if entry is None:
        return None
    told = entry.details
    return LastBackup(entry.at, told["name"], told["bytes"], told["missing"])


def backup_command() -> str:
    """What makes one here, to be run every night."""
    return f"zhiyin backup --data {settings.DATA_DIR} --out /backup --keep 14"
