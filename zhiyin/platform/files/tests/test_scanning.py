"""Nobody gets a file before the scanner has looked through it, nor one in which it found something."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import Settings

from zhiyin.platform.files.files import SCAN, store_file
from zhiyin.platform.files.findings import check_scanner
from zhiyin.platform.files.models import Blob, StoredFile
from zhiyin.platform.files.scanning import FileBeingChecked, FileDangerous, safety_of
from zhiyin.platform.files.serving import file_response
from zhiyin.platform.ledger.ledger import carry_out_next
from zhiyin.platform.ledger.models import Effect
from zhiyin.testing.scanner import EICAR, LARGEST, scanner

pytestmark = pytest.mark.django_db


@pytest.fixture
def clamav(settings: Settings) -> Iterator[None]:
    with scanner() as address:
        settings.CLAMAV = address
        yield


def stored(content: bytes, name: str = "a.bin") -> StoredFile:
    return store_file(content=content, name=name, media_type="application/octet-stream")


def scan() -> None:
    while carry_out_next(kind=SCAN, now=timezone.now()):
        pass


def serve(file: StoredFile) -> bytes:
    return file_response(RequestFactory().get("/"), file).content


def test_a_file_waits_for_the_scanner_and_then_goes_out(clamav: None) -> None:
    file = stored(b"harmless" * 10_000)
    with pytest.raises(FileBeingChecked):
        serve(file)
    scan()
    assert serve(file) == b"harmless" * 10_000
    assert safety_of(Blob.objects.get(pk=file.blob_id)) == "harmless"


def test_a_file_with_a_threat_is_held_back_from_everybody_under_every_name(clamav: None) -> None:
    file = stored(b"PK\x03\x04" + EICAR)
    scan()
    again = stored(b"PK\x03\x04" + EICAR, "invoice.pdf.exe")
    for one in (file, again):
        with pytest.raises(FileDangerous) as held:
            serve(one)
        assert held.value.params == {"name": one.name, "threat": "Win.Test.EICAR_HDB-1"}
    assert Effect.objects.filter(kind=SCAN).count() == 1


def test_what_is_too_large_to_scan_goes_out_and_says_so(clamav: None) -> None:
    file = stored(bytes(LARGEST + 200_000))
    scan()
    assert len(serve(file)) == LARGEST + 200_000
    assert safety_of(Blob.objects.get(pk=file.blob_id)) == "too_large"


def test_a_scanner_that_is_away_is_asked_again(settings: Settings) -> None:
    settings.CLAMAV = "tcp:127.0.0.1:1"
    file = stored(b"abc")
    scan()
    with pytest.raises(FileBeingChecked):
        serve(file)
    assert [finding.code for finding in check_scanner(now=timezone.now())] == ["scanner.away"]
    Effect.objects.update(next_try_at=timezone.now())
    with scanner() as address:
        settings.CLAMAV = address
        scan()
        assert [finding.code for finding in check_scanner(now=timezone.now())] == ["scanner.well"]
    assert serve(file) == b"abc"


def test_files_from_before_the_scanner_are_scanned_when_they_are_asked_for(settings: Settings) -> None:
    file = stored(b"old")
    assert serve(file) == b"old"
    assert safety_of(Blob.objects.get(pk=file.blob_id)) == ""
    with scanner() as address:
        settings.CLAMAV = address
        with pytest.raises(FileBeingChecked):
            serve(file)
        scan()
        assert serve(file) == b"old"


def test_a_scanner_on_a_socket_of_this_machine_must_be_there(settings: Settings) -> None:
    settings.CLAMAV = "unix:/nowhere/clamd.ctl"
    assert [finding.level for finding in check_scanner(now=timezone.now())] == ["error"]
