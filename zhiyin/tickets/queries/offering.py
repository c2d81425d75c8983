"""Knowledge that may answer a ticket."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from zhiyin.knowledge.models import Entry, EntryQuerySet, Version, VersionQuerySet
from zhiyin.knowledge.queries.published import PublishedEdition, published_editions
from zhiyin.knowledge.search.finding import IndexNotReady, for_staff, search
from zhiyin.people.models import Staff
from zhiyin.tickets.models import Ticket

MOST = 20
SNIPPET = 160
LANGUAGES = ("zh", "en")  # of the help centre

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A published edition, as the person may read it."""

    entry_id: int
    version_id: int
    number: int
    kind: str
    language: str
    region: str
    title: str
    text: str
    snippet: str
    audience: str
    situation: str
    mood: str
    link: str


def offers_for(ticket: Ticket, *, words: str, kind: str, mood: str, by: Staff, now: datetime) -> list[Offer]:
    """Valid entries that fit the words, or without any what the customer wrote last; best first, those in the
    customer's language before others. Where nothing fits what they wrote, what is used most."""
    asked = words or f"{ticket.subject} {ticket.preview if ticket.last_message_from == 'customer' else ''}"
    found = _found(asked, kind=kind, by=by, now=now, typing=bool(words))
    if not found and not words:
        found = _most_used(kind=kind, mood=mood, by=by, now=now)
    language = (ticket.customer.language or "zh")[:2]
    fitting = [(edition, snippet) for edition, snippet in found if not mood or edition.mood == mood]
    fitting.sort(key=lambda one: not one[0].language.startswith(language))  # stable: otherwise as found
    return [_offer(edition, snippet) for edition, snippet in fitting[:MOST]]


def _found(
    text: str, *, kind: str, by: Staff, now: datetime, typing: bool
) -> list[tuple[PublishedEdition, str]]:
    """By the index of this machine; by plain words while that is being built."""
    wanted = for_staff(by, kinds=(kind,) if kind else ())
    try:
        hits = search(text, wanted, limit=MOST, now=now, typing=typing)
    except IndexNotReady:
        log.warning("knowledge index not ready, searched by plain words")
        return _by_plain_words(text, kind=kind, by=by, now=now) if typing else []
    return [(hit.edition, hit.excerpt.text) for hit in hits]


def _by_plain_words(text: str, *, kind: str, by: Staff, now: datetime) -> list[tuple[PublishedEdition, str]]:
    found = _usable(by, kind, now)
    for word in text.split()[:8]:
        found = found.filter(title__icontains=word) | found.filter(text__icontains=word)
    return _editions(list(found.values_list("edition_id", flat=True)[:MOST]))


def _most_used(*, kind: str, mood: str, by: Staff, now: datetime) -> list[tuple[PublishedEdition, str]]:
    found = _usable(by, kind, now)
    if mood:
        found = found.filter(edition__entry__mood=mood)
    ordered = found.order_by("-edition__entry__used_count", "pk")
    return _editions(list(ordered.values_list("edition_id", flat=True)[:MOST]))


def _usable(by: Staff, kind: str, now: datetime) -> VersionQuerySet:
    """What the person may put before a customer: also of those who write, only what their groups may use."""
    entries: EntryQuerySet = Entry.objects.visible_to(by).published().readable_by_groups(by.group_ids)
    if kind:
        entries = entries.filter(kind=kind)
    return Version.objects.valid_at(now).filter(state="published", edition__entry__in=entries)


def _editions(ids: list[int]) -> list[tuple[PublishedEdition, str]]:
    known = {edition.edition_id: edition for edition in published_editions(edition_ids=ids)}
    return [(known[pk], "") for pk in ids if pk in known]


def _offer(edition: PublishedEdition, snippet: str) -> Offer:
    language = edition.language[:2]
    return Offer(
        entry_id=edition.entry_id,
        version_id=edition.version_id,
        number=edition.number,
        kind=edition.kind,
        language=edition.language,
        region=edition.region,
        title=edition.title,
        text=edition.text,
        snippet=snippet or (edition.summary or " ".join(edition.text.split()))[:SNIPPET],
        audience=edition.audience,
        situation=edition.situation,
        mood=edition.mood,
        link=f"/help/{language}/a/{edition.key}"
        if edition.audience == "public" and language in LANGUAGES
        else "",
    )
