from django.apps import AppConfig


class ServiceLevelsConfig(AppConfig):
    name = "zhiyin.sla"
    label = "sla"

    def ready(self) -> None:
        from zhiyin.sla import reactions  # noqa: F401  (they register themselves)
