from django.apps import AppConfig


class TimersConfig(AppConfig):
    name = "zhiyin.platform.timers"
    label = "timers"
