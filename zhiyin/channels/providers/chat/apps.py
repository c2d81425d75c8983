from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "zhiyin.channels.providers.chat"
    label = "chat"
