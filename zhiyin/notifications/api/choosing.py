"""One's own choices."""

from __future__ import annotations

from typing import Any

from zhiyin.notifications.api.router import router
from zhiyin.notifications.commands.choosing import change_preferences
from zhiyin.notifications.commands.owing import mail_is_possible
from zhiyin.notifications.queries.choices import choices_of
from zhiyin.notifications.shapes import PreferencesBody, PreferencesShape, preferences_shape
from zhiyin.notifications.ways.vapid import push_key
from zhiyin.people.access import Signed, signed_in
from zhiyin.people.models import Staff


@router.get("/notifications/preferences", response=PreferencesShape, auth=signed_in)
def get_preferences(request: Signed) -> Any:
    """What one hears of and how, whose choice that is, and one's quiet hours."""
    return _told(request.auth)


@router.patch("/notifications/preferences", response=PreferencesShape, auth=signed_in)
def patch_preferences(request: Signed, body: PreferencesBody) -> Any:
    """Change one's own choices."""
    changes = body.dict(exclude_unset=True)
    change_preferences(changes=changes, ways=changes.pop("ways", {}), by=request.auth)
    return _told(request.auth)


def _told(staff: Staff) -> PreferencesShape:
    return preferences_shape(
        choices_of(staff), mail_is_possible=mail_is_possible(), push_key=push_key().public_key
    )
