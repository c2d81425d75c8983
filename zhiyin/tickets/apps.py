from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TicketsConfig(AppConfig):
    name = "zhiyin.tickets"
    label = "tickets"

    def ready(self) -> None:
        from zhiyin.tickets import declared_actions, events_writing, moments, reactions, streaming  # noqa: F401  (they register themselves)
        from zhiyin.tickets.fields import custom, declared  # noqa: F401
        from zhiyin.tickets.shipped import install_after_migrating

        post_migrate.connect(install_after_migrating, sender=self, dispatch_uid="tickets.shipped")
