"""The fields of tickets themselves. To add one, add a declaration; nothing else needs to know of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from zhiyin.channels.models import DeliveryAttachment, InboundAttachment
from zhiyin.customers.models import Customer
from zhiyin.people.models import Membership
from zhiyin.platform.text.search import LexemeQuery, query_text
from zhiyin.tickets.fields.kinds import Choice
from zhiyin.tickets.fields.registry import Field, Viewpoint, column, one_of, register, yes_no
from zhiyin.tickets.models import (
    Category,
    Draft,
    Follower,
    KnowledgeUse,
    Mention,
    Message,
    MessageAttachment,
    Ticket,
    TicketLink,
    TicketSearch,
)
from zhiyin.tickets.queries.following import unseen_mentions


def _assignee(value: list[Any], viewpoint: Viewpoint) -> Q:
    ids = [one for one in value if isinstance(one, int)] + [viewpoint.by.pk] * ("me" in value)
    found = Q(assignee_id__in=ids)
    if "nobody" in value:
        found |= Q(assignee=None)
    if "my_groups" in value:
        found |= Q(assignee_id__in=Membership.objects.of_groups(viewpoint.by.group_ids))
    return found


def _group(value: list[Any], viewpoint: Viewpoint) -> Q:
    ids = [one for one in value if isinstance(one, int)]
    if "mine" in value:
        ids += viewpoint.by.group_ids
    return Q(group_id__in=ids) | Q(group=None) if "nobody" in value else Q(group_id__in=ids)


def _category(value: list[Any], _viewpoint: Viewpoint) -> Q:
    ids = [one for one in value if isinstance(one, int)]  # each stands for all beneath it too
    found = Q(category__in=Category.objects.filter(lineage__overlap=ids))
    return found | Q(category=None) if "nobody" in value else found


def _informed(_viewpoint: Viewpoint) -> Q:
    return Q(Exists(KnowledgeUse.objects.filter(message__ticket=OuterRef("pk"), by__isnull=False)))


def _region(operator: str, value: Any, viewpoint: Viewpoint) -> Q:
    """The case's own, else its customer's, else its channel's; that it is not this is true as well where none is known."""
    positive = operator.removesuffix("_not")
    own, customers, channels = (
        column(path, empty="")(positive, value, viewpoint)
        for path in ("own_region", "customer__region", "channel__default_region")
    )
    by_channel = Q(own_region="", customer__region="") & channels
    if operator == "is_empty":
        return by_channel
    by_customer = Q(own_region="") & ~Q(customer__region="") & customers
    found = ~Q(own_region="") & own | by_customer | by_channel
    return ~found if operator != positive else found


def _words(operator: str, value: Any, _viewpoint: Viewpoint) -> Q:
    """By the search index: all the words, in any form, in subject, messages, customer or tags."""
    words = query_text(value)
    if not words:  # nothing but punctuation
        return Q(pk__in=[]) if operator == "contains" else Q()
    holding = Q(Exists(TicketSearch.objects.filter(ticket=OuterRef("pk"), document=LexemeQuery(words))))
    return holding if operator == "contains" else ~holding


def _mentioned(viewpoint: Viewpoint) -> Q:
    return Q(Exists(Mention.objects.filter(ticket=OuterRef("pk"), staff=viewpoint.by)))


def _unseen_mention(viewpoint: Viewpoint) -> Q:
    return Q(pk__in=unseen_mentions(viewpoint.by))


def _follower(value: list[Any], viewpoint: Viewpoint) -> Q:
    ids = [one for one in value if isinstance(one, int)] + [viewpoint.by.pk] * ("me" in value)
    return Q(Exists(Follower.objects.filter(ticket=OuterRef("pk"), staff__in=ids)))


def _has_attachment(_viewpoint: Viewpoint) -> Q:
    said = Message.objects.filter(ticket=OuterRef("pk"))
    return Q(
        Exists(
            said.filter(
                Exists(InboundAttachment.objects.filter(message=OuterRef("inbound"), inline=False))
                | Exists(DeliveryAttachment.objects.filter(delivery=OuterRef("delivery")))
                | Exists(MessageAttachment.objects.filter(message=OuterRef("pk")))
            )
        )
    )


def _links(**ends: Any) -> QuerySet[TicketLink]:
    return TicketLink.objects.filter(kind=TicketLink.Kind.CHILD_OF, **ends)


def _drafting(viewpoint: Viewpoint) -> Q:
    return Q(Exists(Draft.objects.filter(ticket=OuterRef("pk"), staff=viewpoint.by)))


_STATUSES = (
    Choice("new", "新", "New"),
    Choice("open", "处理中", "Open"),
    Choice("pending", "等客户", "Pending"),
    Choice("on_hold", "挂起", "On hold"),
    Choice("solved", "已解决", "Solved"),
    Choice("closed", "已关闭", "Closed"),
)
_PRIORITIES = (
    Choice(1, "低", "Low"),
    Choice(2, "普通", "Normal"),
    Choice(3, "高", "High"),
    Choice(4, "紧急", "Urgent"),
)
_TIERS = (
    Choice("standard", "普通", "Standard"),
    Choice("vip", "VIP", "VIP"),
    Choice("key", "大客户", "Key account"),
)
_MOODS = (
    Choice("angry", "愤怒", "Angry"),
    Choice("anxious", "焦急", "Anxious"),
    Choice("neutral", "平静", "Neutral"),
    Choice("pleased", "满意", "Pleased"),
)
_SIDES = (Choice("customer", "客户", "Customer"), Choice("staff", "我方", "Staff"))
assert {choice.value for choice in _STATUSES} == set(Ticket.Status.values)
assert {choice.value for choice in _MOODS} == set(Ticket.Mood.values)
assert {choice.value for choice in _TIERS} == set(Customer.Tier.values)
NO_TIME = timedelta(0)  # changes with what the person does, and is found by their own index at once
A_MINUTE = timedelta(minutes=1)
_ALWAYS_SET = ("within", "older_than", "after", "before")

register(
    Field("status", "choice", "状态", "Status", column("status"), choices=_STATUSES),
    Field("priority", "choice", "优先级", "Priority", column("priority"), choices=_PRIORITIES),
    Field("assignee", "choice", "负责人", "Assignee", one_of(_assignee),
          picker="staff", named=("me", "nobody", "my_groups")),
    Field("group", "choice", "小组", "Group", one_of(_group), picker="groups", named=("mine", "nobody")),
    Field("category", "choice", "分类", "Category", one_of(_category), picker="categories", named=("nobody",)),
    Field("tags", "list", "标签", "Tags", column("tags", empty=[]), picker="tags", named=("*",)),
    Field("channel", "choice", "渠道", "Channel", column("channel_id"), picker="channels"),
    Field("channel_kind", "choice", "渠道类型", "Kind of channel", column("channel__kind"),
          picker="channel_kinds", named=("*",)),
    Field("words", "text", "内容", "Words", _words, operators=("contains", "contains_not")),
    Field("subject", "text", "主题", "Subject", column("subject", empty="")),
    Field("waiting", "moment", "客户等待", "Customer waits", column("waiting_since"),
          operators=("is_filled", "is_empty", "older_than", "within")),
    Field("deadline", "deadline", "下一时限", "Next deadline", column("deadline_at"), true_for=A_MINUTE),
    Field("last_message_from", "choice", "最后发言", "Last message by", column("last_message_from"),
          choices=_SIDES),
    Field("last_message", "moment", "最近消息", "Last message", column("last_message_at"), operators=_ALWAYS_SET),
    Field("created", "moment", "创建时间", "Created", column("created_at"), operators=_ALWAYS_SET),
    Field("updated", "moment", "更新时间", "Updated", column("updated_at"), operators=_ALWAYS_SET),
    Field("solved", "moment", "解决时间", "Solved", column("solved_at")),
    Field("mood", "choice", "客户情绪", "Customer’s mood", column("mood"), choices=_MOODS),
    Field("message_count", "number", "消息数", "Messages", column("message_count")),
    Field("mentioned", "flag", "提到我", "Mentions me", yes_no(_mentioned), is_personal=True),
    Field("unseen_mention", "flag", "提到我，我还没看", "Mentions me, not seen yet", yes_no(_unseen_mention),
          is_personal=True, true_for=NO_TIME),
    Field("follower", "choice", "关注者", "Follower", one_of(_follower), picker="staff", named=("me",)),
    Field("drafting", "flag", "有我的草稿", "Has a draft of mine", yes_no(_drafting),
          is_personal=True, true_for=NO_TIME),
    Field("snoozed", "flag", "稍后处理中", "Snoozed", yes_no(lambda _: Q(snoozed_until__isnull=False))),
    Field("woken", "flag", "稍后处理已到时", "Back from snooze", yes_no(lambda _: Q(woken_at__isnull=False))),
    Field("parent", "flag", "有主工单", "Has a parent", yes_no(lambda _: Q(Exists(_links(ticket=OuterRef("pk")))))),
    Field("children", "flag", "有子工单", "Has children", yes_no(lambda _: Q(Exists(_links(other=OuterRef("pk")))))),
    Field("merged", "flag", "已并入其他工单", "Merged into another", yes_no(lambda _: Q(merged_into__isnull=False))),
    Field("attachment", "flag", "有附件", "Has an attachment", yes_no(_has_attachment)),
    Field("informed", "flag", "用知识回复过", "Answered from the knowledge base", yes_no(_informed)),
    Field("customer_tier", "choice", "客户等级", "Customer’s tier", column("customer__tier"),
          choices=_TIERS, true_for=A_MINUTE),
    Field("customer_name", "text", "客户姓名", "Customer’s name", column("customer__name", empty=""),
          true_for=A_MINUTE),
    Field("customer_company", "text", "客户公司", "Customer’s company", column("customer__company", empty=""),
          true_for=A_MINUTE),
    Field("customer_language", "choice", "客户语言", "Customer’s language", column("customer__language"),
          picker="languages", named=("*",), true_for=A_MINUTE),
    Field("region", "text", "地区", "Region", _region, true_for=A_MINUTE),
)  # fmt: skip
