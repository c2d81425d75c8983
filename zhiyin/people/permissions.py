"""Every permission there is, what it means in both languages, and the roles that ship.

One list, so that an administrator can read the whole matrix and a test can walk it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """How far a permission reaches."""

    OWN = "own"
    GROUP = "group"
    ALL = "all"

    @property
    def reach(self) -> int:
        return list(Scope).index(self)


@dataclass(frozen=True)
class Permission:
    code: str
    zh: str
    en: str
    scoped: bool = False


PERMISSIONS = [
    Permission("tickets.read", "查看工单", "See tickets", scoped=True),
    Permission("tickets.reply", "回复客户、写备注", "Answer customers and write notes", scoped=True),
    Permission(
        "tickets.edit", "修改工单状态、优先级、分类", "Change status, priority, category", scoped=True
    ),
    Permission("tickets.assign", "转派工单给他人", "Assign tickets to others", scoped=True),
    Permission(
        "macros.manage", "维护共享的快捷回复与话术", "Maintain shared macros and scripts", scoped=True
    ),
    Permission("categories.manage", "维护工单分类", "Maintain categories"),
    Permission("views.manage", "管理共享视图", "Manage shared views"),
    Permission(
        "forms.manage",
        "维护工单的状态、类型、字段、表单与模板",
        "Maintain statuses, types, fields, forms and templates of tickets",
    ),
    Permission(
        "procedures.manage", "设计服务流程、连接外部系统", "Design procedures and connect outside systems"
    ),
    Permission("compensation.give", "给客户补偿", "Give customers compensation", scoped=True),
    Permission("incidents.manage", "登记事件、宣布恢复", "Open incidents and say that they are over"),
    Permission("reviews.rate", "评审已办结的个案", "Review finished cases", scoped=True),
    Permission("tasks.work", "处理任务", "Work on tasks", scoped=True),
    Permission("sla.manage", "维护服务承诺（SLA）策略", "Maintain service level policies"),
    Permission("automation.manage", "维护自动化规则", "Maintain automation rules"),
    Permission("knowledge.read", "查阅知识库", "Read the knowledge base"),
    Permission("knowledge.write", "撰写、维护与导入知识", "Write, maintain and import knowledge"),
    Permission("knowledge.review", "审核并发布他人撰写的知识", "Review and publish what others wrote"),
    Permission(
        "assist.manage", "管理智能辅助的模型、服务与自动回答", "Manage models, services and automatic answers"
    ),
    Permission("customers.read", "查看客户资料", "See customers"),
    Permission("customers.edit", "修改客户资料", "Edit customers"),
    Permission("channels.manage", "管理渠道与网络钩子", "Manage channels and web-hooks"),
    Permission("senders.block", "屏蔽发件人、放行被拦截的消息", "Block senders and let held messages in"),
    Permission("messages.hand_in", "通过接口送入客户消息", "Hand in customers' messages through the API"),
    Permission("people.read", "查看同事与小组", "See colleagues and groups"),
    Permission("people.manage", "管理员工、小组与邀请", "Manage staff, groups and invitations"),
    Permission("routing.read", "查看排队与分配监控", "See the live monitor of queues", scoped=True),
    Permission(
        "routing.lead",
        "调整在线状态、分派与排队",
        "Set others' presence, hand out and move waiting work",
        scoped=True,
    ),
    Permission("routing.manage", "维护队列、技能要求与容量", "Maintain queues, needs and capacity"),
    Permission("roles.manage", "管理角色与权限", "Manage roles and permissions"),
    Permission("tokens.manage", "创建自己的 API 令牌", "Create own API tokens"),
    Permission("exports.run", "导出数据", "Export data"),
    Permission("audit.read", "查看审计记录", "Read the audit trail"),
    Permission("retention.manage", "管理数据保留规则与法律保全", "Manage retention rules and legal holds"),
    Permission("operations.read", "查看运行状况", "See the health page"),
    Permission("operations.manage", "重试失败的任务", "Retry failed work"),
    Permission("settings.manage", "修改公司设置", "Change company settings"),
]
CODES = {permission.code for permission in PERMISSIONS}


@dataclass(frozen=True)
class Powers:
    """What somebody's roles come to, taken together."""

    scopes: dict[str, Scope]
    second_factor_required: bool


def powers_of(granted: Iterable[tuple[bool, str | None, str | None]]) -> Powers:
    """Rows of (role asks for a second factor, permission, scope); a role without grants has no permission or scope."""
    widest: dict[str, Scope] = {}
    second_factor_required = False
    for asks, permission, told in granted:
        second_factor_required |= asks
        if permission is None or told is None:
            continue
        scope = Scope(told)
        if permission not in widest or scope.reach > widest[permission].reach:
            widest[permission] = scope
    return Powers(widest, second_factor_required)


@dataclass(frozen=True)
class ShippedRole:
    code: str
    zh: str
    en: str
    grants: dict[str, Scope]
    second_factor_required: bool = False


_DESK = ("tickets.read", "tickets.reply", "tickets.edit", "tickets.assign")
_SEES = dict.fromkeys(("customers.read", "knowledge.read", "people.read", "tokens.manage"), Scope.ALL)


def _desk(scope: Scope) -> dict[str, Scope]:
    return (
        dict.fromkeys((*_DESK, "tasks.work", "compensation.give"), scope)
        | _SEES
        | {"customers.edit": Scope.ALL}
    )


_READER = {"tickets.read": Scope.ALL} | _SEES
SHIPPED_ROLES = [
    ShippedRole("agent", "客服", "Agent", _desk(Scope.GROUP)),
    ShippedRole(
        "lead",
        "组长",
        "Team lead",
        _desk(Scope.GROUP)
        | dict.fromkeys(
            ("operations.read", "senders.block", "views.manage", "incidents.manage", "knowledge.review"),
            Scope.ALL,
        )
        | {
            "macros.manage": Scope.GROUP,
            "reviews.rate": Scope.GROUP,
            "routing.read": Scope.GROUP,
            "routing.lead": Scope.GROUP,
        },
    ),
    ShippedRole(
        "manager",
        "经理",
        "Manager",
        _desk(Scope.ALL)
        | dict.fromkeys(
            (
                "macros.manage",
                "categories.manage",
                "forms.manage",
                "procedures.manage",
                "sla.manage",
                "automation.manage",
                "assist.manage",
                "incidents.manage",
                "reviews.rate",
                "knowledge.write",
                "knowledge.review",
                "views.manage",
                "senders.block",
                "people.manage",
                "exports.run",
                "operations.read",
                "routing.read",
                "routing.lead",
                "routing.manage",
            ),
            Scope.ALL,
        ),
    ),
    ShippedRole(
        "knowledge_author",
        "知识编辑",
        "Knowledge author",
        _READER | dict.fromkeys(("macros.manage", "knowledge.write", "knowledge.review"), Scope.ALL),
    ),
    ShippedRole("quality_reviewer", "质检员", "Quality reviewer", _READER | {"reviews.rate": Scope.ALL}),
    ShippedRole("planner", "排班员", "Planner", {"people.read": Scope.ALL, "tokens.manage": Scope.ALL}),
    ShippedRole("trainer", "培训师", "Trainer", dict(_READER)),
    ShippedRole(
        "security_owner",
        "安全负责人",
        "Security owner",
        dict.fromkeys(
            (
                "people.read",
                "audit.read",
                "operations.read",
                "retention.manage",
                "roles.manage",
                "tokens.manage",
            ),
            Scope.ALL,
        ),
    ),
    ShippedRole(
        "collaborator",
        "协作者",
        "Collaborator",
        {"tasks.work": Scope.OWN, "tokens.manage": Scope.ALL},
    ),
    ShippedRole("administrator", "管理员", "Administrator", dict.fromkeys(sorted(CODES), Scope.ALL)),
]
