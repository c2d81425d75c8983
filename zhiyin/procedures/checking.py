"""Whether a procedure makes sense: every fault with the place where it is. Pure; what exists is handed in.

A place is the way through the data: `steps.3.outcomes.1.to` is where the second outcome of the fourth step leads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from zhiyin.procedures.chains import BadChain, read_chain
from zhiyin.procedures.content import Approval, Condition, Content, FormField, Owner, Step, Work
from zhiyin.procedures.engine import FAILED
from zhiyin.procedures.problems import Problem, misshapen, no_field, twice
from zhiyin.procedures.ways import can_end, reached_from
from zhiyin.tickets.forms.misfits import Misfit
from zhiyin.tickets.forms.ruling import tidy_rules

APPROVED, REJECTED, DONE = "approved", "rejected", "done"
SHOWN = ("customer", "conversation")


@dataclass(frozen=True, kw_only=True)
class Known:
    """What there is that a procedure may name."""

    key: str = ""  # of this procedure
    roles: frozenset[str] = frozenset()
    groups: frozenset[int] = frozenset()
    skills: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()
    calendars: frozenset[int] = frozenset()
    systems: frozenset[str] = frozenset()
    procedures: Mapping[str, frozenset[str]] = field(
        default_factory=dict
    )  # key → those it runs inside itself


def check(data: Any, known: Known) -> tuple[Content | None, list[Problem]]:
    """The content with what is wrong with it, in the order of its steps; no content where its shape is wrong."""
    try:
        content = Content.model_validate(data)
    except ValidationError as error:
        return None, [misshapen(one) for one in error.errors()]
    return content, list(_Checking(content, known).problems())


class _Checking:
    def __init__(self, content: Content, known: Known) -> None:
        self.content, self.known = content, known
        self.keys = [step.key for step in content.steps]
        self.fields: dict[str, FormField] = content.all_fields()

    def problems(self) -> Iterator[Problem]:
        yield from self._start()
        yield from self._keys()
        for number, level in enumerate(self.content.levels):
            yield from self._owner(level.owner, f"levels.{number}.owner", at_level=True)
            if level.moves_ticket and level.owner.to != "group":
                yield Problem(
                    f"levels.{number}.moves_ticket",
                    "只有负责方是小组时才能转移工单。",
                    "The ticket can go along only where a group is the owner.",
                )
        for number, step in enumerate(self.content.steps):
            yield from self._step(step, f"steps.{number}")
        yield from self._ways()

    def _start(self) -> Iterator[Problem]:
        if self.content.start not in self.keys:
            yield Problem(
                "start",
                f"没有步骤“{self.content.start}”，请选择第一步。",
                f"There is no step {self.content.start}; choose the first one.",
            )

    def _keys(self) -> Iterator[Problem]:
        yield from twice(
            ((step.key, f"steps.{number}.key") for number, step in enumerate(self.content.steps)),
            "步骤",
            "step",
        )
        fields, tasks = [], []
        for number, step in enumerate(self.content.steps):
            for place, work in _works(step, f"steps.{number}"):
                fields += [(one.key, f"{place}.fields.{at}.key") for at, one in enumerate(work.fields)]
            tasks += [(one.key, f"steps.{number}.tasks.{at}.key") for at, one in enumerate(step.tasks)]
        yield from twice(fields, "问题", "question")
        yield from twice(tasks, "并行任务", "side task")

    def _step(self, step: Step, place: str) -> Iterator[Problem]:
        for where, work in _works(step, place):
            yield from self._work(work, where)
        for number, task in enumerate(step.tasks):
            yield from self._conditions(task.when, f"{place}.tasks.{number}.when")
            for at, shown in enumerate(task.shows):
                if shown not in SHOWN and shown not in self.fields:
                    yield no_field(shown, f"{place}.tasks.{number}.shows.{at}")
        if step.tasks and step.kind != "work":
            yield Problem(
                f"{place}.tasks",
                "只有人工步骤可以有并行任务。",
                "Only steps of people can have tasks beside them.",
            )
        yield from self._kind(step, place)
        yield from self._outcomes(step, place)

    def _work(self, work: Work, place: str) -> Iterator[Problem]:
        yield from self._owner(work.owner, f"{place}.owner")
        if work.clock is not None:
            if work.clock.calendar_id is not None and work.clock.calendar_id not in self.known.calendars:
                yield Problem(
                    f"{place}.clock.calendar_id",
                    "没有这个营业时间，请重新选择。",
                    "There are no such business hours; choose others.",
                )
            for number, sooner in enumerate(work.clock.unless):
                yield from self._conditions(sooner.when, f"{place}.clock.unless.{number}.when")
        for number, asked in enumerate(work.fields):
            yield from self._field(asked, f"{place}.fields.{number}")

    def _field(self, asked: FormField, place: str) -> Iterator[Problem]:
        try:
            tidy_rules(asked.kind, asked.rules)
        except Misfit as misfit:
            yield Problem(f"{place}.rules", misfit.zh, misfit.en)
        yield from self._conditions(asked.shown_when, f"{place}.shown_when")

    def _owner(self, owner: Owner, place: str, *, at_level: bool = False) -> Iterator[Problem]:
        there = {
            "role": owner.role in self.known.roles,
            "group": owner.id in self.known.groups,
            "skill": owner.id in self.known.skills,
            "person": owner.id in self.known.people,
            "level": bool(self.content.levels) and not at_level,
        }
        if not there.get(owner.to, True):
            zh, en = _OWNERS[owner.to]
            yield Problem(place, f"{zh}，请重新选择。", f"{en}; choose another owner.")

    def _conditions(self, conditions: Sequence[Condition], place: str) -> Iterator[Problem]:
        for number, condition in enumerate(conditions):
            if condition.about == "field" and condition.key not in self.fields:
                yield no_field(condition.key, f"{place}.{number}.key")
            if condition.about != "field" and not condition.any_of:
                yield Problem(f"{place}.{number}.any_of", "请至少选一项。", "Choose at least one.")

    def _kind(self, step: Step, place: str) -> Iterator[Problem]:
        match step.kind:
            case "call":
                if step.call is None or step.call.system not in self.known.systems:
                    yield Problem(f"{place}.call.system", "请选择一个外部系统。", "Choose an outside system.")
                for number, key in enumerate(step.call.sends if step.call else ()):
                    if key not in self.fields:
                        yield no_field(key, f"{place}.call.sends.{number}")
            case "approval":
                yield from self._approval(step.approval, place)
            case "procedure":
                yield from self._procedure(step, place)

    def _approval(self, approval: Approval | None, place: str) -> Iterator[Problem]:
        if approval is None:
            yield Problem(f"{place}.approval", "请填写审批的种类。", "Say what kind of approval it is.")
            return
        if approval.amount and (
            self.fields.get(approval.amount) is None or self.fields[approval.amount].kind != "number"
        ):
            yield Problem(
                f"{place}.approval.amount",
                "请选择一个数字问题作为金额。",
                "Choose a question of numbers for the amount.",
            )
        if approval.reason and approval.reason not in self.fields:
            yield no_field(approval.reason, f"{place}.approval.reason")
        if approval.chain is not None:
            try:
                read_chain(approval.chain)
            except BadChain as wrong:
                yield Problem(
                    f"{place}.approval.chain",
                    f"审批链有误（{wrong.place}）。",
                    f"The chain is wrong: {wrong}.",
                )

    def _procedure(self, step: Step, place: str) -> Iterator[Problem]:
        if step.procedure not in self.known.procedures:
            yield Problem(
                f"{place}.procedure",
                "没有这个流程，请重新选择。",
                "There is no such procedure; choose another.",
            )
        elif self._goes_round(step.procedure, {self.known.key}):
            yield Problem(
                f"{place}.procedure",
                "子流程会再次启动本流程，绕成一圈。",
                "The sub-procedure would run this one again, round and round.",
            )

    def _goes_round(self, key: str, above: set[str]) -> bool:
        return key in above or any(
            self._goes_round(one, {*above, key}) for one in self.known.procedures.get(key, ())
        )

    def _outcomes(self, step: Step, place: str) -> Iterator[Problem]:
        if step.kind == "end":
            if step.outcomes:
                yield Problem(f"{place}.outcomes", "结束步骤之后不能再有去向。", "Nothing can follow an end.")
            return
        if not step.outcomes:
            yield Problem(
                f"{place}.outcomes",
                "死路：这一步没有去向，也不是结束。请添加去向。",
                "A dead end: nothing follows this step, and it is no end. Add an outcome.",
            )
        yield from twice(
            ((one.key, f"{place}.outcomes.{number}.key") for number, one in enumerate(step.outcomes)),
            "去向",
            "outcome",
        )
        for number, outcome in enumerate(step.outcomes):
            if outcome.to not in self.keys:
                yield Problem(
                    f"{place}.outcomes.{number}.to",
                    f"没有步骤“{outcome.to}”，请选择下一步。",
                    f"There is no step {outcome.to}; choose the next one.",
                )
            yield from self._conditions(outcome.when, f"{place}.outcomes.{number}.when")
        keys = {outcome.key for outcome in step.outcomes}
        for needed in _NEEDED.get(step.kind, ()):
            if needed not in keys:
                yield Problem(
                    f"{place}.outcomes", f"缺少去向“{needed}”。", f"The outcome {needed} is missing."
                )
        if step.outcomes and all(outcome.when for outcome in step.outcomes):
            yield Problem(
                f"{place}.outcomes",
                "每个去向都有条件，可能都不满足。请让至少一个去向没有条件。",
                "Every outcome has conditions, and none may hold. Leave one without.",
            )

    def _ways(self) -> Iterator[Problem]:
        reached, ending = reached_from(self.content, self.content.start), can_end(self.content)
        for number, step in enumerate(self.content.steps):
            if self.content.start in self.keys and step.key not in reached:
                yield Problem(
                    f"steps.{number}", "从第一步走不到这里。", "No way leads here from the first step."
                )
            elif step.outcomes and step.key not in ending:
                yield Problem(
                    f"steps.{number}",
                    "从这里走不到任何结束：会一直绕圈。",
                    "No way leads from here to an end: it would go round for ever.",
                )


_OWNERS = {
    "role": ("没有这个角色", "There is no such role"),
    "group": ("没有这个小组", "There is no such group"),
    "skill": ("没有这个技能", "There is no such skill"),
    "person": ("没有这位同事或已停用", "There is no such colleague, or they are deactivated"),
    "level": ("还没有升级路径", "There is no escalation path"),
}
_NEEDED = {"call": (FAILED,), "approval": (APPROVED, REJECTED), "procedure": (DONE,)}


def _works(step: Step, place: str) -> Iterator[tuple[str, Work]]:
    """The step's own work and that beside it, each with its place."""
    yield place, step
    for number, task in enumerate(step.tasks):
        yield f"{place}.tasks.{number}", task
