"""What conditions mean: SQL against plain Python on the same tickets, and what is refused with which words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhiyin.channels.models import Channel, InboundAttachment
from zhiyin.customers.models import Customer
from zhiyin.knowledge.models import Version
from zhiyin.people.models import Group, Staff
from zhiyin.platform.files.files import store_file
from zhiyin.testing.knowledge import draft, make_author
from zhiyin.testing.people import make_group, make_staff
from zhiyin.testing.tickets import make_channel, make_ticket
from zhiyin.tickets.commands.counting import _which_hold
from zhiyin.tickets.fields.kinds import KINDS, UNITS
from zhiyin.tickets.fields.registry import Field, Viewpoint, all_fields
from zhiyin.tickets.fields.trees import BadCondition, Tree, checked_tree, condition_of
from zhiyin.tickets.models import (
    Category,
    Draft,
    Follower,
    KnowledgeUse,
    Mention,
    Message,
    Ticket,
    TicketLink,
    TicketType,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
TAGS = ["退款", "urgent", "物流"]
WORDS = ["发票", "退款", "冰箱"]
REGIONS = ["", "中国大陆", "中国大陆/广东", "新加坡"]


@dataclass
class Case:
    """A ticket, and beside it all that conditions may ask, in plain Python."""

    ticket: Ticket
    told: dict[str, Any]


@dataclass
class World:
    me: Staff
    people: list[Staff]
    groups: list[Group]
    categories: list[Category]
    channels: list[int]
    cases: list[Case]
    version: Version


def some_time(random: Random) -> datetime:
    return NOW - timedelta(minutes=random.randrange(0, 60 * 24 * 20))


@pytest.fixture(params=[1, 2])
def world(request: pytest.FixtureRequest) -> World:
    random = Random(request.param)
    groups = [make_group("甲"), make_group("乙")]
    me = make_staff(name="Me", roles=("manager",), groups=groups[:1])
    people = [me, make_staff(name="Near", groups=groups[:1]), make_staff(name="Far", groups=groups[1:])]
    categories = [Category.objects.create(name=name) for name in ("A", "B")]
    version = draft(by=make_author())
    made = World(me, people, groups, categories, [], [], version)
    for number in range(14):
        made.cases.append(a_case(made, random, number))
    made.channels = sorted({case.ticket.channel_id for case in made.cases})
    return made


def a_case(world: World, random: Random, number: int) -> Case:
    subject, tier = random.choice(WORDS), random.choice(Customer.Tier.values)
    kind = random.choice(["email", "api"])
    ticket = make_ticket(
        channel=make_channel(kind), sender=f"c{number}@example.com", subject=subject, text="你好"
    )
    where = "新加坡" if kind == "api" else ""
    Channel.objects.filter(pk=ticket.channel_id).update(default_region=where)
    waiting = random.choice([None, some_time(random)])
    solved = random.choice([None, some_time(random)])
    due = random.choice([None, some_time(random), NOW + timedelta(hours=random.choice([1, 20, 2000]))])
    values: dict[str, Any] = {
        "deadline_at": due,
        "status": random.choice(Ticket.Status.values),
        "priority": random.choice(Ticket.Priority.values),
        "assignee": random.choice([None, *world.people]),
        "group": random.choice([None, *world.groups]),
        "type": random.choice([None, *TicketType.objects.order_by("pk")]),
        "category": random.choice([None, *world.categories]),
        "tags": random.sample(TAGS, random.randrange(0, 3)),
        "waiting_since": waiting,
        "solved_at": solved,
        "last_message_from": random.choice(["customer", "staff"]),
        "last_message_at": some_time(random),
        "created_at": some_time(random),
        "updated_at": some_time(random),
        "message_count": random.randrange(0, 6),
        "snoozed_until": random.choice([None, NOW + timedelta(days=1)]),
        "woken_at": random.choice([None, NOW]),
        "mood": random.choice(["", *Ticket.Mood.values]),
        "own_region": REGIONS[number % 4],
    }
    Ticket.objects.filter(pk=ticket.pk).update(**values)
    card = {
        "tier": tier,
        "name": random.choice(["", "王芳", "Ann Lee"]),
        "company": random.choice(["", "鹿汀"]),
        "language": random.choice(["zh", "en"]),
        "region": REGIONS[number // 4],
    }
    Customer.objects.filter(pk=ticket.customer_id).update(**card)
    mentioned, unseen, drafting, attached, followed, merged, has_parent = (
        random.random() < 0.4 for _ in range(7)
    )
    if informed := number % 3 == 0:
        told_from = {"version": world.version, "by": world.me, "at": NOW}
        KnowledgeUse.objects.create(ticket=ticket, message=ticket.messages.get(), **told_from)
    if mentioned:
        note = Message.objects.create(ticket=ticket, kind="note", at=NOW, staff=world.me)
        seen_at = None if unseen else NOW
        Mention.objects.create(ticket=ticket, message=note, staff=world.me, at=NOW, seen_at=seen_at)
    follower = world.me if followed else world.people[2]
    Follower.objects.create(ticket=ticket, staff=follower, at=NOW)
    first = world.cases[0] if world.cases else None
    earlier = first.ticket if merged and first else None
    if has_parent and first:
        first.told["children"] = True
        TicketLink.objects.create(ticket=ticket, other=first.ticket, kind="child_of", by=world.me, at=NOW)
    Ticket.objects.filter(pk=ticket.pk).update(merged_into=earlier)
    Draft.objects.create(ticket=ticket, staff=world.people[0 if drafting else 1], text="…", updated_at=NOW)
    if attached:
        file = store_file(content=b"x", name="x.txt", media_type="text/plain")
        InboundAttachment.objects.create(
            message_id=ticket.messages.get(inbound__isnull=False).inbound_id or 0, file=file
        )
    told = values | {
        "subject": subject, "channel": ticket.channel_id, "channel_kind": kind, "words": {subject, "你好"},
        "waiting": waiting, "deadline": due, "solved": solved, "last_message": values["last_message_at"],
        "created": values["created_at"], "updated": values["updated_at"], "mentioned": mentioned,
        "unseen_mention": mentioned and unseen, "follower": follower.pk,
        "snoozed": values["snoozed_until"] is not None, "woken": values["woken_at"] is not None,
        "merged": earlier is not None,
        "parent": has_parent and first is not None, "children": False, "drafting": drafting, "attachment": attached,
        "customer_tier": tier, "customer_name": card["name"], "customer_company": card["company"],
        "customer_language": card["language"], "region": values["own_region"] or card["region"] or where,
        "informed": informed,
    }  # fmt: skip
    told["type"] = values["type"].pk if values["type"] else None
    for name in ("assignee", "group", "category"):
        told[name] = values[name].pk if values[name] else "nobody"
    return Case(Ticket.objects.get(pk=ticket.pk), told)


# --- the same in plain Python ---------------------------------------------------------------


def holds(node: Tree, told: dict[str, Any], world: World) -> bool:
    if "all" in node:
        return all(holds(part, told, world) for part in node["all"])
    if "any" in node:
        return any(holds(part, told, world) for part in node["any"])
    if "none" in node:
        return not any(holds(part, told, world) for part in node["none"])
    return asked(node["field"], node["is"], node.get("value"), told[node["field"]], world)


def asked(field: str, operator: str, value: Any, found: Any, world: World) -> bool:
    if operator in ("any_of", "none_of"):
        wanted = set(value)
        if field in ("assignee", "follower"):
            wanted |= {world.me.pk} if "me" in wanted else set()
            wanted |= {world.people[0].pk, world.people[1].pk} if "my_groups" in wanted else set()
        if field == "group" and "mine" in wanted:
            wanted.add(world.groups[0].pk)
        return (found in wanted) == (operator == "any_of")
    if field == "words":
        return (value in found) == (operator == "contains")
    empty = found in (None, "", [])
    meant: dict[str, Callable[[], bool]] = {
        "has_any": lambda: bool(set(value) & set(found)),
        "has_all": lambda: set(value) <= set(found),
        "has_none": lambda: not set(value) & set(found),
        "at_least": lambda: found >= value,
        "at_most": lambda: found <= value,
        "equals": lambda: found == value,
        "contains": lambda: value.lower() in found.lower(),
        "contains_not": lambda: value.lower() not in found.lower(),
        "within": lambda: found is not None and found >= NOW - value["amount"] * UNITS[value["unit"]],
        "older_than": lambda: found is not None and found < NOW - value["amount"] * UNITS[value["unit"]],
        "after": lambda: found is not None and found >= datetime.fromisoformat(value),
        "before": lambda: found is not None and found < datetime.fromisoformat(value),
        "due_within": lambda: found is not None and found < NOW + value["amount"] * UNITS[value["unit"]],
        "overdue": lambda: found is not None and found < NOW,
        "is_empty": lambda: empty,
        "is_filled": lambda: not empty,
        "yes": lambda: found,
        "no": lambda: not found,
    }
    return bool(meant[operator]())


# --- random trees ---------------------------------------------------------------------------


def values_for(takes: str, field: str, world: World) -> st.SearchStrategy[Any]:
    if takes == "nothing":
        return st.none()
    if takes == "number":
        return st.integers(0, 6)
    if takes == "span":
        return st.fixed_dictionaries({"amount": st.integers(1, 30), "unit": st.sampled_from(sorted(UNITS))})
    if takes == "moment":
        return st.integers(0, 20 * 24).map(lambda hours: (NOW - timedelta(hours=hours)).isoformat())
    if takes == "text":
        return st.sampled_from([*WORDS, "王", "ann", "鹿汀", "王芳"] if field != "words" else WORDS)
    return st.lists(st.sampled_from(listed_values(field, world)), min_size=1, max_size=3, unique=True)


def listed_values(field: str, world: World) -> list[Any]:
    listed: dict[str, list[Any]] = {
        "assignee": [*(one.pk for one in world.people), "me", "nobody", "my_groups"],
        "follower": [*(one.pk for one in world.people), "me"],
        "group": [*(one.pk for one in world.groups), "mine", "nobody"],
        "category": [*(one.pk for one in world.categories), "nobody"],
        "tags": [*TAGS, "unused"],
        "channel": [*world.channels, 999_999],
        "channel_kind": ["email", "api", "chat"],
        "customer_language": ["zh", "en", "fr"],
    }
    return [choice.value for choice in all_fields()[field].choices] or listed[field]


def own_fields() -> dict[str, Field]:
    """Those of tickets; domains above test what they add."""
    return {name: field for name, field in all_fields().items() if not name.startswith(("sla_", "assist_"))}


def conditions(world: World) -> st.SearchStrategy[Tree]:
    pairs = [
        (name, operator, takes)
        for name, field in own_fields().items()
        for operator, takes in field.offered.items()
    ]

    def one(pair: tuple[str, str, str]) -> st.SearchStrategy[Tree]:
        name, operator, takes = pair
        return values_for(takes, name, world).map(
            lambda value: {"field": name, "is": operator, "value": value}
        )

    return st.sampled_from(pairs).flatmap(one)


def trees(world: World) -> st.SearchStrategy[Tree]:
    def joined(parts: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
        joins = st.sampled_from(["all", "any", "none"])
        return st.builds(lambda join, inside: {join: inside}, joins, st.lists(parts, min_size=1, max_size=3))

    leaf = conditions(world)
    return joined(leaf | joined(leaf | joined(leaf)))


def found_by(tree: Tree, world: World) -> set[int]:
    viewpoint = Viewpoint(by=world.me, now=NOW)
    return set(Ticket.objects.filter(condition_of(tree, viewpoint)).values_list("pk", flat=True))


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_database_finds_what_the_conditions_say(world: World, data: st.DataObject) -> None:
    tree = checked_tree(data.draw(trees(world)))
    expected = {case.ticket.pk for case in world.cases if holds(tree, case.told, world)}
    assert found_by(tree, world) == expected
    every = {case.ticket.pk for case in world.cases}
    assert _which_hold(every, {"x": tree}, by=world.me, now=NOW) == {"x": expected}  # as counts ask it


def test_every_operator_of_every_field_agrees_with_plain_python_and_divides_the_tickets(world: World) -> None:
    viewpoint = [case.ticket.pk for case in world.cases]
    wrong, undivided = [], set()
    for name, field in own_fields().items():
        for operator, takes in field.offered.items():
            sizes = set()
            for value in values_to_try(takes, name, world):
                tree = checked_tree({"all": [{"field": name, "is": operator, "value": value}]})
                expected = {case.ticket.pk for case in world.cases if holds(tree, case.told, world)}
                sizes.add(len(expected))
                if found_by(tree, world) != expected:
                    wrong.append((name, operator, value))
            if sizes <= {0} or sizes <= {len(viewpoint)}:
                undivided.add(f"{name} {operator}")
    assert wrong == []
    assert undivided <= {"subject is_empty", "subject is_filled"}  # every ticket here has a subject


def values_to_try(takes: str, name: str, world: World) -> list[Any]:
    if takes == "nothing":
        return [None]
    if takes == "number":
        return [0, 2, 4]
    if takes == "span":
        return [
            {"amount": 5, "unit": "days"},
            {"amount": 30, "unit": "weeks"},
            {"amount": 90, "unit": "minutes"},
        ]
    if takes == "moment":
        return [(NOW - timedelta(days=days)).isoformat() for days in (1, 9, 40)]
    if takes == "text":
        return {
            "customer_name": ["王", "ANN", "王芳"],
            "customer_company": ["鹿汀"],
            "region": ["中国大陆", "新加坡"],
        }.get(name, WORDS)
    return [[one] for one in listed_values(name, world)] + [listed_values(name, world)[:2]]


def test_the_days_of_a_relative_condition_move_with_the_clock(world: World) -> None:
    tree = checked_tree(
        {"all": [{"field": "created", "is": "within", "value": {"amount": 3, "unit": "days"}}]}
    )
    later = Viewpoint(by=world.me, now=NOW + timedelta(days=400))
    assert found_by(tree, world)
    assert not Ticket.objects.filter(condition_of(tree, later)).exists()


def test_me_means_whoever_asks(world: World) -> None:
    tree = checked_tree({"all": [{"field": "assignee", "is": "any_of", "value": ["me"]}]})
    for person in world.people:
        viewpoint = Viewpoint(by=person, now=NOW)
        assert set(Ticket.objects.filter(condition_of(tree, viewpoint))) == set(
            Ticket.objects.filter(assignee=person)
        )


def leaf(**values: Any) -> Tree:
    return {"all": [{"field": "status", "is": "any_of", "value": ["open"]}, values]}


NO_LIST = "应为 all、any 或 none 加一个列表", "it should be all, any or none with a list"
REFUSED: list[tuple[Any, str, str, str]] = [
    (leaf(field="colour", **{"is": "any_of"}, value=["red"]), "2",
     "没有名为“colour”的字段",
     "there is no field colour"),
    (leaf(field="status", **{"is": "contains"}, value="x"), "2",
     "“状态”只能用 any_of、none_of",
     "Status can be asked by any_of, none_of only"),
    (leaf(field="status", **{"is": "any_of"}, value=["lost"]), "2",
     "状态：没有“lost”这个选项",
     "Status: there is no choice 'lost'"),
    (leaf(field="status", **{"is": "any_of"}, value=[]), "2",
     "状态：请选择 1 到 50 个值",
     "Status: choose 1 to 50 values"),
    (leaf(field="assignee", **{"is": "any_of"}, value=["somebody"]), "2",
     "负责人：没有“somebody”这个选项",
     "Assignee: there is no choice 'somebody'"),
    (leaf(field="message_count", **{"is": "at_least"}, value="many"), "2",
     "消息数：请填写不小于 0 的整数",
     "Messages: give a whole number of at least 0"),
    (leaf(field="created", **{"is": "after"}, value="soon"), "2",
     "创建时间：请填写日期，如 2026-05-01",
     "Created: give a date such as 2026-05-01 or 2026-05-01T09:00Z"),
    (leaf(field="created", **{"is": "within"}, value={"amount": 0, "unit": "days"}), "2",
     "创建时间：请填写时长：1 到 1000 的整数和单位（minutes、hours、days、weeks）",
     "Created: give a length: amount 1 to 1000 and unit (minutes, hours, days or weeks)"),
    (leaf(field="subject", **{"is": "contains"}, value="  "), "2",
     "主题：请填写 1 到 200 个字",
     "Subject: give 1 to 200 characters"),
    ({"all": [{"any": []}]}, "1",
     "这一组还没有条件",
     "this group holds no conditions yet"),
    ({"all": [{"any": [leaf(field="x")]}]}, "1.1.2",
     "没有名为“x”的字段",
     "there is no field x"),
    ({"some": []}, "0",
     *NO_LIST),
    ([], "0",
     *NO_LIST),
    ({"all": [{"all": [{"all": [{"all": [{"all": []}]}]}]}]}, "1.1.1.1",
     "条件最多嵌套 4 层",
     "conditions go at most 4 levels deep"),
    ({"all": [{"field": "mentioned", "is": "yes"}] * 41}, "41",
     "最多 40 个条件",
     "there may be 40 conditions"),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "place", "zh", "en"), REFUSED)
def test_a_bad_condition_is_refused_with_its_place_and_words_in_both_languages(
    tree: Any, place: str, zh: str, en: str
) -> None:
    with pytest.raises(BadCondition) as refused:
        checked_tree(tree)
    assert refused.value.told("zh") == f"第 {place} 个条件有误：{zh}。请修改后再试。"
    assert refused.value.told("en") == f"Condition {place} does not work: {en}. Change it and try again."


def anything() -> st.SearchStrategy[Any]:
    names = st.sampled_from(["all", "any", "none", "field", "is", "value", "amount"]) | st.text(max_size=3)
    plain = st.none() | st.booleans() | st.integers() | st.text()
    return st.recursive(
        plain, lambda inside: st.lists(inside, max_size=3) | st.dictionaries(names, inside, max_size=4)
    )


@settings(max_examples=200)
@given(anything())
def test_anything_at_all_is_taken_or_refused_and_never_breaks(told: Any) -> None:
    try:
        kept = checked_tree(told)
    except BadCondition as refusal:
        kept = refusal.params
    assert kept == told or kept.keys() == {"place", "wrong_zh", "wrong_en"}


def test_a_field_that_is_gone_matches_nothing(world: World) -> None:
    assert found_by({"all": [{"field": "gone", "is": "any_of", "value": [1]}]}, world) == set()


def test_operators_are_those_of_the_kinds() -> None:
    for field in all_fields().values():
        assert set(field.operators) <= set(KINDS[field.kind]), field.name
