"""What anonymising a ticket takes from assistance: words. That it was read, how it sounded and what was used stay."""

from __future__ import annotations

from zhiyin.assist.models import AutomaticAnswer, Reading, Turn, Use
from zhiyin.tickets.commands.blanking import also_blanks


@also_blanks
def blank_assistance(ticket_ids: list[int]) -> None:
    """Take the words from readings and findings of these tickets."""
    Reading.objects.filter(ticket__in=ticket_ids).update(
        mood_words=[], risk_words={}, entities=[], category_words=[]
    )
    Use.objects.filter(ticket__in=ticket_ids).update(finding={})
    AutomaticAnswer.objects.filter(ticket__in=ticket_ids).update(question="")
    Turn.objects.filter(ticket__in=ticket_ids).delete()
