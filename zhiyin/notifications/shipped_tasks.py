"""Reasons around tasks. Whoever has a task hears of it, though they may not see its ticket."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from zhiyin.notifications.reasons import Reason, Words
from zhiyin.notifications.registry import declare
from zhiyin.people.models import Staff
from zhiyin.procedures.events import TaskDone, TaskHandedOver, TaskOpened, TaskOverdue
from zhiyin.procedures.models import Task
from zhiyin.procedures.queries.people import people_of
from zhiyin.tickets.models import Ticket


def _whose(fact: Any, ticket: Ticket) -> Iterable[int]:
    """Whose task it is now, while it is open."""
    task = Task.objects.open().select_related("ticket").filter(pk=fact.task_id).first()
    return people_of(task) if task is not None else ()


def _own_and_asker(fact: Any, ticket: Ticket) -> Iterable[int | None]:
    task = Task.objects.open().select_related("ticket").filter(pk=fact.task_id).first()
    return [*people_of(task), task.created_by_id, ticket.assignee_id] if task is not None else ()


def _asker(fact: TaskDone, ticket: Ticket) -> Iterable[int | None]:
    """Whoever asked for it; of the steps of a procedure nobody needs to hear."""
    asked = Task.objects.filter(pk=fact.task_id).exclude(kind=Task.Kind.STEP).first()
    return [asked.created_by_id, ticket.assignee_id] if asked is not None else ()


def _tickets_of_tasks(staff: Staff) -> QuerySet[Any]:
    return Task.objects.visible_to(staff).values("ticket")


TASK_FOR_ME = declare(
    Reason(
        code="task_for_me",
        name=Words("有任务需要我处理", "There is a task for me"),
        facts=(TaskOpened, TaskHandedOver),
        hears=_whose,
        one=Words("有一项任务需要你处理", "There is a task for you"),
        more=Words("有 {count} 项任务需要你处理", "There are {count} tasks for you"),
        mass=Words("{count} 张工单有任务需要你处理", "Tasks for you on {count} tickets"),
        ways=("app", "mail"),
        pierces_mute=True,
        through=_tickets_of_tasks,
        place="/tasks",
    )
)
TASK_OVERDUE = declare(
    Reason(
        code="task_overdue",
        name=Words("我的任务或我请人做的任务超时", "A task of mine, or one I asked for, is overdue"),
        facts=(TaskOverdue,),
        hears=_own_and_asker,
        one=Words("一项任务已超时", "A task is overdue"),
        more=Words("{count} 项任务已超时", "{count} tasks are overdue"),
        mass=Words("{count} 张工单的任务已超时", "Tasks on {count} tickets are overdue"),
        ways=("app", "mail", "push"),
        urgency="high",
        pierces_mute=True,
        through=_tickets_of_tasks,
        place="/tasks",
    )
)
TASK_DONE = declare(
    Reason(
        code="task_done",
        name=Words("我请同事做的任务有结果", "A task I asked for is settled"),
        facts=(TaskDone,),
        hears=_asker,
        one=Words("{who} 处理了一项任务", "{who} settled a task"),
        more=Words("{count} 项任务有了结果", "{count} tasks are settled"),
        mass=Words("{count} 张工单的任务有了结果", "Tasks on {count} tickets are settled"),
    )
)
