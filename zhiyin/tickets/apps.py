from django.apps import AppConfig


class TicketsConfig(AppConfig):
    name = "zhiyin.tickets"
    label = "tickets"

    def ready(self) -> None:
        from zhiyin.tickets import events_writing, moments, reactions, streaming  # noqa: F401  (they register themselves)
        from zhiyin.tickets.fields import declared  # noqa: F401
