from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "zhiyin.integrations"
    label = "integrations"

    def ready(self) -> None:
        from zhiyin.integrations import notices, reactions, sending  # noqa: F401  (they register themselves)
