"""What became of readers: whether a version helped them, and whether they asked a person all the same."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

_CERTAIN = 1.96  # standard deviations: 95 %

# a voice is counted once for a version: who said that it helped and asked all the same, for what they said
_VOICES = """
SELECT version_id, count(*) FILTER (WHERE helpful), count(*) FILTER (WHERE NOT helpful), count(*) FILTER (WHERE asked),
       count(*) FILTER (WHERE asked AND helpful IS NULL)
FROM (
    SELECT coalesce(said.version_id, still.version_id) AS version_id, said.helpful, still.id IS NOT NULL AS asked
    FROM (SELECT * FROM knowledge_feedback WHERE at > %(since)s {among}) said
    FULL JOIN (SELECT * FROM knowledge_stillasked WHERE at > %(since)s {among}) still
         ON still.version_id = said.version_id AND still.voice = said.voice) voices
GROUP BY version_id
"""
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Outcome:
    """Voices of a version; `silent` are those of `still_asked` that said nothing else."""

    helped: int = 0
    not_helped: int = 0
    still_asked: int = 0
    silent: int = 0

    @property
    def is_poor(self) -> bool:
        """Surely more readers were left without help than were helped: see surely_below."""
        return surely_below(0.5, self.helped, self.helped + self.not_helped + self.silent)


def outcomes_of(version_ids: Collection[int]) -> dict[int, Outcome]:
    """Of these versions that anybody said anything of, ever; one query, none for none."""
    if not version_ids:
        return {}
    return _read("AND version_id = ANY (%(ids)s)", {"ids": list(version_ids), "since": _EVER})


def outcomes_since(since: datetime) -> dict[int, Outcome]:
    """Of all versions, what was said after that moment; one query."""
    return _read("", {"since": since})


def surely_below(share: float, count: int, total: int) -> bool:
    """Whether the share behind `count` of `total` lies below `share`: the upper end of Wilson's 95 % interval does.

    E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 22 (1927), p. 209. Of four
    voices all have to say no, of twenty at most five may say yes.
    """
    if not total:
        return False
    square, seen = _CERTAIN**2, count / total
    middle = seen + square / (2 * total)
    spread = _CERTAIN * (seen * (1 - seen) / total + square / (4 * total**2)) ** 0.5
    upper: float = (middle + spread) / (1 + square / total)
    return upper < share


def _read(among: str, told: dict[str, list[int] | datetime]) -> dict[int, Outcome]:
    with connection.cursor() as cursor:
        cursor.execute(_VOICES.format(among=among), told)
        return {version_id: Outcome(*counts) for version_id, *counts in cursor}
