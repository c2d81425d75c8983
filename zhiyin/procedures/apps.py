from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "zhiyin.procedures"
    label = "procedures"
