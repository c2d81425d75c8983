from django.apps import AppConfig


class EmailConfig(AppConfig):
    name = "zhiyin.channels.providers.email"
    label = "email"

    def ready(self) -> None:
        from zhiyin.channels.providers.email import working  # noqa: F401  (registers)
