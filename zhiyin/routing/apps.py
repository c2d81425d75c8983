from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "zhiyin.routing"
    label = "routing"
