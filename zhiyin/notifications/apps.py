from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class NotificationsConfig(AppConfig):
    name = "zhiyin.notifications"
    label = "notifications"

    def ready(self) -> None:
        from zhiyin.notifications import (  # noqa: F401  (they register their reasons)
            shipped,
            shipped_clocks,
            shipped_knowledge,
            shipped_promises,
            shipped_tasks,
        )
        from zhiyin.notifications.ways import digest, mail, push  # noqa: F401  (they register themselves)

        post_migrate.connect(_make_push_key, sender=self, dispatch_uid="notifications.push_key")


def _make_push_key(**_: Any) -> None:
    from zhiyin.notifications.ways.vapid import push_key

    push_key()
