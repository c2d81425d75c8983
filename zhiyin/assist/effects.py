"""Questions that wait for a machine's decision, as the ledger carries them out."""

from __future__ import annotations

from django.utils import timezone

from zhiyin.assist.commands.answering import EFFECT, decide
from zhiyin.platform.ledger.ledger import effect
from zhiyin.platform.ledger.models import Effect


@effect(EFFECT)
def decide_on_a_question(effect: Effect) -> None:
    decide(answer_id=effect.payload["answer_id"], now=timezone.now())
