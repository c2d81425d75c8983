import threading
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from zhiyin.platform.audit.audit import BEGINNING, record_audit, verify_chain
from zhiyin.platform.audit.findings import check_audit_trail
from zhiyin.platform.audit.models import AuditEntry

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def tell(action: str = "people.role_changed", **details: object) -> AuditEntry:
    return record_audit(action=action, by=7, target="role:3", details=details, now=NOW)


def behind_the_back(sql: str) -> None:
    """Change the table as a person with the database's own password could."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER USER")


@pytest.mark.django_db
def test_each_entry_is_numbered_and_follows_the_one_before() -> None:
    first, second = tell(), tell()
    assert (first.number, second.number) == (1, 2)
    assert first.previous_hash == BEGINNING
    assert second.previous_hash == first.hash
    assert (second.action, second.actor_id, second.target, second.at) == (
        "people.role_changed",
        7,
        "role:3",
        NOW,
    )


@pytest.mark.django_db
def test_a_whole_trail_is_verified_whatever_its_details() -> None:
    tell(
        before=["agent"],
        after={"名称": "组长", "since": NOW, "rate": 0.1, "sum": Decimal("1.50"), "none": None},
    )
    tell(odd="nul \0 and half a pair \ud800", big=10**30, deep=[[{"a": (1, 2)}]])
    record_audit(action="system.started", by=None, now=timezone.now())
    chain = verify_chain()
    assert (chain.checked, chain.head_number, chain.first_broken) == (3, 3, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "first_broken", "reason"),
    [
        ("UPDATE audit_auditentry SET actor_id = 8 WHERE number = 2", 2, "changed"),
        ("UPDATE audit_auditentry SET details = '{\"x\": 9}' WHERE number = 3", 3, "changed"),
        ("UPDATE audit_auditentry SET at = at + interval '1 second' WHERE number = 1", 1, "changed"),
        ("DELETE FROM audit_auditentry WHERE number = 2", 3, "missing"),
        ("DELETE FROM audit_auditentry WHERE number = 1", 2, "missing"),
        ("UPDATE audit_auditentry SET previous_hash = repeat('a', 64) WHERE number = 4", 4, "follow"),
    ],
)
def test_the_first_tampered_entry_is_named(sql: str, first_broken: int, reason: str) -> None:
    for number in range(5):
        tell(x=number)
    behind_the_back(sql)
    chain = verify_chain()
    assert chain.first_broken == first_broken
    assert reason in chain.reason
    assert [finding.code for finding in check_audit_trail(now=NOW)] == ["audit.broken"]


@pytest.mark.django_db
@pytest.mark.parametrize("sql", ["UPDATE audit_auditentry SET action = 'x'", "DELETE FROM audit_auditentry"])
def test_the_database_refuses_to_change_or_delete(sql: str) -> None:
    tell()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert AuditEntry.objects.get().action == "people.role_changed"


@pytest.mark.django_db
def test_the_doctor_tells_a_whole_trail_and_an_empty_one() -> None:
    assert [finding.level for finding in check_audit_trail(now=NOW)] == ["ok"]
    tell()
    assert [finding.code for finding in check_audit_trail(now=NOW)] == ["audit.whole"]


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_make_one_chain() -> None:
    def write() -> None:
        try:
            for _ in range(10):
                tell()
        finally:
            connection.close()

    writers = [threading.Thread(target=write) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert verify_chain().checked == 60


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_no_entry_and_no_gap() -> None:
    with transaction.atomic():
        tell()
        transaction.set_rollback(True)
    tell()
    assert list(AuditEntry.objects.values_list("number", flat=True)) == [1]
