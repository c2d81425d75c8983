from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "zhiyin.channels"
    label = "channels"

    def ready(self) -> None:
        from zhiyin.channels import reactions  # noqa: F401  (registers)
        from zhiyin.channels.delivering import register_deliveries
        from zhiyin.channels.providers.registry import load_providers

        load_providers()
        register_deliveries()
