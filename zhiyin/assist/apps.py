from django.apps import AppConfig


class AssistConfig(AppConfig):
    name = "zhiyin.assist"
    label = "assist"

    def ready(self) -> None:
        from zhiyin.assist import fields, forgetting, reactions  # noqa: F401  (they register themselves)
        from zhiyin.tickets.queries.timeline import leave_out

        leave_out("assist.ticket_read", "assist.finding_rated")
