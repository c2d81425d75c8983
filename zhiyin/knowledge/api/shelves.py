"""The tree of categories, and the products."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Status

from zhiyin.knowledge.api.router import router
from zhiyin.knowledge.commands.shelving import add_category, change_category, remove_category, save_product
from zhiyin.knowledge.models import Category, Product
from zhiyin.knowledge.queries.shelves import categories_in_order, shelves
from zhiyin.knowledge.shapes import (
    KnowledgeCategoryBody,
    KnowledgeCategoryShape,
    KnowledgeProductBody,
    KnowledgeProductShape,
    ShelvesShape,
)
from zhiyin.people.access import Signed, needs

READ, WRITE = needs("knowledge.read"), needs("knowledge.write")


@router.get("/knowledge/shelves", response=ShelvesShape, auth=READ)
def get_shelves(request: Signed) -> Any:
    """Categories, products and all else the library can be narrowed by."""
    return shelves()


@router.post("/knowledge/categories", response={201: KnowledgeCategoryShape}, auth=WRITE)
def post_category(request: Signed, body: KnowledgeCategoryBody) -> Any:
    """Add a category, at the top or beneath another."""
    return Status(201, _told(add_category(**body.dict(), by=request.auth, now=timezone.now())))


@router.put("/knowledge/categories/{int:shelf_id}", response=KnowledgeCategoryShape, auth=WRITE)
def put_category(request: Signed, shelf_id: int, body: KnowledgeCategoryBody) -> Any:
    """Rename a category or move it, with all beneath it."""
    return _told(change_category(category_id=shelf_id, **body.dict(), by=request.auth, now=timezone.now()))


@router.delete("/knowledge/categories/{int:shelf_id}", response={204: None}, auth=WRITE)
def delete_category(request: Signed, shelf_id: int) -> Any:
    """Take an empty category away."""
    remove_category(category_id=shelf_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.post("/knowledge/products", response={201: KnowledgeProductShape}, auth=WRITE)
def post_product(request: Signed, body: KnowledgeProductBody) -> Any:
    """Add a product that entries can be about."""
    made = save_product(product_id=None, **body.dict(), by=request.auth, now=timezone.now())
    return Status(201, made)


@router.put("/knowledge/products/{int:product_id}", response=KnowledgeProductShape, auth=WRITE)
def put_product(request: Signed, product_id: int, body: KnowledgeProductBody) -> Product:
    """Rename a product, or take it out of use."""
    return save_product(product_id=product_id, **body.dict(), by=request.auth, now=timezone.now())


def _told(category: Category) -> Any:
    return next(one for one in categories_in_order() if one["id"] == category.pk)
