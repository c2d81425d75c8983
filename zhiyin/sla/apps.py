from django.apps import AppConfig


class ServiceLevelsConfig(AppConfig):
    name = "zhiyin.sla"
    label = "sla"
