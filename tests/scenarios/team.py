"""The people of a centre in which several work together."""

from __future__ import annotations

from tests.scenarios.kit import PASSWORD, Person, eventually, set_up
from zhiyin.testing.centre import RunningCentre
from zhiyin.testing.mailboxes import add_mailbox


class Team:
    """The centre with its people: an administrator, a lead, two agents, and engineers with the light seat."""

    def __init__(self, centre: RunningCentre) -> None:
        self.centre = centre
        self.admin = set_up(centre)
        self.admin.post("/api/v1/channels", {"kind": "api", "key": "app", "name": "手机应用"})
        add_mailbox(centre.told()["environment"]["DATABASE_URL"], address="help@shop.example")
        self.group = self.admin.post("/api/v1/people/groups", {"name": "客服组"})["id"]
        self.roles = {role["code"]: role["id"] for role in self.admin.get("/api/v1/people/roles")}
        self.procedures = {one["key"]: one["id"] for one in self.admin.get("/api/v1/procedures")}
        self.skills = {one["name_en"]: one for one in self.admin.get("/api/v1/people/skills")}
        self.agent = self.join("lina", "李娜", "agent")
        self.second = self.join("wangqiang", "王强", "agent")
        self.lead = self.join("zhao", "赵组长", "lead")
        self.manager = self.join("sun", "孙经理", "manager")
        self.engineer = self.join("chen", "陈工", "collaborator", "Technical support", "Engineering")
        self.shipper = self.join("liu", "刘物流", "collaborator", "Logistics", "Product")

    def join(self, name: str, shown: str, role: str, *skills: str) -> Person:
        """Somebody is invited, accepts, and gets their skills."""
        body = {"email": f"{name}@shop.example", "name": shown, "role_ids": [self.roles[role]]}
        body["group_ids"] = [] if role == "collaborator" else [self.group]
        token = self.admin.post("/api/v1/people/invitations", body)["link"].rsplit("/", 1)[1]
        person = Person(self.centre)
        person.get("/api/v1/session")
        joined = person.post(
            f"/api/v1/people/invitations/{token}/acceptance",
            {"name": shown, "password": PASSWORD, "locale": "zh-CN"},
        )
        for skill in skills:
            told = self.skills[skill]
            told["holders"].append({"id": joined["id"], "level": 4})
            holders = told["holders"]
            names = {name: told[name] for name in ("name_zh", "name_en")}
            path = f"/api/v1/people/skills/{told['id']}"
            assert self.admin.call("PUT", path, {**names, "holders": holders}).status_code == 200
        return person

    def opens(self, customer: str, text: str) -> int:
        """A customer writes; the ticket goes to the group and to the first agent."""
        message = {
            "external_id": f"m-{customer}",
            "thread_id": f"t-{customer}",
            "sender": {"kind": "external", "value": customer, "name": customer},
            "text": text,
        }
        self.admin.post("/api/v1/channels/app/messages", message)
        ticket = eventually(lambda: self._of(customer), f"the ticket of {customer}")[0]
        assert (
            self.admin.call("PATCH", f"/api/v1/tickets/{ticket}", {"group_id": self.group}).status_code == 200
        )
        self.agent.post(f"/api/v1/tickets/{ticket}/claim", {"expected_assignee_id": None})
        return int(ticket)

    def _of(self, customer: str) -> list[int]:
        rows = self.admin.get("/api/v1/tickets?view=open")["items"]
        return [one["id"] for one in rows if one["customer"]["name"] == customer]
