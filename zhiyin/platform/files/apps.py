from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "zhiyin.platform.files"
    label = "files"

    def ready(self) -> None:
        from zhiyin.platform.files import scanning  # noqa: F401  (registers how scans are carried out)
