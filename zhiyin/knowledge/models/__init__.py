"""The rows of the knowledge base."""

from zhiyin.knowledge.models.entries import Edition, Entry, EntryGroup, EntryProduct, EntryQuerySet
from zhiyin.knowledge.models.imports import Import, ImportFile, ImportItem
from zhiyin.knowledge.models.shelves import Category, Product
from zhiyin.knowledge.models.versions import Review, Version, VersionFile, VersionQuerySet
from zhiyin.knowledge.models.voices import Feedback, Flag, StillAsked
from zhiyin.knowledge.models.words import AskedQuestion, SynonymGroup

__all__ = [
    "AskedQuestion",
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
    "StillAsked",
    "SynonymGroup",
    "Version",
    "VersionFile",
    "VersionQuerySet",
]
