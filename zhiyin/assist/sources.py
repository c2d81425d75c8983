"""What answers and drafts rest on: the knowledge base first, then the answers that solved tickets like this one."""

from __future__ import annotations

from zhiyin.assist.local.masking import masked
from zhiyin.assist.provider import Asked, Evidence
from zhiyin.people.models import Staff
from zhiyin.tickets.models import Message, Ticket
from zhiyin.tickets.placeholders import fill, values_for
from zhiyin.tickets.queries.hints import solved_alike
from zhiyin.tickets.queries.offering import Offer, offers_for

MOST = 5
MOST_OF_EACH = 3
FOR_CUSTOMERS = ("public", "signed_in")


def sources_for(asked: Asked) -> list[Evidence]:
    """The likeliest first; none where there is nothing alike."""
    if asked.ticket is None or asked.by is None:
        return []
    return [*_from_knowledge(asked, asked.ticket, asked.by), *_from_solved(asked.ticket, asked.by)][:MOST]


def _from_knowledge(asked: Asked, ticket: Ticket, by: Staff) -> list[Evidence]:
    """What is published and valid now and may be told to customers, filled for this ticket; each entry once, and one
    script at most for how they feel."""
    offers = offers_for(ticket, words="", kind="", mood="", by=by, now=asked.now)
    first: dict[int, Offer] = {}
    for one in offers:
        if one.because != "use" and _may_be_told(one):
            first.setdefault(one.entry_id, one)
    opening = [one for one in first.values() if one.because == "mood"][:1]
    chosen = [*opening, *[one for one in first.values() if one.because == "words"][:MOST_OF_EACH]]
    values = values_for(ticket, by=by, now=asked.now) if chosen else {}
    return [
        Evidence(
            text=fill(one.text, values).text,
            title=one.title,
            source=f"/knowledge/{one.entry_id}",
            entry_id=one.entry_id,
            edition_id=one.edition_id,
            version_id=one.version_id,
            number=one.number,
            kind=one.kind,
            region=one.region,
        )
        for one in chosen
    ]


def _may_be_told(offer: Offer) -> bool:
    """Scripts are words for customers, those for a mood only in it; of the rest, what is for colleagues only is not."""
    if offer.kind == "script":
        return offer.because == "mood" or not offer.mood
    return offer.audience in FOR_CUSTOMERS


def _from_solved(ticket: Ticket, by: Staff) -> list[Evidence]:
    """What solved tickets like this one, without the personal data of those it was written to."""
    hints = solved_alike(ticket, by=by)
    replies = last_replies([hint.ticket.pk for hint in hints])
    told: dict[str, Evidence] = {}  # each wording once, from the likest of the tickets
    for hint in hints:
        if text := masked(replies.get(hint.ticket.pk, "")):
            told.setdefault(text, Evidence(text=text, ticket_id=hint.ticket.pk))
    return list(told.values())[:MOST_OF_EACH]


def last_replies(ids: list[int]) -> dict[int, str]:
    """The longest of the last answers of each ticket: a closing thanks is none."""
    rows = (
        Message.objects.filter(ticket__in=ids, delivery__isnull=False)
        .order_by("ticket", "at")
        .values_list("ticket_id", "delivery__text")
    )
    said: dict[int, list[str]] = {}
    for ticket_id, text in rows:
        said.setdefault(ticket_id, []).append(text)
    return {ticket_id: max(texts[-3:], key=len) for ticket_id, texts in said.items()}
