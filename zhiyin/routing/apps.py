from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "zhiyin.routing"
    label = "routing"

    def ready(self) -> None:
        from zhiyin.routing import reactions, streaming  # noqa: F401  (they register themselves)
