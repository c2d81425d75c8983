from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "zhiyin.platform.jobs"
    label = "jobs"

    def ready(self) -> None:
        from zhiyin.platform.jobs import running  # noqa: F401  (registers itself with the worker)
