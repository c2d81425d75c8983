from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "zhiyin.platform.files"
    label = "files"
