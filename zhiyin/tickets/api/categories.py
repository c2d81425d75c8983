"""What tickets are about: the tree of categories."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.categorising import add_category, change_category
from zhiyin.tickets.queries.layout import category_tree


class CategoryShape(Schema):
    id: int
    name: str
    path: str = Field(description="names from the top down: 退款 / 未到账")
    parent_id: int | None
    depth: int
    position: int
    active: bool


class NewCategoryBody(Schema):
    name: str = Field(min_length=1, max_length=100)
    parent_id: int | None = None


class CategoryBody(Schema):
    """Only what is named changes; a parent of null moves the category to the top."""

    name: str | None = Field(None, min_length=1, max_length=100)
    parent_id: int | None = None
    position: int | None = Field(None, ge=0, le=10_000, description="among those beside it, from 0")
    active: bool | None = None


@router.get("/categories", response=list[CategoryShape], auth=needs("tickets.read"))
def get_categories(request: Signed) -> Any:
    """All categories, each followed by those beneath it."""
    return category_tree()


@router.post("/categories", response={201: CategoryShape}, auth=needs("categories.manage"))
def post_category(request: Signed, body: NewCategoryBody) -> Any:
    """Add a category, at the top or beneath another."""
    added = add_category(name=body.name, parent_id=body.parent_id, by=request.auth, now=timezone.now())
    return Status(201, added)


@router.patch("/categories/{int:category_id}", response=CategoryShape, auth=needs("categories.manage"))
def patch_category(request: Signed, category_id: int, body: CategoryBody) -> Any:
    """Rename or move a category, or take it out of use; tickets that have it keep it."""
    named = body.dict(exclude_unset=True)
    changes = {name: value for name, value in named.items() if value is not None or name == "parent_id"}
    return change_category(category_id=category_id, changes=changes, by=request.auth, now=timezone.now())
