"""What happens to people and their access, in the past tense; ids only. `by_id` is None for the system itself."""

from zhiyin.platform.event_log.facts import Fact, fact

_STAFF = "staff:{staff_id}"
_GROUP = "group:{group_id}"
_ROLE = "role:{role_id}"
_INVITATION = "invitation:{invitation_id}"


@fact("people.company_set_up", subject="company:1")
class CompanySetUp(Fact):
    """The first administrator opened the one-time link and named the company."""

    by_id: int


@fact("people.company_changed", subject="company:1")
class CompanyChanged(Fact):
    """Name, language or time zone of the company changed."""

    fields: list[str]
    by_id: int


@fact("people.staff_invited", subject=_INVITATION)
class StaffInvited(Fact):
    """A place is kept for somebody; a mail with the link is owed."""

    invitation_id: int
    by_id: int


@fact("people.invitation_resent", subject=_INVITATION)
class InvitationResent(Fact):
    """The invitation has a new link; the older one no longer works."""

    invitation_id: int
    by_id: int


@fact("people.invitation_revoked", subject=_INVITATION)
class InvitationRevoked(Fact):
    """The invitation was taken back before anybody accepted it."""

    invitation_id: int
    by_id: int


@fact("people.staff_joined", subject=_STAFF)
class StaffJoined(Fact):
    """An account exists and can sign in; `invitation_id` is None for the first administrator."""

    staff_id: int
    invitation_id: int | None
    by_id: int | None


@fact("people.staff_changed", subject=_STAFF)
class StaffChanged(Fact):
    """Name, address or preferences of a person changed."""

    staff_id: int
    fields: list[str]
    by_id: int


@fact("people.roles_changed", subject=_STAFF)
class RolesOfStaffChanged(Fact):
    """A person was given roles or lost some."""

    staff_id: int
    added: list[int]
    removed: list[int]
    by_id: int


@fact("people.membership_changed", subject=_STAFF)
class MembershipChanged(Fact):
    """A person joined groups or left some."""

    staff_id: int
    joined: list[int]
    left: list[int]
    by_id: int


@fact("people.skills_changed", subject=_STAFF)
class SkillsChanged(Fact):
    """A person has other skills than before, or the same to other levels."""

    staff_id: int
    by_id: int


@fact("people.skill_removed", subject="skill:{skill_id}")
class SkillRemoved(Fact):
    """A skill is no longer there; nobody has it any more."""

    skill_id: int
    by_id: int


@fact("people.staff_deactivated", subject=_STAFF)
class StaffDeactivated(Fact):
    """The account is closed: its sessions and tokens ended in the same moment."""

    staff_id: int
    by_id: int


@fact("people.staff_reactivated", subject=_STAFF)
class StaffReactivated(Fact):
    """The account may sign in again."""

    staff_id: int
    by_id: int


@fact("people.sessions_ended", subject=_STAFF)
class SessionsEnded(Fact):
    """Somebody signed a person out everywhere."""

    staff_id: int
    by_id: int


@fact("people.second_factor_removed", subject=_STAFF)
class SecondFactorRemoved(Fact):
    """An administrator removed a person's second factors, for instance because the phone is lost."""

    staff_id: int
    by_id: int


@fact("people.signed_in", subject=_STAFF)
class StaffSignedIn(Fact):
    """A session began; `methods` are those used, e.g. password, mfa, socialaccount."""

    staff_id: int
    methods: list[str]


@fact("people.security_changed", subject=_STAFF)
class OwnSecurityChanged(Fact):
    """A person changed how they sign in: `what` is e.g. password_changed, totp_activated."""

    staff_id: int
    what: str


@fact("people.presence_changed", subject=_STAFF)
class PresenceChanged(Fact):
    """A person is now in another state, by themselves, by a lead, or (`by_id` None) by the clock. `custom_id` names
    a state of the company's own that counts as `state`."""

    staff_id: int
    was: str
    state: str
    by_id: int | None
    custom_id: int | None = None


@fact("people.custom_presence_saved", subject="presence:{custom_id}")
class CustomPresenceSaved(Fact):
    """A presence state of the company's own was added or changed."""

    custom_id: int
    by_id: int


@fact("people.group_created", subject=_GROUP)
class GroupCreated(Fact):
    """A team exists."""

    group_id: int
    by_id: int


@fact("people.group_changed", subject=_GROUP)
class GroupChanged(Fact):
    """A team got another name or description."""

    group_id: int
    by_id: int


@fact("people.group_deleted", subject=_GROUP)
class GroupDeleted(Fact):
    """An empty team is gone."""

    group_id: int
    by_id: int


@fact("people.role_created", subject=_ROLE)
class RoleCreated(Fact):
    """A custom role exists."""

    role_id: int
    by_id: int


@fact("people.role_changed", subject=_ROLE)
class RoleChanged(Fact):
    """A role's name, permissions or demand for a second factor changed."""

    role_id: int
    by_id: int


@fact("people.role_deleted", subject=_ROLE)
class RoleDeleted(Fact):
    """A custom role that nobody held is gone."""

    role_id: int
    by_id: int


@fact("people.token_created", subject=_STAFF)
class TokenCreated(Fact):
    """A program can act as this person, within the token's scopes."""

    staff_id: int
    token_id: int
    by_id: int


@fact("people.token_revoked", subject=_STAFF)
class TokenRevoked(Fact):
    """The token no longer works."""

    staff_id: int
    token_id: int
    by_id: int
