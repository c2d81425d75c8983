from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "zhiyin.platform.ledger"
    label = "ledger"
