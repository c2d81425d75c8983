from __future__ import annotations

from collections.abc import Sequence

from zhiyin.automation.commands.considering import consider
from zhiyin.automation.happenings import FOLLOWED
from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.event_log.subscribing import on_many


def let_rules_have_their_turn(facts: Sequence[Fact]) -> None:
    consider(facts)


for _fact in FOLLOWED:
    on_many(_fact)(let_rules_have_their_turn)
