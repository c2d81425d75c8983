"""What colleagues answered to a question in cases that are solved: the most typical answer, the better rated before others."""

from __future__ import annotations

from dataclasses import dataclass

from zhiyin.assist.local.masking import masked
from zhiyin.assist.provider import Evidence
from zhiyin.assist.sources import last_replies
from zhiyin.people.models import Staff
from zhiyin.platform.text.lexemes import query_lexemes
from zhiyin.tickets.models import Rating
from zhiyin.tickets.queries.hints import solved_about

MOST_CASES = 20
MOST_TOLD = 5
LEAST_CHARACTERS = 8  # "好的" answers nothing
RATED = 0.1  # what a point above or below the middle of the scale weighs, against a likeness of 1


@dataclass(frozen=True)
class SolvedAnswer:
    """An answer without personal data; `typical` is how much, on average, it says what the others say (0 to 1)."""

    ticket_id: int
    subject: str
    text: str
    typical: float
    rating: int | None  # 1 to 5

    @property
    def weight(self) -> float:
        return self.typical + (RATED * (self.rating - 3) if self.rating is not None else 0)

    def evidence(self) -> Evidence:
        return Evidence(text=self.text, ticket_id=self.ticket_id, title=self.subject)


def answers_in_solved_cases(question: str, *, by: Staff) -> list[SolvedAnswer]:
    """The best first, each wording once, of cases the person may see; none where too little is alike. Four queries."""
    hints = solved_about(question, most=MOST_CASES, by=by)
    ids = [hint.ticket.pk for hint in hints]
    replies = {pk: text for pk, text in last_replies(ids).items() if len(text.strip()) >= LEAST_CHARACTERS}
    ratings = dict(Rating.objects.filter(ticket__in=replies).values_list("ticket_id", "score"))
    words = {pk: set(query_lexemes(text)) for pk, text in replies.items()}
    found = [
        SolvedAnswer(
            ticket_id=hint.ticket.pk,
            subject=masked(hint.ticket.subject),
            text=masked(replies[hint.ticket.pk]).strip(),
            typical=_likeness(hint.ticket.pk, words),
            rating=ratings.get(hint.ticket.pk),
        )
        for hint in hints
        if hint.ticket.pk in replies
    ]
    found.sort(key=lambda one: -one.weight)  # stable: of equals the likest case
    return list({one.text: one for one in reversed(found)}.values())[::-1][:MOST_TOLD]


def _likeness(pk: int, words: dict[int, set[str]]) -> float:
    """The share of words it has in common with another answer, on average over the others (Jaccard)."""
    others = [told for other, told in words.items() if other != pk]
    if not others:
        return 0.0
    return sum(len(words[pk] & told) / max(1, len(words[pk] | told)) for told in others) / len(others)
