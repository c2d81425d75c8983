"""Knowledge that may answer a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, Q, Value, When

from zhiyin.knowledge.models import Entry, EntryQuerySet, Version
from zhiyin.people.models import Staff
from zhiyin.tickets.models import Ticket

MOST = 20
SNIPPET = 160


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
    """Valid entries with all the words, those in the customer's language first; without words, scripts for the mood."""
    found = (
        Version.objects.valid_at(now)
        .filter(state="published", edition__entry__in=_usable(by))
        .select_related("edition__entry")
        .defer("html")
    )
    for word in words.split()[:8]:
        found = found.filter(
            Q(title__icontains=word)
            | Q(questions__icontains=word)
            | Q(text__icontains=word)
            | Q(edition__entry__tags__icontains=word)
            | Q(edition__entry__situation__icontains=word)
        )
    if kind:
        found = found.filter(edition__entry__kind=kind)
    if mood:
        found = found.filter(edition__entry__mood=mood)
    language = (ticket.customer.language or "zh")[:2]
    first = words.split(maxsplit=1)[0] if words.split() else ""
    ranked = found.annotate(
        strange=Case(
            When(edition__language__startswith=language, then=0), default=1, output_field=IntegerField()
        ),
        place=Case(
            When(title__icontains=first, then=Value(0)),
            When(questions__icontains=first, then=Value(1)),
            default=Value(2),
        ),
    ).order_by("strange", "place", "-edition__entry__used_count", "pk")
    return [_offer(version) for version in ranked[:MOST]]


def _usable(by: Staff) -> EntryQuerySet:
    """What the person may put before a customer: also of those who write, only what their groups may use."""
    return Entry.objects.visible_to(by).published().readable_by_groups(by.group_ids)


def _offer(version: Version) -> Offer:
    edition, entry = version.edition, version.edition.entry
    return Offer(
        entry_id=entry.pk,
        version_id=version.pk,
        number=version.number,
        kind=entry.kind,
        language=edition.language,
        region=edition.region,
        title=version.title,
        text=version.text,
        snippet=(version.summary or " ".join(version.text.split()))[:SNIPPET],
        audience=entry.audience,
        situation=entry.situation,
        mood=entry.mood,
        link=f"/help/{entry.key}" if entry.audience == "public" else "",
    )
