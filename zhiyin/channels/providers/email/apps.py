from django.apps import AppConfig


class EmailConfig(AppConfig):
    name = "zhiyin.channels.providers.email"
    label = "email"

    def ready(self) -> None:
        from zhiyin.channels.providers.email import reading  # noqa: F401  (the worker's loop registers)
