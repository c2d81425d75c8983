"""A question that nothing answers: a draft of an entry from what colleagues answered in solved cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from zhiyin.assist.asking import FailedNow, ask
from zhiyin.assist.models import Use
from zhiyin.assist.provider import Asked
from zhiyin.knowledge.commands.arranging import EntryPlace
from zhiyin.knowledge.commands.authoring import VersionContent, begin_entry
from zhiyin.knowledge.models import Version
from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError

MOST_VARIANTS = 20


class NobodyAnsweredThat(DomainError):
    code = "assist.nobody_answered_that"
    status = 409
    messages = {
        "zh": "已解决的工单里还没有对这个问题的回答。可以直接新建一条知识来写。",
        "en": "No solved ticket holds an answer to that yet. Begin a new entry and write it yourself.",
    }


@dataclass(frozen=True)
class Proposed:
    use: Use
    version: Version


@transaction.atomic
def draft_from_solved_cases(
    *, question: str, variants: Sequence[str], language: str, by: Staff, now: datetime
) -> Proposed:
    """Begin an internal entry with a draft; it is read by a second person before anybody is told of it.

    Raises NobodyAnsweredThat where no solved case is alike.
    """
    others = list(
        dict.fromkeys(one.strip() for one in variants if one.strip() and one.strip() != question.strip())
    )
    text = "\n".join([question.strip(), *others[:MOST_VARIANTS]])
    try:
        use = ask(Asked(task="entry", by=by, now=now, text=text))
    except FailedNow as failed:
        raise NobodyAnsweredThat from failed
    cases = [f"#{one['ticket_id']}" for one in use.finding["evidence"] if one.get("ticket_id")]
    version = begin_entry(
        kind="faq",
        place=EntryPlace(),
        language=language,
        region="",
        content=VersionContent(
            title=question.strip(),
            text=use.text,
            questions=others[:MOST_VARIANTS],
            change_note=f"{'、'.join(cases)} · {use.provider}/{use.model}",
        ),
        by=by,
        now=now,
    )
    Use.objects.filter(pk=use.pk).update(outcome=Use.Outcome.USED, outcome_at=now)
    return Proposed(use, version)
