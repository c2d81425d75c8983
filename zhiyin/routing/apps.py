from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "zhiyin.routing"
    label = "routing"

    def ready(self) -> None:
        from zhiyin.routing import reactions, streaming, telling  # noqa: F401  (they register themselves)
        from zhiyin.tickets.queries.timeline import leave_out

        # "why this person" tells all of that, with its reasons
        leave_out(
            "routing.work_queued", "routing.work_offered", "routing.offer_settled", "routing.work_given"
        )
        leave_out("routing.ring_opened", "routing.work_returned", "routing.work_ended")
