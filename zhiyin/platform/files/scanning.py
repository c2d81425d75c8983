"""Content is looked through by a virus scanner, where one is configured, before anybody gets it."""

from __future__ import annotations

from typing import Any, Literal

from django.conf import settings
from django.utils import timezone

from zhiyin.platform.files.clamd import ScannerAway, TooLargeToScan, threat_in
from zhiyin.platform.files.files import SCAN, open_content, owe_scan
from zhiyin.platform.files.models import Blob, StoredFile
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.ledger.ledger import RetryLater, effect
from zhiyin.platform.ledger.models import Effect

Verdict = Blob.Verdict
Safety = Literal["", "checking", "harmless", "dangerous", "too_large"]
_SAFETY: dict[str, Safety] = {
    Verdict.HARMLESS: "harmless",
    Verdict.DANGEROUS: "dangerous",
    Verdict.TOO_LARGE: "too_large",
}


class FileDangerous(DomainError):
    code = "files.dangerous"
    status = 403
    messages = {
        "zh": "文件“{name}”含有病毒或恶意程序（{threat}），已被拦截。请让对方重新发送干净的文件。",
        "en": "{name} contains a virus or the like ({threat}) and is held back. Ask for a clean file instead.",
    }


class FileBeingChecked(DomainError):
    code = "files.being_checked"
    status = 409
    messages = {
        "zh": "文件“{name}”正在进行病毒检查，请稍后再试。",
        "en": "{name} is still being checked for viruses. Try again in a moment.",
    }


def require_harmless(file: StoredFile) -> None:
    """Let a file out only when it may go. Raises FileDangerous, FileBeingChecked.

    What is too large for the scanner may go: its state says so, and people decide.
    """
    verdict, threat = Blob.objects.values_list("verdict", "threat").get(pk=file.blob_id)
    if verdict == Verdict.DANGEROUS:
        raise FileDangerous(name=file.name, threat=threat)
    if verdict == Verdict.UNKNOWN and settings.CLAMAV:
        owe_scan(file.sha256)  # it may be older than the scanner
        raise FileBeingChecked(name=file.name)


@effect(SCAN)
def carry_out_scan(effect: Effect) -> dict[str, Any]:
    """Ask the scanner and note what it says."""
    sha256 = effect.payload["sha256"]
    if not settings.CLAMAV or not Blob.objects.filter(pk=sha256).exists():
        return {}
    try:
        threat = threat_in(open_content(sha256), address=settings.CLAMAV)
    except TooLargeToScan:
        return _note(sha256, Verdict.TOO_LARGE, "")
    except ScannerAway as problem:
        raise RetryLater(f"the virus scanner does not answer: {problem}") from problem
    return _note(sha256, Verdict.DANGEROUS if threat else Verdict.HARMLESS, threat)


def _note(sha256: str, verdict: Blob.Verdict, threat: str) -> dict[str, Any]:
    Blob.objects.filter(pk=sha256).update(verdict=verdict, threat=threat, scanned_at=timezone.now())
    return {"verdict": verdict, "threat": threat}


def safety_of(blob: Blob) -> Safety:
    """What is known of a content; '' where nobody checks."""
    unknown: Safety = "checking" if settings.CLAMAV else ""
    return _SAFETY.get(blob.verdict, unknown)
