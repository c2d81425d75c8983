from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "zhiyin.procedures"
    label = "procedures"

    def ready(self) -> None:
        from zhiyin.procedures import approval_mails, effects, holding, reactions, reactions_approvals  # noqa: F401  (they register themselves)
