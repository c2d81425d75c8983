import pytest

from zhiyin.people.models import Role
from zhiyin.people.permissions import CODES, PERMISSIONS, SHIPPED_ROLES, Scope
from zhiyin.people.shipped_roles import install_shipped_roles
from zhiyin.testing.people import make_staff

pytestmark = pytest.mark.django_db


def test_every_shipped_role_is_there_with_its_grants_after_migrating() -> None:
    for shipped in SHIPPED_ROLES:
        role = Role.objects.get(code=shipped.code)
        assert role.builtin
        assert dict(role.grants.values_list("permission", "scope")) == shipped.grants


def test_installing_again_repairs_grants_and_keeps_what_the_administrator_chose() -> None:
    agent = Role.objects.get(code="agent")
    Role.objects.filter(code="agent").update(second_factor_required=True)
    agent.grants.filter(permission="tickets.read").update(scope="own")
    agent.grants.create(permission="roles.manage", scope="all")

    install_shipped_roles()

    agent.refresh_from_db()
    assert agent.second_factor_required
    assert agent.grants.get(permission="tickets.read").scope == "group"
    assert not agent.grants.filter(permission="roles.manage").exists()


def test_the_shipped_roles_only_name_known_permissions() -> None:
    assert all(code in CODES for shipped in SHIPPED_ROLES for code in shipped.grants)
    assert len(CODES) == len(PERMISSIONS)


def test_the_widest_scope_of_several_roles_wins() -> None:
    staff = make_staff(roles=["agent", "manager"])
    assert staff.scope("tickets.read") == Scope.ALL
    assert staff.scope("roles.manage") is None
