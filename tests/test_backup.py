"""`zhiyin backup` and `zhiyin restore`: what runs is saved whole, sealed, and comes back as it was."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from zhiyin.testing.centre import RunningCentre, running_centre

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180), pytest.mark.xdist_group("backup")]
UPGRADE = Path(__file__).with_name("upgrade")
ADMINISTRATOR = "shen.zhixing@luting.example"
COUNTED = (
    "tickets_ticket",
    "tickets_message",
    "channels_rawmessage",
    "event_log_event",
    "people_staff",
    "files_blob",
)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCentre]:
    with running_centre(tmp_path_factory.mktemp("backup") / "first", ZHIYIN_LANG="en") as running:
        assert running.run("demo", "--tickets", "30").returncode == 0
        yield running


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory, centre: RunningCentre) -> Path:
    path = tmp_path_factory.mktemp("key") / "key.txt"
    assert centre.run("backup", "--make-key", str(path)).returncode == 0
    assert path.stat().st_mode & 0o777 == 0o600
    return path


def public(key: Path) -> str:
    return key.read_text().split("public key: ")[1].split()[0]


def back_up(centre: RunningCentre, key: Path, out: Path, *words: str) -> Path:
    told = centre.run("backup", "--to", public(key), "--out", str(out), *words)
    assert told.returncode == 0, told.stderr.decode()
    return max(out.glob("*.zybackup"))


def restore(folder: Path, backup: Path, key: Path, *words: str) -> tuple[int, str]:
    told = RunningCentre(folder, ZHIYIN_LANG="en").run("restore", str(backup), "--key", str(key), *words)
    return told.returncode, told.stdout.decode() + told.stderr.decode()


def counts(centre: RunningCentre) -> dict[str, int]:
    with psycopg.connect(centre.told()["environment"]["DATABASE_URL"]) as connection:
        found = {}
        for table in COUNTED:
            row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert row is not None
            found[table] = row[0]
        return found


class Client:
    """A program with a token of the administrator's."""

    def __init__(self, centre: RunningCentre) -> None:
        scopes = "tickets.read,tickets.reply,customers.read,people.read,messages.hand_in"
        made = centre.run("token", "create", "--staff", ADMINISTRATOR, "--name", "test", "--scopes", scopes)
        assert made.returncode == 0, made.stderr.decode()
        self.centre, self.token = centre, made.stdout.decode().strip()

    def call(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = httpx.request(
            method, self.centre.address + path, json=body, headers=headers, trust_env=False
        )
        assert answer.status_code < 300, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()


def test_what_runs_is_saved_and_comes_back_as_it_was(
    centre: RunningCentre, key: Path, tmp_path: Path
) -> None:
    client = Client(centre)
    picture = os.urandom(60_000)  # large enough to lie outside the database
    inlet = "SELECT key FROM channels_channel WHERE kind = 'api' LIMIT 1"
    with psycopg.connect(centre.told()["environment"]["DATABASE_URL"]) as connection:
        row = connection.execute(inlet).fetchone()
    assert row is not None
    message = {
        "external_id": "before-the-backup",
        "sender": {"kind": "external", "value": "u-1", "name": "谢依婷"},
        "text": "门锁的照片在附件里",
        "attachments": [
            {
                "name": "锁.bin",
                "media_type": "application/octet-stream",
                "content_base64": base64.b64encode(picture).decode(),
            }
        ],
    }
    client.call("POST", f"/api/v1/channels/{row[0]}/messages", message)
    centre.wait_for(
        lambda: client.call("GET", "/api/v1/search?q=门锁的照片")["tickets"], "the message to become a ticket"
    )
    owe_something(centre)
    before = counts(centre)
    backup = back_up(centre, key, tmp_path)
    assert backup.stat().st_mode & 0o777 == 0o600
    assert "锁".encode() not in backup.read_bytes()

    code, told = restore(tmp_path / "second", backup, key)
    assert code == 0, told
    assert "were not sent" in told
    with running_centre(tmp_path / "second", ZHIYIN_LANG="en") as second:
        assert state_of_what_was_owed(second) == "given_up"  # the first centre may have sent it meanwhile
        after = counts(second)
        again = Client(second)
        hit = again.call("GET", "/api/v1/search?q=门锁的照片")["tickets"][0]
        page = again.call("GET", f"/api/v1/tickets/{hit['id']}")
        (file,) = page["timeline"]["items"][0]["attachments"]
        headers = {"Authorization": f"Bearer {again.token}"}
        assert httpx.get(second.address + file["url"], headers=headers, trust_env=False).content == picture
        assert second.run("doctor").returncode in (0, 1)  # it can be asked; mailboxes of the demo don't exist
    new_facts = after.pop("event_log_event") - before.pop("event_log_event")
    assert after == before
    assert new_facts >= 0


def test_a_centre_that_is_stopped_is_saved_too_and_only_the_newest_are_kept(
    centre: RunningCentre, key: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "notes.txt"
    kept.write_text("not a backup")
    (tmp_path / "zhiyin-20200101T000000Z.zybackup").write_bytes(b"old")
    (tmp_path / "zhiyin-20200102T000000Z.zybackup").write_bytes(b"old")
    assert centre.stop() == 0
    try:
        made = back_up(centre, key, tmp_path, "--keep", "2")
    finally:
        centre.start()
    assert sorted(path.name for path in tmp_path.glob("*.zybackup")) == [
        "zhiyin-20200102T000000Z.zybackup",
        made.name,
    ]
    assert kept.exists()
    assert restore(tmp_path / "unused", made, key, "--check")[0] == 0
    assert not (tmp_path / "unused").exists()


def test_a_backup_opens_with_its_own_key_only_and_only_whole(
    centre: RunningCentre, key: Path, tmp_path: Path
) -> None:
    backup = back_up(centre, key, tmp_path)
    other = tmp_path / "other.txt"
    centre.run("backup", "--make-key", str(other))
    code, told = restore(tmp_path / "nowhere", backup, other)
    assert (code, "Use the key it was made for" in told) == (65, True)
    whole = backup.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:-1], whole[:-70_000] + b"x" * 70_000):
        backup.write_bytes(damaged)
        code, told = restore(tmp_path / "nowhere", backup, key)
        assert code != 0, told
        assert not (tmp_path / "nowhere" / "postgres").exists()
        assert not (tmp_path / "nowhere" / "keys.json").exists()


def test_data_are_never_overwritten(centre: RunningCentre, key: Path, tmp_path: Path) -> None:
    backup = back_up(centre, key, tmp_path)
    before = counts(centre)
    code, told = restore(centre.folder, backup, key)
    assert (code, "not overwritten" in told) == (1, True)
    assert counts(centre) == before
    again = centre.run("backup", "--make-key", str(key))
    assert again.returncode == 1
    assert public(key)


def test_nothing_is_written_without_a_key_or_a_folder(
    centre: RunningCentre, key: Path, tmp_path: Path
) -> None:
    without = centre.run("backup", "--out", str(tmp_path))
    assert (without.returncode, b"--make-key" in without.stderr) == (2, True)
    wrong = centre.run("backup", "--to", "age1nonsense", "--out", str(tmp_path))
    assert (wrong.returncode, b"not a public key" in wrong.stderr) == (1, True)
    nowhere = centre.run("backup", "--to", public(key), "--out", str(tmp_path / "missing"))
    assert (nowhere.returncode, b"not a folder" in nowhere.stderr) == (1, True)
    assert list(tmp_path.iterdir()) == []


def owe_something(centre: RunningCentre) -> None:
    with psycopg.connect(centre.told()["environment"]["DATABASE_URL"]) as connection:
        connection.execute(
            "INSERT INTO ledger_effect (kind, key, payload, state, attempts, next_try_at, error, result)"
            " VALUES ('nobody.carries', 'owed', '{}', 'waiting', 0, now() + interval '1 day', '', '{}')"
            " ON CONFLICT DO NOTHING"
        )


def state_of_what_was_owed(centre: RunningCentre) -> str:
    with psycopg.connect(centre.told()["environment"]["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT state FROM ledger_effect WHERE key = 'owed'").fetchone()
    assert row is not None
    return str(row[0])


def test_who_moves_house_lets_what_was_owed_be_sent(centre: RunningCentre, key: Path, tmp_path: Path) -> None:
    owe_something(centre)
    code, told = restore(tmp_path / "new", back_up(centre, key, tmp_path), key, "--send-owed")
    assert (code, "were not sent" in told) == (0, False)
    with running_centre(tmp_path / "new") as restored:
        assert state_of_what_was_owed(restored) == "waiting"


def test_an_installation_of_an_earlier_version_is_brought_up_to_this_one(tmp_path: Path) -> None:
    """The backup is of version 0.1.0 with 40 tickets of a demo; every later migration runs over it."""
    code, told = restore(tmp_path / "old", UPGRADE / "zhiyin-0.1.0.zybackup", UPGRADE / "key.txt")
    assert code == 0, told
    assert "40 tickets" in told
    with running_centre(tmp_path / "old", ZHIYIN_LANG="en") as centre:
        client = Client(centre)
        listed = client.call("GET", "/api/v1/tickets?view=all&limit=100")["items"]
        assert len(listed) == 40
        for row in listed[:5]:
            assert client.call("GET", f"/api/v1/tickets/{row['id']}")["timeline"]["items"]
        someone = listed[0]["customer"]["name"]
        assert client.call("GET", f"/api/v1/search?q={someone}")["tickets"]
        reply = {"text": "升级后仍能回复", "idempotency_key": "after-the-upgrade"}
        active = next(row for row in listed if row["status"] in ("new", "open"))
        said = client.call("POST", f"/api/v1/tickets/{active['id']}/replies", reply)
        assert said["text"] == "升级后仍能回复"
