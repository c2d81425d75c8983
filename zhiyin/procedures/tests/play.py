"""Playing procedures over HTTP, as the desk does."""

from __future__ import annotations

from typing import Any

from zhiyin.people.models import Skill, Staff
from zhiyin.procedures.models import Definition
from zhiyin.testing.people import client_for
from zhiyin.tickets.models import Ticket


def shipped(key: str) -> Definition:
    return Definition.objects.get(key=key)


def skilled(name_zh: str, staff: Staff) -> Skill:
    """A shipped skill that this person has."""
    skill = Skill.objects.get(name_zh=name_zh)
    skill.holders.add(staff)
    return skill


class Desk:
    """One person at the desk, with a ticket."""

    def __init__(self, staff: Staff, ticket: Ticket) -> None:
        self.client, self.ticket = client_for(staff), ticket
        self.path = f"/api/v1/tickets/{ticket.pk}"

    def start(self, key: str) -> Any:
        answer = self.client.post(f"{self.path}/cases", {"procedure_id": shipped(key).pk})
        assert answer.status_code == 201, answer.json()
        return answer.json()

    def panel(self) -> Any:
        return self.client.get(f"{self.path}/cases").json()

    def case(self, name_en: str = "") -> Any:
        return next(one for one in self.panel()["cases"] if name_en in one["name_en"])

    def now(self, name_en: str = "") -> str:
        """The key of the step a case is in; its end where it is over."""
        case = self.case(name_en)
        return str(next((step["key"] for step in case["way"] if step["state"] == "now"), case["state"]))

    def task_id(self, name_en: str = "") -> int:
        return int(self.case(name_en)["task_id"])

    def settle(
        self, outcome: str, values: dict[str, Any] | None = None, note: str = "", task: int = 0
    ) -> Any:
        body = {"outcome": outcome, "values": values or {}, "note": note}
        return self.client.post(f"/api/v1/tasks/{task or self.task_id()}/outcome", body)

    def go(self, outcome: str, note: str = "", **values: Any) -> None:
        """Settle the present step; it must work."""
        answer = self.settle(outcome, values, note)
        assert answer.status_code == 200, answer.json()

    def tick_all(self, task: int = 0) -> None:
        task = task or self.task_id()
        for number in range(len(self.client.get(f"/api/v1/tasks/{task}").json()["checks"])):
            self.client.put(f"/api/v1/tasks/{task}/checks/{number}", {"done": True})
