"""Who may change whose access: pure predicates over what people may do.

Nobody gives more than they have: a role can be handed out, or its holder managed, only by somebody
whose own permissions reach at least as far.
"""

from __future__ import annotations

from collections.abc import Mapping

from zhiyin.people.models import Staff
from zhiyin.people.permissions import Scope


def reaches(held: Mapping[str, Scope], wanted: Mapping[str, Scope]) -> bool:
    """Whether `held` covers every permission of `wanted`, as widely."""
    return all(code in held and held[code].reach >= scope.reach for code, scope in wanted.items())


def may_grant(by: Staff, grants: Mapping[str, Scope]) -> bool:
    """Whether this person may hand out these permissions."""
    return reaches(by.scopes, grants)


def may_manage(by: Staff, staff: Staff) -> bool:
    """Whether this person may change a colleague's account: not of anybody who may do more."""
    return by.may("people.manage") and reaches(by.scopes, staff.powers.scopes)
