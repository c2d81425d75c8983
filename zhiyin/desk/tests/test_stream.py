"""Who hears the staff's live stream, and when it ends."""

from __future__ import annotations

from zhiyin.desk.stream import reopen_streams_when_rights_change
from zhiyin.platform.event_log.models import Event


def _ended_by(*types: str) -> set[str]:
    return reopen_streams_when_rights_change([Event(type=one, payload={"staff_id": 7}) for one in types])


def test_streams_are_opened_anew_when_rights_change() -> None:
    for kind in (
        "roles_changed",
        "membership_changed",
        "staff_deactivated",
        "sessions_ended",
        "security_changed",
    ):
        assert _ended_by(f"people.{kind}") == {"staff:7"}
    assert reopen_streams_when_rights_change([Event(type="people.role_changed", payload={})]) == {"*"}


def test_signing_in_and_being_there_end_no_stream() -> None:
    assert _ended_by("people.signed_in", "people.presence_changed", "people.skills_changed") == set()
