from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "zhiyin.desk"
    label = "desk"

    def ready(self) -> None:
        from zhiyin.desk import stream  # noqa: F401  (registers)
