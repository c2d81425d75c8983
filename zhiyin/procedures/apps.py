from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ProceduresConfig(AppConfig):
    name = "zhiyin.procedures"
    label = "procedures"

    def ready(self) -> None:
        from zhiyin.procedures import (  # noqa: F401  (they register themselves)
            approval_mails,
            compensating,
            effects,
            forgetting,
            holding,
            reactions,
            reactions_approvals,
            reactions_compensation,
            reactions_promises,
            reactions_queues,
            streaming,
        )

        post_migrate.connect(_install, sender=self, dispatch_uid="procedures.shipped")


def _install(**_: Any) -> None:
    from zhiyin.procedures.shipped import install_shipped_procedures
    from zhiyin.procedures.shipped_compensation import install_after_migrating

    install_shipped_procedures()
    install_after_migrating()
