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
            holding,
            reactions,
            reactions_approvals,
            reactions_compensation,
            reactions_promises,
            streaming,
        )
        from zhiyin.procedures.shipped_compensation import install_after_migrating

        post_migrate.connect(install_after_migrating, sender=self, dispatch_uid="procedures.compensation")
