from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "zhiyin.routing"
    label = "routing"

    def ready(self) -> None:
        from zhiyin.routing import reactions  # noqa: F401  (they register themselves)
