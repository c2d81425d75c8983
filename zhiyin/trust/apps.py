from django.apps import AppConfig


class TrustConfig(AppConfig):
    name = "zhiyin.trust"
    label = "trust"

    def ready(self) -> None:
        from zhiyin.trust import working  # noqa: F401  (it registers its loop)
