"""The rows of notifications, by topic."""

from zhiyin.notifications.models.choosing import Mute, Policy, Preferences, RoleWays
from zhiyin.notifications.models.deciding import Decision, Sending
from zhiyin.notifications.models.notification import Notification, NotificationQuerySet
from zhiyin.notifications.models.push import PushKey, PushSubscription

__all__ = [
    "Decision",
    "Mute",
    "Notification",
    "NotificationQuerySet",
    "Policy",
    "Preferences",
    "PushKey",
    "PushSubscription",
    "RoleWays",
    "Sending",
]
