from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "zhiyin.portal"
    label = "portal"

    def ready(self) -> None:
        from zhiyin.portal import mails, reactions  # noqa: F401  (they register)
