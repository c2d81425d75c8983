from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "zhiyin.portal"
    label = "portal"

    def ready(self) -> None:
        from zhiyin.portal import mails  # noqa: F401  (registers how links are sent)
