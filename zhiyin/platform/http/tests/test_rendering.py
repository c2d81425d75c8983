import json
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.test import RequestFactory
from django.utils.translation import gettext_lazy

from zhiyin.platform.http.rendering import QuickRenderer
from zhiyin.platform.http.shapes import Shape


class Inner(Shape):
    name: str


class Outer(Shape):
    inner: Inner
    at: datetime


def render(told: Any) -> bytes:
    return QuickRenderer().render(RequestFactory().get("/"), told, response_status=200)


def test_chinese_is_written_as_it_stands_and_times_are_told_in_utc() -> None:
    told = render({"name": "知音", "at": datetime(2026, 3, 1, 8, 30, 0, 125000, UTC)})
    assert told == '{"name":"知音","at":"2026-03-01T08:30:00.125000Z"}'.encode()


def test_what_ninja_could_write_is_written() -> None:
    told = {"sum": Decimal("1.50"), "key": UUID(int=1), "words": gettext_lazy("知音"), "none": None}
    assert json.loads(render(told)) == {
        "sum": "1.50",
        "key": "00000000-0000-0000-0000-000000000001",
        "words": "知音",
        "none": None,
    }


def test_a_shape_reads_attributes_of_what_it_is_given() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    row = SimpleNamespace(inner=SimpleNamespace(name="门锁", more=1), at=at, more=2)
    assert Outer.from_orm(row).model_dump() == {"inner": {"name": "门锁"}, "at": at}
