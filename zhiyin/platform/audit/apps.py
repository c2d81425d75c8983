from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "zhiyin.platform.audit"
    label = "audit"
