from django.apps import AppConfig


class ServiceLevelsConfig(AppConfig):
    name = "zhiyin.sla"
    label = "sla"

    def ready(self) -> None:
        from zhiyin.sla import fields, reactions  # noqa: F401  (they register themselves)
        from zhiyin.tickets.queries.timeline import leave_out

        leave_out("sla.clock_fulfilled")
