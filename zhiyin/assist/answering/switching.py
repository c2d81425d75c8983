"""Whether a machine answers a question of a category on a channel: a matrix of switches. Pure.

                 every channel    chat     mail
    by default        on           ·       off
    fees              off          ·        ·
      invoices         ·           on       ·

The nearest category that says anything holds; of one category, what is set for the channel goes before what is set for every
channel. Where nothing is set, it is answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Switches = Mapping[
    tuple[int | None, int | None], bool
]  # by category (None: by default) and channel (None: every)


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What holds for a question, and the switch that says so; `is_set` is False where none does."""

    is_answered: bool = True
    is_set: bool = False
    category_id: int | None = None
    channel_id: int | None = None


def ruling_on(lineage: Sequence[int], channel_id: int | None, switches: Switches) -> Ruling:
    """What holds for a category, given with all above it from the top down, on a channel; no lineage: of no category."""
    for category in (*reversed(lineage), None):
        for channel in dict.fromkeys((channel_id, None)):
            said = switches.get((category, channel))
            if said is not None:
                return Ruling(is_answered=said, is_set=True, category_id=category, channel_id=channel)
    return Ruling()
