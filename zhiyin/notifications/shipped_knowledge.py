"""Reasons around knowledge: what an owner, an author or a reviewer should know, noticed on a ticket or not."""

from __future__ import annotations

from collections.abc import Iterable

from zhiyin.knowledge.events import (
    EditionExpired,
    EditionExpiring,
    EditionWithdrawn,
    EntryFlagged,
    FlagSettled,
    VersionApproved,
    VersionReturned,
    VersionSubmitted,
)
from zhiyin.knowledge.models import Version
from zhiyin.notifications.reasons import Apart, Reason, Words
from zhiyin.notifications.registry import declare
from zhiyin.people.queries.reach import who_may

TODO = "/knowledge/todo"

KNOWLEDGE_FLAGGED = declare(
    Reason(
        code="knowledge_flagged",
        name=Words("我负责的知识被报错", "Knowledge I look after is reported as wrong"),
        facts=(EntryFlagged,),
        hears=lambda fact, ticket: [fact.owner_id],
        apart=Apart(lambda fact: [fact.owner_id], "knowledge.read", TODO),
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
        apart=Apart(lambda fact: [fact.flagged_by_id], "knowledge.read", TODO),
        one=Words("你报错的一条知识有了结论", "A report of yours on an entry is settled"),
        more=Words("你的 {count} 条报错有了结论", "{count} reports of yours are settled"),
        mass=Words("{count} 张工单上的报错有了结论", "Reports of yours from {count} tickets are settled"),
        pierces_mute=True,
    )
)


def _other_reviewers(fact: VersionSubmitted) -> Iterable[int]:
    """Who may read it over: nobody who wrote it."""
    writers = Version.objects.filter(pk=fact.version_id).values_list("writers", flat=True).first() or []
    return set(who_may("knowledge.review")) - set(writers)


REVIEW_WANTED = declare(
    Reason(
        code="knowledge_review_wanted",
        name=Words("有知识待我审核", "Knowledge waits for my review"),
        facts=(VersionSubmitted,),
        apart=Apart(_other_reviewers, "knowledge.review", TODO),
        one=Words("{who} 提交了一条知识，等待审核", "{who} submitted an entry for review"),
        more=Words("{who} 又提交了这条知识，等待审核", "{who} submitted the entry for review again"),
        mass=Words("{count} 条知识等待审核", "{count} entries wait for review"),
        moot_after=(VersionApproved, VersionReturned),
    )
)
REVIEW_DONE = declare(
    Reason(
        code="knowledge_reviewed",
        name=Words("我写的知识审完了", "What I wrote was reviewed"),
        facts=(VersionApproved, VersionReturned),
        apart=Apart(lambda fact: [fact.author_id], "knowledge.read", TODO),
        one=Words("{who} 审核了你写的一条知识", "{who} reviewed an entry of yours"),
        more=Words("你写的一条知识又审核了 {count} 次", "An entry of yours was reviewed {count} times"),
        mass=Words("你写的 {count} 条知识已审核", "{count} entries of yours were reviewed"),
    )
)
KNOWLEDGE_EXPIRING = declare(
    Reason(
        code="knowledge_expiring",
        name=Words("我负责的知识将要到期", "Knowledge I look after will soon expire"),
        facts=(EditionExpiring,),
        apart=Apart(lambda fact: [fact.owner_id], "knowledge.read", TODO),
        one=Words("你负责的一条知识将在 14 天内到期", "An entry you look after expires within 14 days"),
        more=Words("你负责的一条知识将要到期", "An entry you look after will soon expire"),
        mass=Words("你负责的 {count} 条知识将要到期", "{count} entries you look after will soon expire"),
        ways=("app", "mail"),
        moot_after=(EditionExpired, EditionWithdrawn),
    )
)
KNOWLEDGE_EXPIRED = declare(
    Reason(
        code="knowledge_expired",
        name=Words("我负责的知识已到期", "Knowledge I look after has expired"),
        facts=(EditionExpired,),
        apart=Apart(lambda fact: [fact.owner_id], "knowledge.read", TODO),
        one=Words(
            "你负责的一条知识已到期，不再展示", "An entry you look after has expired and is shown no more"
        ),
        more=Words(
            "你负责的一条知识已到期，不再展示", "An entry you look after has expired and is shown no more"
        ),
        mass=Words("你负责的 {count} 条知识已到期", "{count} entries you look after have expired"),
        ways=("app", "mail"),
    )
)
