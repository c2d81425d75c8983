from django.apps import AppConfig


class LimitsConfig(AppConfig):
    name = "zhiyin.platform.limits"
    label = "limits"

    def ready(self) -> None:
        from zhiyin.platform.limits import limits  # noqa: F401  (its sweep registers itself with the worker)
