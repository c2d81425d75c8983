from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection

from zhiyin.people.commands.locking import LastAdministrator
from zhiyin.people.commands.staff import deactivate_staff, set_roles
from zhiyin.people.models import Staff
from zhiyin.people.permissions import Scope
from zhiyin.people.policies import reaches
from zhiyin.testing.people import make_staff

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("held", "wanted", "enough"),
    [
        ({}, {}, True),
        ({"tickets.read": Scope.GROUP}, {"tickets.read": Scope.OWN}, True),
        ({"tickets.read": Scope.GROUP}, {"tickets.read": Scope.GROUP}, True),
        ({"tickets.read": Scope.GROUP}, {"tickets.read": Scope.ALL}, False),
        ({"tickets.read": Scope.ALL}, {"tickets.reply": Scope.OWN}, False),
    ],
)
def test_one_reaches_as_far_as_another(
    held: dict[str, Scope], wanted: dict[str, Scope], enough: bool
) -> None:
    assert reaches(held, wanted) is enough


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["deactivate", "demote"])
def test_two_administrators_can_not_remove_each_other_at_once(way: str) -> None:
    first, second = make_staff(roles=["administrator"]), make_staff(roles=["administrator"])
    ready = Barrier(2)

    def remove(by: Staff, other: Staff) -> bool:
        try:
            ready.wait(10)
            if way == "deactivate":
                deactivate_staff(staff_id=other.pk, by=by, now=NOW)
            else:
                set_roles(staff_id=other.pk, role_ids=[], by=by, now=NOW)
        except LastAdministrator:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(remove, (first, second), (second, first)))

    assert sorted(done) == [False, True]
    assert Staff.objects.filter(is_active=True, roles__code="administrator").count() == 1
