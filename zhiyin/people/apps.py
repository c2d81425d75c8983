from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "zhiyin.people"
    label = "people"

    def ready(self) -> None:
        from zhiyin.people.shipped_roles import install_after_migrating

        post_migrate.connect(install_after_migrating, sender=self, dispatch_uid="people.shipped_roles")
