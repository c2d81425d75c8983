from __future__ import annotations

import pytest

from zhiyin.sla.attainment import Tally, pooled, tally_of
from zhiyin.sla.clocks import Spell


def test_what_was_counted_is_added_up_and_ratios_never_are() -> None:
    """400 at 92 % and 600 at 88 % are 89.6 %, not 90.0 %."""
    assert pooled([Tally(368, 32), Tally(528, 72)]).share == pytest.approx(0.896)


def test_nothing_decided_has_no_share() -> None:
    assert Tally(running=3).share is None
    assert pooled([]) == Tally()


def test_late_is_missed_however_it_ended() -> None:
    kept, late = Spell(1, 0, outcome="fulfilled"), Spell(2, 0, outcome="fulfilled", reached={100: 5})
    overdue, gone = Spell(3, 0, reached={100: 5}), Spell(4, 0, outcome="cancelled")
    running, late_and_gone = Spell(5, 0), Spell(6, 0, outcome="cancelled", reached={100: 5})
    assert tally_of([kept, late, overdue, gone, running, late_and_gone]) == Tally(1, 3, 1)
