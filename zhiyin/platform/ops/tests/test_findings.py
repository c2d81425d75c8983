"""Findings: registered looks, told in two languages; a look that fails doesn't hide the others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from zhiyin.platform.event_log.models import Event, PendingEvent
from zhiyin.platform.ops import checks, findings
from zhiyin.platform.ops.backups import note_backup
from zhiyin.platform.ops.findings import Finding, check, error, ok, run_checks, warn, worst
from zhiyin.platform.timers.models import Timer

assert checks  # registered here, before a test puts the register aside
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "_checks", {})
    monkeypatch.setattr(findings, "autodiscover_modules", lambda name: None)


def found(name: str) -> dict[str, Finding]:
    """What one of the shipped checks finds, by code."""
    results = {check.name: told for check, told in run_checks(now=timezone.now())}
    return {finding.code: finding for finding in results[name]}


def test_the_gravest_level_counts() -> None:
    fine = ok("a", zh="好", en="fine")
    poor = warn("b", zh="差", en="poor", next_zh="修", next_en="mend")
    broken = error("c", zh="坏", en="broken", next_zh="修", next_en="mend")
    assert worst([]) == "ok"
    assert worst([fine, poor]) == "warn"
    assert worst([poor, broken, fine]) == "error"


def test_a_finding_is_told_in_the_readers_language() -> None:
    finding = warn("disk.low", zh="磁盘快满", en="disk nearly full", next_zh="清理", next_en="free some")
    assert finding.in_words("zh-CN") == {
        "level": "warn", "code": "disk.low", "message": "磁盘快满", "next_step": "清理",
    }  # fmt: skip
    assert finding.in_words("en")["next_step"] == "free some"


@pytest.mark.django_db
@pytest.mark.usefixtures("no_others")
def test_a_look_that_fails_is_an_error_and_hides_nothing() -> None:
    @check("broken", zh="坏的", en="Broken")
    def look_and_fail(*, now: datetime) -> Iterator[Finding]:
        yield ok(f"broken.{now.year // 0}", zh="", en="")

    @check("fine", zh="好的", en="Fine")
    def look(*, now: datetime) -> Iterator[Finding]:
        yield ok("fine.at", zh=f"{now}", en=f"{now}")

    results = {check.name: told for check, told in run_checks(now=NOW)}
    assert [finding.code for finding in results["broken"]] == ["broken.check_failed"]
    assert [finding.en for finding in results["fine"]] == ["2026-11-01 12:00:00+00:00"]


@pytest.mark.django_db
@pytest.mark.usefixtures("no_others")
def test_looks_that_reach_out_are_made_only_when_asked() -> None:
    @check("far", zh="远", en="Far", live=True)
    def look(*, now: datetime) -> Iterator[Finding]:
        yield ok("far", zh="", en="")

    assert "far" not in [check.name for check, _ in run_checks(now=NOW)]
    assert "far" in [check.name for check, _ in run_checks(now=NOW, live=True)]


@pytest.mark.usefixtures("no_others")
def test_a_name_belongs_to_one_module() -> None:
    def look(*, now: datetime) -> Iterator[Finding]:
        yield ok("x", zh="", en="")

    def another(*, now: datetime) -> Iterator[Finding]:
        yield ok("y", zh="", en="")

    another.__module__ = "elsewhere"
    check("mine", zh="", en="")(look)
    with pytest.raises(ValueError, match="two checks are named 'mine'"):
        check("mine", zh="", en="")(another)


@pytest.mark.django_db
def test_no_worker_is_an_error_that_says_what_to_start() -> None:
    finding = found("workers")["workers.none"]
    assert finding.level == "error"
    assert "zhiyin worker" in finding.next_en


@pytest.mark.django_db
def test_late_work_is_found() -> None:
    old = timezone.now() - timedelta(minutes=5)
    assert list(found("lag")) == ["lag.none"]
    PendingEvent.objects.create(type="x", subject="x:1", payload={}, at=old, recorded_at=old)
    Timer.objects.create(kind="x", key="1", subject="x:1", due_at=old)
    late = found("lag")
    assert {code: finding.level for code, finding in late.items()} == {
        "lag.events": "error",
        "lag.timers": "warn",
    }
    assert "5 min" in late["lag.events"].en


@pytest.mark.django_db
def test_an_address_that_is_refused_or_not_encrypted_is_found(settings: LazySettings) -> None:
    settings.BASE_URL = "http://desk.example.com"
    assert {"configuration.plain_http", "configuration.host_not_allowed"} <= set(found("configuration"))


@pytest.mark.django_db
def test_a_careless_database_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        try:
            assert found("database")["database.synchronous_commit_off"].level == "error"
        finally:
            cursor.execute("RESET synchronous_commit")


@pytest.mark.django_db
def test_a_missing_an_old_and_a_torn_backup_are_found() -> None:
    now = timezone.now()
    assert list(found("backups")) == ["backups.nothing_yet"]
    long_ago = now - timedelta(days=9)
    Event.objects.create(
        position=1, type="t", subject="s", bucket=0, payload={}, at=long_ago, recorded_at=long_ago
    )
    assert list(found("backups")) == ["backups.none"]
    note_backup(name="a", size_bytes=1, missing_files=0, now=now - timedelta(days=3))
    assert list(found("backups")) == ["backups.old"]
    note_backup(name="b", size_bytes=1, missing_files=2, now=now)
    assert list(found("backups")) == ["backups.incomplete"]
    note_backup(name="c", size_bytes=1, missing_files=0, now=now)
    assert list(found("backups")) == ["backups.recent"]
