from django.apps import AppConfig


class AssistConfig(AppConfig):
    name = "zhiyin.assist"
    label = "assist"

    def ready(self) -> None:
        from zhiyin.assist import effects, fields, forgetting, reactions  # noqa: F401  (they register themselves)
        from zhiyin.assist.queries.answering import is_answering_first
        from zhiyin.assist.remote.embedding import endpoint_encoder
        from zhiyin.channels.machines import tells_machine
        from zhiyin.knowledge.search.vectors import offer_encoder
        from zhiyin.tickets.queries.timeline import leave_out

        leave_out("assist.ticket_read", "assist.finding_rated", "assist.question_answered")
        tells_machine(is_answering_first)
        offer_encoder(endpoint_encoder)
