from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "zhiyin.platform.calendars"
    label = "calendars"
