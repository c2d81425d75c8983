from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PeopleConfig(AppConfig):
    name = "zhiyin.people"
    label = "people"

    def ready(self) -> None:
        from allauth.mfa.signals import authenticator_added

        from zhiyin.people import effects, reactions  # noqa: F401  (they register themselves)
        from zhiyin.people.shipped_roles import install_after_migrating
        from zhiyin.people.signing_in.second_factor import count_for_this_session
        from zhiyin.people.signing_in.secrets import AuthenticatorSecrets
        from zhiyin.platform.crypto.rotation import rotates_too

        post_migrate.connect(install_after_migrating, sender=self, dispatch_uid="people.shipped_roles")
        authenticator_added.connect(count_for_this_session, dispatch_uid="people.second_factor")
        rotates_too(AuthenticatorSecrets())
