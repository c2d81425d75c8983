"""The rows of the knowledge base."""

from zhiyin.knowledge.models.entries import Edition, Entry, EntryGroup, EntryProduct, EntryQuerySet
from zhiyin.knowledge.models.imports import Import, ImportFile, ImportItem
from zhiyin.knowledge.models.shelves import Category, Product
from zhiyin.knowledge.models.versions import Review, Version, VersionFile, VersionQuerySet
from zhiyin.knowledge.models.voices import Feedback, Flag

__all__ = [
    "Category",
    "Edition",
    "Entry",
    "EntryGroup",
    "EntryProduct",
    "EntryQuerySet",
    "Feedback",
    "Flag",
    "Import",
    "ImportFile",
    "ImportItem",
    "Product",
    "Review",
    "Version",
    "VersionFile",
    "VersionQuerySet",
]
