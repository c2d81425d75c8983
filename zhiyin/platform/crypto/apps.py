from django.apps import AppConfig


class CryptoConfig(AppConfig):
    name = "zhiyin.platform.crypto"
    label = "crypto"
