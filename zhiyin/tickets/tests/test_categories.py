"""The tree of categories."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.people import client_for
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.commands.categorising import (
    CategoryBeneathItself,
    CategoryExists,
    CategoryTooDeep,
    NoSuchParent,
    add_category,
    change_category,
)
from zhiyin.tickets.models import Category, Ticket
from zhiyin.tickets.queries.layout import category_tree

pytestmark = pytest.mark.django_db


def add(name: str, parent: Category | None, by: Staff) -> Category:
    return add_category(name=name, parent_id=parent.pk if parent else None, by=by, now=timezone.now())


def change(category: Category, by: Staff, **changes: Any) -> Category:
    return change_category(category_id=category.pk, changes=changes, by=by, now=timezone.now())


def paths() -> list[str]:
    return [category.path for category in category_tree()]


@pytest.fixture
def refund(administrator: Staff) -> Category:
    return add("退款", None, administrator)


@pytest.fixture
def late(refund: Category, administrator: Staff) -> Category:
    return add("未到账", refund, administrator)


def test_a_category_knows_its_path_and_who_stands_above(refund: Category, late: Category) -> None:
    assert (late.path, late.lineage) == ("退款 / 未到账", [refund.pk, late.pk])
    assert set(Category.objects.beneath(refund.pk)) == {refund, late}


def test_moving_and_renaming_carries_all_beneath_along(
    refund: Category, late: Category, administrator: Staff
) -> None:
    bank = add("银行卡", late, administrator)
    money = add("钱款", None, administrator)
    change(refund, administrator, parent_id=money.pk, name="退钱")
    bank.refresh_from_db()
    assert (bank.path, bank.lineage) == (
        "钱款 / 退钱 / 未到账 / 银行卡",
        [money.pk, refund.pk, late.pk, bank.pk],
    )
    change(late, administrator, parent_id=None)
    bank.refresh_from_db()
    assert (bank.path, bank.lineage) == ("未到账 / 银行卡", [late.pk, bank.pk])


def test_the_order_is_the_company_s(refund: Category, late: Category, administrator: Staff) -> None:
    delivery = add("物流", None, administrator)
    assert paths() == ["退款", "退款 / 未到账", "物流"]
    change(delivery, administrator, position=0)
    assert paths() == ["物流", "退款", "退款 / 未到账"]
    change(delivery, administrator, parent_id=refund.pk, position=0)
    assert paths() == ["退款", "退款 / 物流", "退款 / 未到账"]


def test_categories_from_before_they_had_an_order_keep_that_of_their_names(administrator: Staff) -> None:
    for name in ("c", "a", "b"):
        Category.objects.create(name=name)
    change(Category.objects.get(name="c"), administrator, position=1)
    assert paths() == ["a", "c", "b"]


def test_one_name_once_in_a_place(refund: Category, late: Category, administrator: Staff) -> None:
    assert add("未到账", None, administrator).path == "未到账"
    for name, parent in ((" 未到账 ", refund), ("退款", None)):
        with pytest.raises(CategoryExists):
            add(name, parent, administrator)
    with pytest.raises(IntegrityError), transaction.atomic():
        Category.objects.create(name="退款")
    assert Category.objects.count() == 3


def test_a_category_never_comes_beneath_itself(
    refund: Category, late: Category, administrator: Staff
) -> None:
    count = PendingEvent.objects.count()
    for parent in (refund, late):
        with pytest.raises(CategoryBeneathItself):
            change(refund, administrator, parent_id=parent.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            Category.objects.filter(pk=refund.pk).update(parent=parent)
    refund.refresh_from_db()
    assert (refund.parent_id, refund.lineage, PendingEvent.objects.count()) == (None, [refund.pk], count)


def test_the_tree_is_five_levels_deep_at_most(refund: Category, administrator: Staff) -> None:
    deepest = refund
    for name in "二三四五":
        deepest = add(name, deepest, administrator)
    above = add("上", None, administrator)
    with pytest.raises(CategoryTooDeep):
        add("六", deepest, administrator)
    with pytest.raises(CategoryTooDeep):
        change(refund, administrator, parent_id=above.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Category.objects.filter(pk=refund.pk).update(parent=above)
    assert max(category.depth for category in category_tree()) == 5


def test_a_parent_must_be_there(administrator: Staff) -> None:
    with pytest.raises(NoSuchParent):
        add_category(name="退款", parent_id=10**9, by=administrator, now=timezone.now())
    assert not Category.objects.exists()


def test_a_list_of_a_category_holds_all_beneath(
    refund: Category, late: Category, owner: Staff, support: Group
) -> None:
    ticket = make_ticket(group=support)
    other = make_ticket(group=support, sender="li@example.com")
    Ticket.objects.filter(pk=ticket.pk).update(category=late)
    Ticket.objects.filter(pk=other.pk).update(category=Category.objects.create(name="物流"))
    client = client_for(owner)
    for category in (refund, late):
        listed = client.get(f"/api/v1/tickets?view=open&category={category.pk}").json()["items"]
        assert [row["id"] for row in listed] == [ticket.pk]
    assert listed[0]["category"] == {"id": late.pk, "name": "未到账", "path": "退款 / 未到账"}


def test_the_tree_over_http(owner: Staff, administrator: Staff) -> None:
    client = client_for(administrator)
    top = client.post("/api/v1/categories", {"name": "退款"}).json()
    child = client.post("/api/v1/categories", {"name": "未到账", "parent_id": top["id"]}).json()
    assert child == {
        "id": child["id"],
        "name": "未到账",
        "path": "退款 / 未到账",
        "parent_id": top["id"],
        "depth": 2,
        "position": 0,
        "active": True,
    }
    moved = client.patch(f"/api/v1/categories/{child['id']}", {"parent_id": None, "position": 0}).json()
    assert (moved["path"], moved["position"]) == ("未到账", 0)
    loop = client.patch(f"/api/v1/categories/{top['id']}", {"parent_id": top["id"]})
    assert (loop.status_code, loop.json()["code"]) == (422, "tickets.category_beneath_itself")
    assert client_for(owner).post("/api/v1/categories", {"name": "x"}).status_code == 403
    assert [one["path"] for one in client_for(owner).get("/api/v1/categories").json()] == ["未到账", "退款"]
