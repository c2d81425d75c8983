from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ProceduresConfig(AppConfig):
    name = "zhiyin.procedures"
    label = "procedures"

    def ready(self) -> None:
        from zhiyin.procedures import approval_mails, reactions_approvals  # noqa: F401  (they register themselves)
        from zhiyin.procedures import effects, holding, reactions, streaming  # noqa: F401
        from zhiyin.procedures.shipped import install_after_migrating

        post_migrate.connect(install_after_migrating, sender=self, dispatch_uid="procedures.shipped")
