"""Reasons around knowledge, where it was noticed on a ticket. What was not stands in the owner's list of things to do."""

from __future__ import annotations

from zhiyin.knowledge.events import EntryFlagged, FlagSettled
from zhiyin.notifications.reasons import Reason, Words
from zhiyin.notifications.registry import declare

KNOWLEDGE_FLAGGED = declare(
    Reason(
        code="knowledge_flagged",
        name=Words("我负责的知识被报错", "Knowledge I look after is reported as wrong"),
        facts=(EntryFlagged,),
        hears=lambda fact, ticket: [fact.owner_id],
        one=Words("{who} 说你负责的一条知识有错", "{who} says that an entry you look after is wrong"),
        more=Words("有 {count} 条对你负责的知识的报错", "{count} reports on entries you look after"),
        mass=Words(
            "{count} 张工单上有人对你负责的知识报错", "Reports on entries you look after from {count} tickets"
        ),
        ways=("app", "mail"),
        pierces_mute=True,
        place="/knowledge/todo",
    )
)
FLAG_SETTLED = declare(
    Reason(
        code="knowledge_flag_settled",
        name=Words("我报错的知识有结论", "My report on an entry is settled"),
        facts=(FlagSettled,),
        hears=lambda fact, ticket: [fact.flagged_by_id],
        one=Words("你报错的一条知识有了结论", "A report of yours on an entry is settled"),
        more=Words("你的 {count} 条报错有了结论", "{count} reports of yours are settled"),
        mass=Words("{count} 张工单上的报错有了结论", "Reports of yours from {count} tickets are settled"),
        pierces_mute=True,
    )
)
