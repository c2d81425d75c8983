"""What tickets are about: the list of categories."""

from __future__ import annotations

from typing import Any

from ninja import Schema, Status
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.categorising import add_category, change_category
from zhiyin.tickets.models import Category


class CategoryShape(Schema):
    id: int
    name: str
    active: bool


class CategoryBody(Schema):
    name: str = Field(min_length=1, max_length=100)
    active: bool = True


@router.get("/categories", response=list[CategoryShape], auth=needs("tickets.read"))
def get_categories(request: Signed) -> Any:
    """All categories by name."""
    return Category.objects.order_by("name")


@router.post("/categories", response={201: CategoryShape}, auth=needs("categories.manage"))
def post_category(request: Signed, body: CategoryBody) -> Any:
    """Add a category."""
    return Status(201, add_category(name=body.name, by=request.auth))


@router.patch("/categories/{int:category_id}", response=CategoryShape, auth=needs("categories.manage"))
def patch_category(request: Signed, category_id: int, body: CategoryBody) -> Any:
    """Rename a category, or take it out of use; tickets that have it keep it."""
    return change_category(category_id=category_id, name=body.name, active=body.active, by=request.auth)
