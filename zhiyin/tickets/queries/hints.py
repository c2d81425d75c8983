"""Tickets that look like this one: of the same customer, or said by somebody else in the last days.

Two queries, both led by an index. What is said about is the ticket's subject and first message, as the words that carry
meaning. Of the same customer, the newest open tickets are looked at. Of all others, the LOOKED_AT newest of the last days
are read in their order and kept where they hold at least two of the words: among a million tickets that takes a tenth of
what asking the index of words takes, since common words stand in so many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from typing import Any, Literal

from django.db import connection
from django.db.models import Q

from zhiyin.customers.models import Identity
from zhiyin.people.models import Staff
from zhiyin.platform.text.lexemes import query_lexemes
from zhiyin.tickets.models import HintDismissal, Message, Ticket, TicketSearch

DAYS = 3
MOST_WORDS = 8
MOST_HINTS = 5
LOOKED_AT = 2000
_OWN_LOOKED_AT = 30
_READ = 300  # characters of the first message
# characters of Chinese that build sentences, and English words that do; a word with them says little
_PLAIN = set(
    "的了是我你您他她它们在和就都也很吗呢吧啊请把被这那有没不要会能可以个么什怎为哪谢好"
    "还到去来说给对从过着上下多少之后前再又已今昨明望祝您等"
)
_PLAIN_ENGLISH = frozenset(
    """the and for are was you your not but with this that have has had from they will can could would please
    hello thanks thank hi dear what when how why who our my its been were there their about after before does
    did just get got still any all""".split()  # noqa: SIM905  (words are read as words)
)


@dataclass(frozen=True)
class Hint:
    """`words` are what both say; `reason` is customer (the same one, still open) or words (somebody else, lately)."""

    ticket: Ticket
    reason: Literal["customer", "words"]
    words: list[str]


def hints_for(ticket: Ticket, *, by: Staff) -> list[Hint]:
    """Up to MOST_HINTS tickets the person may see, the same customer's first, then by how much they share."""
    about = _said_about(ticket)
    words = _telling_words(about, without=_of_themselves(ticket))
    if not words:
        return []
    own = _of_customer(ticket, words)
    lately = _said_lately(ticket, words) if len(words) > 1 else {}
    shared = {**lately, **own}
    dismissed = HintDismissal.objects.filter(Q(ticket=ticket) | Q(other=ticket)).values_list(
        "ticket_id", "other_id"
    )
    gone = {pk for pair in dismissed for pk in pair}
    rows = Ticket.objects.visible_to(by).themselves().with_rows().filter(pk__in=set(shared) - gone)
    hints = [
        Hint(row, "customer" if row.pk in own else "words", joined(shared[row.pk], about)) for row in rows
    ]
    hints.sort(key=lambda hint: (hint.reason != "customer", -len(shared[hint.ticket.pk]), -hint.ticket.pk))
    return hints[:MOST_HINTS]


def solved_alike(ticket: Ticket, *, by: Staff) -> list[Hint]:
    """Up to MOST_HINTS of the newest solved tickets the person may see that share most words with this one; four queries."""
    about = _said_about(ticket)
    words = _telling_words(about, without=_of_themselves(ticket))
    return _solved_with(words, about, not_this=ticket.pk, most=MOST_HINTS, by=by)


def solved_about(about: str, *, most: int, by: Staff) -> list[Hint]:
    """The same for what a text says: the newest solved tickets that share most words with it; two queries."""
    return _solved_with(_telling_words(about, without=set()), about, not_this=0, most=most, by=by)


def _solved_with(words: list[str], about: str, *, not_this: int, most: int, by: Staff) -> list[Hint]:
    if len(words) < 2:
        return []
    newest = (
        Ticket.objects.themselves().filter(solved_at__isnull=False, anonymised_at=None).exclude(pk=not_this)
    )
    looked = newest.order_by("-solved_at").values("pk")[:LOOKED_AT]
    sql, params = (
        TicketSearch.objects.filter(pk__in=looked).values("ticket_id", "document").query.sql_with_params()
    )
    shared = _shared(sql, params, words, least=2)
    best = sorted(shared, key=lambda pk: (-len(shared[pk]), -pk))[: most * 4]
    rows = Ticket.objects.visible_to(by).with_rows().filter(pk__in=best)
    hints = [Hint(row, "words", joined(shared[row.pk], about)) for row in rows]
    hints.sort(key=lambda hint: (-len(shared[hint.ticket.pk]), -hint.ticket.pk))
    return hints[:most]


def joined(words: Iterable[str], text: str) -> list[str]:
    """Pairs of characters that overlap in the text, put together as they stand there: 退款, 款到, 到账 → 退款到账."""
    folded = text.casefold()
    marks = [False] * len(folded)
    for word in words:
        for found in re.finditer(re.escape(word), folded):
            marks[found.start() : found.end()] = [True] * len(word)
    places = [run.span() for run in re.finditer("1+", "".join("01"[mark] for mark in marks))]
    return list(dict.fromkeys(text[start:end] for start, end in places))[:6]


def _said_about(ticket: Ticket) -> str:
    first = (
        Message.objects.filter(ticket=ticket, inbound__isnull=False)
        .order_by("at", "pk")
        .values_list("inbound__text", flat=True)
        .first()
    )
    return f"{ticket.subject}\n{(first or '')[:_READ]}"


def _of_themselves(ticket: Ticket) -> set[str]:
    """The customer's name, numbers and addresses: in all of their tickets, and no reason to think of another."""
    values = Identity.objects.filter(customer=ticket.customer_id).values_list("value", flat=True)
    told = [ticket.customer.name, ticket.customer.company, *values]
    return {word for one in told for word in query_lexemes(one)}


def _telling_words(about: str, *, without: set[str]) -> list[str]:
    """The words that carry meaning, numbers of orders first, then those of the subject."""
    words = [word for word in query_lexemes(about) if _tells(word) and word not in without]
    words.sort(key=lambda word: not any(char.isdecimal() for char in word))
    return words[:MOST_WORDS]


def _tells(word: str) -> bool:
    if word.isascii():
        return len(word) > 2 and word not in _PLAIN_ENGLISH
    return len(word) > 1 and not set(word) & _PLAIN


def _of_customer(ticket: Ticket, words: list[str]) -> dict[int, list[str]]:
    """Open tickets of the same customer that share a word."""
    newest = (
        Ticket.objects.active()
        .themselves()
        .filter(customer_id=ticket.customer_id)
        .exclude(pk=ticket.pk)
        .order_by("-last_message_at")
        .values("pk")[:_OWN_LOOKED_AT]
    )
    sql, params = (
        TicketSearch.objects.filter(pk__in=newest).values("ticket_id", "document").query.sql_with_params()
    )
    return _shared(sql, params, words, least=1)


def _said_lately(ticket: Ticket, words: list[str]) -> dict[int, list[str]]:
    """Tickets of other customers that had something said in the last days and share words."""
    last = ticket.last_message_at
    newest = (
        TicketSearch.objects.filter(
            last_message_at__range=(last - timedelta(days=DAYS), last + timedelta(days=DAYS))
        )
        .exclude(pk=ticket.pk)
        .order_by("-last_message_at", "-ticket_id")
        .values("ticket_id", "document")[:LOOKED_AT]
    )
    sql, params = newest.query.sql_with_params()
    pairs = " | ".join(f"({_quoted(one)} & {_quoted(two)})" for one, two in combinations(words, 2))
    # by itself, so that the order is read and not the words: each of them may stand in a third of all tickets
    alike = f"WITH newest AS MATERIALIZED ({sql}) SELECT * FROM newest WHERE document @@ %s::tsquery"
    return _shared(alike, (*params, pairs), words, least=max(2, (len(words) + 1) // 3))


def _shared(sql: str, params: tuple[Any, ...], words: list[str], *, least: int) -> dict[int, list[str]]:
    """Which of the words each row holds, of those that hold enough."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT looked.ticket_id, array_agg(word) FROM (" + sql + ") looked"
            " CROSS JOIN unnest(%s::text[]) word"
            " WHERE looked.document @@ quote_literal(word)::tsquery GROUP BY 1 HAVING count(*) >= %s",
            [*params, words, least],
        )
        return dict(cursor.fetchall())


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
