"""Keys of a real channel's secrets: used, rotated, missing."""

import pytest
from django.utils import timezone
from pytest_django import Settings

from zhiyin.channels.models import Channel
from zhiyin.notifications.models import PushKey
from zhiyin.platform.crypto.findings import check_keys
from zhiyin.platform.crypto.key_ring import new_key
from zhiyin.platform.crypto.rotation import keys_in_use, rotate_keys
from zhiyin.procedures.models import OutsideSystem

pytestmark = pytest.mark.django_db
OLD, NEW = new_key("old"), new_key("new")


@pytest.fixture(autouse=True)
def nothing_is_encrypted_yet() -> None:
    """Migrating makes the key for pushes and the outside systems of the shipped procedures."""
    PushKey.objects.all().delete()
    OutsideSystem.objects.all().delete()


def codes() -> list[str]:
    return [finding.code for finding in check_keys(now=timezone.now())]


def test_a_new_key_takes_over_and_the_old_one_may_go(settings: Settings) -> None:
    settings.FIELD_KEYS = OLD
    channel = Channel.objects.create(kind="email", name="Mail", secrets={"password": "p"})
    assert codes() == ["keys.well"]
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    assert keys_in_use() == {"old": 1}
    assert codes() == ["keys.rotating"]
    assert rotate_keys() == 1
    assert codes() == ["keys.spare"]
    settings.FIELD_KEYS = NEW
    assert codes() == ["keys.well"]
    channel.refresh_from_db()
    assert channel.secrets == {"password": "p"}


def test_a_missing_key_is_told_with_what_to_do(settings: Settings) -> None:
    settings.FIELD_KEYS = OLD
    Channel.objects.create(kind="email", name="Mail", secrets={"password": "p"})
    settings.FIELD_KEYS = NEW
    [finding] = check_keys(now=timezone.now())
    assert (finding.level, finding.code) == ("error", "keys.missing")
    assert "backup" in finding.next_step("en")
