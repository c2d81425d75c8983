"""`search`: the one way to ask the knowledge base."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from zhiyin.knowledge.models import Entry
from zhiyin.knowledge.queries.published import PublishedEdition, published_editions
from zhiyin.knowledge.search.concepts import Concepts
from zhiyin.knowledge.search.covering import Cover, cover_of
from zhiyin.knowledge.search.highlights import marked
from zhiyin.knowledge.search.keeping import machine_store
from zhiyin.knowledge.search.searchables import Hit, Wanted
from zhiyin.knowledge.search.vectors import encoder_now
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.text.flowing import in_one_line
from zhiyin.platform.text.highlighting import Snippet

if TYPE_CHECKING:
    from zhiyin.people.models import Staff

LONGEST_QUESTION = 2_000
MORE = 5  # beyond the limit, for what the index has and the reader may not see any more


class IndexNotReady(DomainError):
    code = "knowledge.index_not_ready"
    status = 503
    messages = {
        "zh": "知识索引正在建立，请稍后再试。",
        "en": "The knowledge index is being built. Try again in a moment.",
    }


@dataclass(frozen=True, kw_only=True)
class FoundEdition:
    """A published edition that was found, as it is in the database now."""

    edition: PublishedEdition
    hit: Hit
    title: Snippet
    excerpt: Snippet


def search(
    text: str,
    wanted: Wanted,
    *,
    limit: int = 10,
    now: datetime,
    typing: bool = False,
    fitted: bool = False,
) -> list[FoundEdition]:
    """What is published, valid and allowed, best first. Raises IndexNotReady before this machine's first index.

    `wanted` says who asks and what for; see `for_customers` and `for_staff`. While somebody is typing, the last word may
    be only begun. `fitted` is for whoever tells chances: it hears only vectors that those were fitted to. What the index says
    is checked in the database, so that one behind the times never tells too much: four queries, whatever the limit.
    """
    index = machine_store().reader(encoder_now())
    if index is None:
        raise IndexNotReady
    hits = index.search(
        text[:LONGEST_QUESTION], wanted, limit=limit + MORE, now=now, typing=typing, fitted=fitted
    )
    editions = {
        edition.edition_id: edition
        for edition in published_editions(edition_ids=[hit.edition_id for hit in hits])
        if edition.is_valid_at(now) and is_for(wanted, edition)
    }
    return [
        FoundEdition(
            edition=editions[hit.edition_id],
            hit=hit,
            title=marked(editions[hit.edition_id].title, text, index.concepts, width=200),
            excerpt=marked(in_one_line(editions[hit.edition_id].text), text, index.concepts, width=160),
        )
        for hit in hits
        if hit.edition_id in editions
    ][:limit]


def covers(text: str, found: list[FoundEdition]) -> list[Cover]:
    """How far each of these and the question cover each other. Raises IndexNotReady."""
    telling, concepts = telling_of(text)
    return [cover_of(one.hit, telling, concepts) for one in found]


def telling_of(text: str) -> tuple[dict[str, float], Concepts]:
    """The terms of a question with how much each tells, and the concepts they were found by. Raises IndexNotReady."""
    index = machine_store().reader(encoder_now())
    if index is None:
        raise IndexNotReady
    return index.telling(text[:LONGEST_QUESTION]), index.concepts


def for_customers(
    *, signed_in: bool, language: str = "", product_id: int | None = None, category_ids: tuple[int, ...] = ()
) -> Wanted:
    """What customers may find: never scripts, and what is for those signed in only then."""
    return Wanted(
        audiences=("public", "signed_in") if signed_in else ("public",),
        kinds=(Entry.Kind.ARTICLE, Entry.Kind.FAQ),
        language=language,
        product_id=product_id,
        category_ids=category_ids,
    )


def for_staff(
    staff: Staff,
    *,
    language: str = "",
    region: str = "",
    kinds: tuple[str, ...] = (),
    product_id: int | None = None,
) -> Wanted:
    """What a colleague may find: all but what is for groups they aren't in."""
    return Wanted(
        audiences=("public", "signed_in", "internal"),
        group_ids=tuple(staff.group_ids),
        language=language,
        region=region,
        kinds=kinds,
        product_id=product_id,
    )


def is_for(wanted: Wanted, edition: PublishedEdition) -> bool:
    """Whether the edition, as it is now, may be told to who asks."""
    if edition.audience == "group":
        allowed = bool(set(wanted.group_ids) & set(edition.group_ids))
    else:
        allowed = edition.audience in wanted.audiences
    return allowed and (not wanted.kinds or edition.kind in wanted.kinds)
