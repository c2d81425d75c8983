from datetime import UTC, datetime

from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.testing.people import client_for

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def test_the_trail_is_read_newest_first_page_by_page(administrator: Staff) -> None:
    for number in range(5):
        record_audit(action="people.role_changed", by=administrator.pk, target=f"role:{number}", now=NOW)
    record_audit(action="system.started", by=None, now=NOW)
    client = client_for(administrator)
    first = client.get("/api/v1/audit?limit=4").json()
    second = client.get(f"/api/v1/audit?limit=4&cursor={first['next_cursor']}").json()
    assert [entry["number"] for entry in first["items"] + second["items"]] == [6, 5, 4, 3, 2, 1]
    assert second["next_cursor"] is None
    assert first["items"][0]["actor"] is None
    assert first["items"][1]["actor"] == {"id": administrator.pk, "name": "Administrator"}


def test_the_trail_is_narrowed_by_action_actor_and_target(administrator: Staff, owner: Staff) -> None:
    record_audit(action="people.invited", by=owner.pk, target="staff:9", now=NOW)
    record_audit(action="channels.changed", by=administrator.pk, target="channel:1", now=NOW)
    client = client_for(administrator)
    for query in ("action=people.", f"actor={owner.pk}", "target=staff:9"):
        told = client.get(f"/api/v1/audit?{query}").json()["items"]
        assert [entry["action"] for entry in told] == ["people.invited"]


def test_the_whole_chain_is_verified_on_demand(administrator: Staff) -> None:
    record_audit(action="system.started", by=None, now=NOW)
    told = client_for(administrator).get("/api/v1/audit/verification").json()
    assert (told["checked"], told["first_broken"]) == (1, None)
