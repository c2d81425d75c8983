from django.apps import AppConfig


class EventLogConfig(AppConfig):
    name = "zhiyin.platform.event_log"
    label = "event_log"
