from django.apps import AppConfig


class TrustConfig(AppConfig):
    name = "zhiyin.trust"
    label = "trust"
