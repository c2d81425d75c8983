from __future__ import annotations

from zhiyin.automation.commands.considering import consider
from zhiyin.automation.happenings import FOLLOWED
from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.event_log.subscribing import on


def let_rules_have_their_turn(fact: Fact) -> None:
    consider([fact])


for _fact in FOLLOWED:
    on(_fact)(let_rules_have_their_turn)
