from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "zhiyin.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        from zhiyin.knowledge import reactions  # noqa: F401  (they register themselves)
        from zhiyin.knowledge.search import keeping  # noqa: F401  (it registers its loop)
