import base64

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from zhiyin.platform.crypto.blind_index import blind_index, blind_indexes
from zhiyin.platform.crypto.key_ring import KeyMissing, KeyRing, Undecipherable, new_key, parse_key_ring

OLD, NEW = new_key("old"), new_key("new")


@given(plain=st.binary(max_size=300), context=st.text(max_size=30))
def test_what_is_sealed_opens_in_its_place_only(plain: bytes, context: str) -> None:
    ring = parse_key_ring(NEW)
    token = ring.encrypt(plain, context=context)
    assert ring.decrypt(token, context=context) == plain
    with pytest.raises(Undecipherable):
        ring.decrypt(token, context=context + "elsewhere")


def test_equal_values_look_different() -> None:
    ring = parse_key_ring(NEW)
    assert ring.encrypt(b"13800138000", context="c") != ring.encrypt(b"13800138000", context="c")


def test_the_first_key_encrypts_and_every_key_decrypts() -> None:
    old_value = parse_key_ring(OLD).encrypt(b"secret", context="c")
    both = parse_key_ring(f"{NEW}, {OLD}")
    assert both.decrypt(old_value, context="c") == b"secret"
    assert both.encrypt(b"x", context="c").startswith("zk1:new:")


def test_a_missing_key_is_named_and_so_is_the_way_out() -> None:
    value = parse_key_ring(OLD).encrypt(b"secret", context="c")
    with pytest.raises(KeyMissing, match=r"'old'.*ZHIYIN_KEYS.*backup"):
        parse_key_ring(NEW).decrypt(value, context="c")


def test_the_right_name_with_the_wrong_key_is_told() -> None:
    value = parse_key_ring(OLD).encrypt(b"secret", context="channels.channel.secrets")
    with pytest.raises(Undecipherable, match=r"channels\.channel\.secrets"):
        parse_key_ring(new_key("old")).decrypt(value, context="channels.channel.secrets")


def test_a_changed_value_does_not_open() -> None:
    ring = KeyRing({"k": bytes(32)})
    prefix, body = ring.encrypt(b"secret", context="c").rsplit(":", 1)
    sealed = bytearray(base64.urlsafe_b64decode(body))
    sealed[-1] ^= 1
    for broken in (base64.urlsafe_b64encode(sealed).decode(), "", "%%%", body[:10]):
        with pytest.raises(Undecipherable):
            ring.decrypt(f"{prefix}:{broken}", context="c")


@pytest.mark.parametrize(  # with names, since the keys are random and every process must name a test alike
    "text",
    ["", "nokey", "a:%%%", "a:AAAA", f"{OLD},{OLD}", "bad id:" + OLD[4:]],
    ids=["empty", "no key", "not base64", "too short", "twice", "bad id"],
)
def test_a_wrong_key_ring_fails_loudly_without_telling_a_key(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="ZHIYIN_KEYS") as told:
        parse_key_ring(text)
    assert OLD.partition(":")[2] not in str(told.value)


def test_a_blind_index_is_stable_and_apart_for_each_purpose(settings: Settings) -> None:
    settings.FIELD_KEYS = NEW
    index = blind_index("13800138000", "phone")
    assert index == blind_index("13800138000", "phone")
    assert index != blind_index("13800138000", "id_card")
    assert index != blind_index("13800138001", "phone")
    assert len(index) == len("new.") + 32


def test_during_a_rotation_old_and_new_indexes_are_looked_for(settings: Settings) -> None:
    settings.FIELD_KEYS = OLD
    stored = blind_index("13800138000", "phone")
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    assert stored in blind_indexes("13800138000", "phone")
    assert stored != blind_index("13800138000", "phone")
