from django.apps import AppConfig


class AutomationConfig(AppConfig):
    name = "zhiyin.automation"
    label = "automation"

    def ready(self) -> None:
        from zhiyin.automation import (  # noqa: F401  (they register themselves)
            actions,
            findings,
            forgetting,
            reactions,
            working,
        )
        from zhiyin.tickets.queries.timeline import leave_out

        leave_out("automation.notice_wanted", "automation.web_hook_wanted")
