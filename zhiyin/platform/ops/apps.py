from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "zhiyin.platform.ops"
    label = "ops"

    def ready(self) -> None:
        from zhiyin.platform.ops import beating  # noqa: F401  (registers itself with the worker)
