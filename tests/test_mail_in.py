"""`zhiyin mail-in` against a running centre and without one: exit 0 means stored, 75 means try again."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from zhiyin.testing.centre import RunningCentre, running_centre
from zhiyin.testing.mailboxes import add_mailbox

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120), pytest.mark.xdist_group("mail-in")]
ADDRESS = "help@example.com"


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCentre]:
    with running_centre(tmp_path_factory.mktemp("mail") / "data") as running:
        add_mailbox(running.told()["environment"]["DATABASE_URL"], address=ADDRESS)
        yield running


def mail(number: int, body: str = "你好") -> bytes:
    head = f"Message-ID: <{number}@example.com>\r\nFrom: wang@example.com\r\nTo: {ADDRESS}\r\nSubject: 退款 {number}"
    return f"{head}\r\n\r\n{body}\r\n".encode()


def stored(centre: RunningCentre) -> int:
    with psycopg.connect(centre.told()["environment"]["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT count(*) FROM channels_rawmessage").fetchone()
    assert row is not None
    return int(row[0])


def test_a_piped_mail_is_stored_once_however_often_the_mta_tries(centre: RunningCentre) -> None:
    before = stored(centre)
    for _ in range(3):
        assert centre.run("mail-in", "--to", ADDRESS, stdin=mail(1)).returncode == 0
    assert stored(centre) == before + 1


def test_the_only_mailbox_needs_no_name(centre: RunningCentre) -> None:
    assert centre.run("mail-in", stdin=mail(2)).returncode == 0


def test_mail_for_an_unknown_mailbox_stays_with_the_mta_and_says_what_to_do(centre: RunningCentre) -> None:
    before = stored(centre)
    refused = centre.run("mail-in", "--to", "nobody@example.com", stdin=mail(3))
    assert refused.returncode == 75
    assert "nobody@example.com" in refused.stderr.decode()
    assert stored(centre) == before


def test_nothing_on_standard_input_is_no_mail(centre: RunningCentre) -> None:
    assert centre.run("mail-in", stdin=b"").returncode == 65


def test_mail_is_stored_though_nobody_answers_at_the_socket(centre: RunningCentre) -> None:
    before = stored(centre)
    socket = centre.folder / "mail-in.sock"
    aside = socket.rename(centre.folder / "aside")
    assert centre.run("mail-in", stdin=mail(4)).returncode == 0
    aside.rename(socket)
    assert stored(centre) == before + 1


def test_a_folder_is_taken_in_once_and_may_be_given_again(centre: RunningCentre, tmp_path: Path) -> None:
    before = stored(centre)
    for number in range(100, 350):
        (tmp_path / f"{number}.eml").write_bytes(mail(number))
    (tmp_path / "empty.eml").touch()
    first = centre.run("mail-in", "--dir", str(tmp_path))
    assert first.returncode == 65
    assert "250 stored, 0 already there, 1 refused" in first.stdout.decode()
    assert "empty.eml" in first.stdout.decode()
    assert "0 stored, 250 already there" in centre.run("mail-in", "--dir", str(tmp_path)).stdout.decode()
    assert stored(centre) == before + 250


def test_an_mbox_gives_the_mails_that_were_put_in(centre: RunningCentre, tmp_path: Path) -> None:
    before = stored(centre)
    box = mailbox.mbox(tmp_path / "old.mbox")
    for number in range(500, 520):
        box.add(mail(number, body="From here on\n\nFrom there on"))
    box.close()
    told = centre.run("mail-in", "--mbox", str(tmp_path / "old.mbox"))
    assert "20 stored, 0 already there, 0 refused" in told.stdout.decode()
    assert stored(centre) == before + 20


def test_a_missing_folder_is_told(centre: RunningCentre) -> None:
    missing = centre.run("mail-in", "--dir", "/nowhere", "--lang", "zh")
    assert (missing.returncode, "找不到 /nowhere" in missing.stderr.decode()) == (65, True)


def test_without_a_centre_the_mta_is_told_to_try_again(tmp_path: Path) -> None:
    refused = RunningCentre(tmp_path / "nobody").run("mail-in", "--to", ADDRESS, stdin=mail(5))
    assert refused.returncode == 75
    assert "zhiyin up" in refused.stderr.decode()
