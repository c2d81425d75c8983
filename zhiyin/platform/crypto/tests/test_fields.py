from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection, models
from django.test.utils import isolate_apps
from pytest_django import Settings

from zhiyin.platform.crypto.blind_index import BlindIndexField, blind_indexes
from zhiyin.platform.crypto.fields import EncryptedJSONField, EncryptedTextField
from zhiyin.platform.crypto.key_ring import KeyMissing, new_key
from zhiyin.platform.crypto.rotation import rotate_model

pytestmark = pytest.mark.django_db
OLD, NEW = new_key("old"), new_key("new")


@pytest.fixture
def note() -> Iterator[Any]:
    """A table made for the test, with one field of each kind."""
    with isolate_apps("django.contrib.contenttypes"):

        class Note(models.Model):
            text = EncryptedTextField(blank=True, null=True)
            data = EncryptedJSONField()
            phone = EncryptedTextField(blank=True, default="")
            phone_index = BlindIndexField(source="phone", purpose="phone")

            class Meta:
                app_label = "contenttypes"

        with connection.schema_editor() as editor:
            editor.create_model(Note)
        yield Note


def stored(model: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT text, data, phone, phone_index FROM {model._meta.db_table} ORDER BY id")
        return list(cursor.fetchall())


def test_values_are_plain_in_python_and_sealed_in_the_database(note: Any) -> None:
    row = note.objects.create(text="密码 secret", data={"token": "t", "n": [1, None]})
    read = note.objects.get(pk=row.pk)
    assert (read.text, read.data, read.phone) == ("密码 secret", {"token": "t", "n": [1, None]}, "")
    text, data, _, _ = stored(note)[0]
    assert text.startswith("zk1:test:")
    assert "secret" not in text
    assert "token" not in data


def test_nothing_stays_nothing(note: Any) -> None:
    note.objects.create(text=None)
    note.objects.create(text="")
    assert stored(note) == [(None, "", "", ""), ("", "", "", "")]
    assert list(note.objects.order_by("pk").values_list("text", "data")) == [(None, {}), ("", {})]


def test_update_and_bulk_writes_seal_too(note: Any) -> None:
    note.objects.bulk_create([note(text="a"), note(text="b")])
    note.objects.update(text="c")
    rows = list(note.objects.order_by("pk"))
    rows[0].text = "d"
    note.objects.bulk_update(rows, ["text"])
    assert [row.text for row in note.objects.order_by("pk")] == ["d", "c"]
    assert all(row[0].startswith("zk1:") for row in stored(note))


def test_a_filter_on_a_sealed_field_is_refused_but_for_null(note: Any) -> None:
    note.objects.create(text=None)
    with pytest.raises(FieldError, match="blind index"):
        note.objects.filter(text="a")
    assert note.objects.filter(text__isnull=True).count() == 1


def test_a_value_copied_to_another_column_does_not_open(note: Any) -> None:
    row = note.objects.create(text="secret")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {note._meta.db_table} SET phone = text")
    with pytest.raises(Exception, match="does not open"):
        note.objects.get(pk=row.pk)


def test_rotation_brings_every_value_and_index_under_the_first_key(note: Any, settings: Settings) -> None:
    settings.FIELD_KEYS = OLD
    for number in range(450):
        note.objects.create(text=f"text {number}", phone=f"1380000{number:04}")
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    note.objects.create(text="new already", phone="")
    assert note.objects.filter(phone_index__in=blind_indexes("13800000007", "phone")).count() == 1

    assert rotate_model(note) == 450
    assert rotate_model(note) == 0

    settings.FIELD_KEYS = NEW
    assert [row.text for row in note.objects.order_by("pk")][:2] == ["text 0", "text 1"]
    assert note.objects.get(phone_index__in=blind_indexes("13800000007", "phone")).text == "text 7"


def test_without_its_key_a_row_says_which_key_is_missing(note: Any, settings: Settings) -> None:
    settings.FIELD_KEYS = OLD
    note.objects.create(text="secret")
    settings.FIELD_KEYS = NEW
    with pytest.raises(KeyMissing, match="'old'"):
        note.objects.get()
