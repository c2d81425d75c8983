"""Knowledge that may answer a ticket."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from zhiyin.knowledge.models import Entry, EntryQuerySet, Product, Version, VersionQuerySet
from zhiyin.knowledge.queries.outcomes import outcomes_of
from zhiyin.knowledge.queries.published import PublishedEdition, published_editions
from zhiyin.knowledge.search.finding import IndexNotReady, for_staff, search
from zhiyin.knowledge.search.vectors import is_english
from zhiyin.people.models import Staff
from zhiyin.platform.text.flowing import in_one_line
from zhiyin.platform.text.regions import depth_in
from zhiyin.tickets.models import Ticket

MOST = 20
MOST_FOR_MOOD = 3
LOOKED_AT = 50  # scripts for a mood, those used most
SNIPPET = 160
UPSET = ("angry", "anxious")
LANGUAGES = ("zh", "en")  # of the help centre

Because = Literal["words", "mood", "use"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A published edition, as the person may read it; `because` says why it is offered."""

    entry_id: int
    edition_id: int
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
    because: Because


@dataclass(frozen=True)
class _Found:
    edition: PublishedEdition
    snippet: str
    because: Because


def offers_for(ticket: Ticket, *, words: str, kind: str, mood: str, by: Staff, now: datetime) -> list[Offer]:
    """Valid entries that fit the words, or without any what the customer wrote last; best first, those in the
    language of the case before others, and of an entry what is for its region first. Without words an upset customer
    gets scripts for their mood first, what holds only in another region, or only for other products than those they
    name, is left out, and where nothing fits what is used most is offered. What surely left more readers without help
    than it helped goes behind what is otherwise as good."""
    if not by.may("knowledge.read"):
        return []
    asked = words or f"{ticket.subject} {ticket.preview if ticket.last_message_from == 'customer' else ''}"
    found = _found(asked, kind=kind, by=by, now=now, typing=bool(words))
    if not words:
        found = _about_what_is_named(found, asked) or _most_used(kind=kind, mood=mood, by=by, now=now)
        if kind in ("", Entry.Kind.SCRIPT):
            found = _once([*_for_mood(ticket, asked, mood=mood, by=by, now=now), *found])
        found = [one for one in found if _holds_at(ticket, one.edition.region)]
    language = _language_of(ticket)
    fitting = [one for one in _nearest_first(found, ticket) if not mood or one.edition.mood == mood]
    outcomes = outcomes_of([one.edition.version_id for one in fitting])
    poor = {version_id for version_id, outcome in outcomes.items() if outcome.is_poor}
    fitting.sort(  # stable: otherwise as found
        key=lambda one: (
            not one.edition.language.startswith(language),
            one.because != "mood",
            bool(ticket.region or not words) and depth_in(ticket.region, one.edition.region) is None,
            not words and _is_for_another_mood(one.edition, ticket),
            one.edition.version_id in poor,
        )
    )
    return [_offer(one) for one in fitting[:MOST]]


def _for_mood(ticket: Ticket, asked: str, *, mood: str, by: Staff, now: datetime) -> list[_Found]:
    """Scripts for how an upset customer feels, in their language: first those whose situation they are in, then those
    used most."""
    felt = mood or ticket.mood
    if felt not in UPSET:
        return []
    scripts = _usable(by, Entry.Kind.SCRIPT, now).filter(
        edition__entry__mood=felt, edition__language__startswith=_language_of(ticket)
    )
    known = list(
        scripts.order_by("-edition__entry__used_count", "pk").values_list(
            "edition_id", "edition__entry__situation", "edition__region"
        )[:LOOKED_AT]
    )
    around = f"{asked} {ticket.category.path if ticket.category else ''}".casefold()
    fitting = [one for one in known if _holds_at(ticket, one[2])]
    fitting.sort(
        key=lambda one: (
            not (one[1] and one[1].casefold() in around),
            -(depth_in(ticket.region, one[2]) or 0),
        )
    )
    return _editions([edition_id for edition_id, *_ in fitting[:MOST_FOR_MOOD]], "mood")


def _language_of(ticket: Ticket) -> str:
    return (ticket.language or "zh")[:2]


def _holds_at(ticket: Ticket, region: str) -> bool:
    """Whether what holds in the region may be said on this case; where that is, may not be known."""
    return not ticket.region or depth_in(ticket.region, region) is not None


def _about_what_is_named(found: list[_Found], asked: str) -> list[_Found]:
    """Without what is only about products other than those the text names; all where it names none."""
    told = asked.casefold()
    named = {
        product.pk
        for product in Product.objects.filter(active=True)
        if any(name and name.casefold() in told for name in (product.name_zh, product.name_en))
    }
    return [
        one
        for one in found
        if not (named and one.edition.product_ids and named.isdisjoint(one.edition.product_ids))
    ]


def _is_for_another_mood(edition: PublishedEdition, ticket: Ticket) -> bool:
    return bool(edition.mood and ticket.mood) and edition.mood != ticket.mood


def _nearest_first(found: list[_Found], ticket: Ticket) -> list[_Found]:
    """The same, with what each entry says for the region nearest to the case at the entry's first place."""
    if not ticket.region:
        return found
    by_entry: dict[int, list[_Found]] = {}
    for one in found:
        by_entry.setdefault(one.edition.entry_id, []).append(one)
    for few in by_entry.values():
        few.sort(key=lambda one: -_depth(one, ticket))
    return [by_entry[one.edition.entry_id].pop(0) for one in found]


def _depth(found: _Found, ticket: Ticket) -> int:
    depth = depth_in(ticket.region, found.edition.region)
    return -1 if depth is None else depth


def _once(found: list[_Found]) -> list[_Found]:
    """Each edition where it stands first."""
    first: dict[int, _Found] = {}
    for one in found:
        first.setdefault(one.edition.edition_id, one)
    return list(first.values())


def _found(text: str, *, kind: str, by: Staff, now: datetime, typing: bool) -> list[_Found]:
    """By the index of this machine; by plain words while that is being built."""
    wanted = for_staff(by, kinds=(kind,) if kind else ())
    thorough = not typing and not is_english(text)
    try:
        hits = search(text, wanted, limit=MOST, now=now, typing=typing, thorough=thorough)
    except IndexNotReady:
        log.warning("knowledge index not ready, searched by plain words")
        return _by_plain_words(text, kind=kind, by=by, now=now) if typing else []
    return [_Found(one.edition, one.excerpt.text, "words") for one in hits]


def _by_plain_words(text: str, *, kind: str, by: Staff, now: datetime) -> list[_Found]:
    found = _usable(by, kind, now)
    for word in text.split()[:8]:
        found = found.filter(title__icontains=word) | found.filter(text__icontains=word)
    return _editions(list(found.values_list("edition_id", flat=True)[:MOST]), "words")


def _most_used(*, kind: str, mood: str, by: Staff, now: datetime) -> list[_Found]:
    found = _usable(by, kind, now)
    if mood:
        found = found.filter(edition__entry__mood=mood)
    ordered = found.order_by("-edition__entry__used_count", "pk")
    return _editions(list(ordered.values_list("edition_id", flat=True)[:MOST]), "use")


def _usable(by: Staff, kind: str, now: datetime) -> VersionQuerySet:
    """What the person may put before a customer: also of those who write, only what their groups may use."""
    entries: EntryQuerySet = Entry.objects.visible_to(by).published().readable_by_groups(by.group_ids)
    if kind:
        entries = entries.filter(kind=kind)
    return Version.objects.valid_at(now).filter(state="published", edition__entry__in=entries)


def _editions(ids: list[int], because: Because) -> list[_Found]:
    known = {edition.edition_id: edition for edition in published_editions(edition_ids=ids)}
    return [_Found(known[pk], "", because) for pk in ids if pk in known]


def _offer(found: _Found) -> Offer:
    edition = found.edition
    language = edition.language[:2]
    return Offer(
        entry_id=edition.entry_id,
        edition_id=edition.edition_id,
        version_id=edition.version_id,
        number=edition.number,
        kind=edition.kind,
        language=edition.language,
        region=edition.region,
        title=edition.title,
        text=edition.text,
        snippet=found.snippet or (edition.summary or in_one_line(edition.text))[:SNIPPET],
        audience=edition.audience,
        situation=edition.situation,
        mood=edition.mood,
        link=f"/help/{language}/a/{edition.key}"
        if edition.audience == "public" and language in LANGUAGES
        else "",
        because=found.because,
    )
