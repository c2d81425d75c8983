"""The HTTP API, version 1: every domain's router, mounted once."""

from __future__ import annotations

from ninja import NinjaAPI
from ninja.openapi.docs import Swagger

from zhiyin.assist.api import router as assist_router
from zhiyin.automation.api import router as automation_router
from zhiyin.channels.api import router as channels_router
from zhiyin.channels.providers.api.api import router as inlet_router
from zhiyin.channels.providers.chat.staff_api import router as chat_router
from zhiyin.channels.providers.email.staff_api import router as mail_router
from zhiyin.customers.api import router as customers_router
from zhiyin.desk.audit_api import router as audit_router
from zhiyin.desk.calendars_api import router as calendars_router
from zhiyin.desk.files_api import router as files_router
from zhiyin.desk.operations_api import router as operations_router
from zhiyin.desk.search import router as search_router
from zhiyin.desk.session import router as session_router
from zhiyin.integrations.api import router as webhooks_router
from zhiyin.knowledge.api import router as knowledge_router
from zhiyin.notifications.api import router as notifications_router
from zhiyin.people.api import routers as people_routers
from zhiyin.platform.http.handlers import tell_errors
from zhiyin.platform.http.parsing import TidyParser
from zhiyin.platform.http.rendering import QuickRenderer
from zhiyin.procedures.api import router as procedures_router
from zhiyin.routing.api import router as routing_router
from zhiyin.sla.api import router as sla_router
from zhiyin.tickets.api import router as tickets_router
from zhiyin.trust.api import router as trust_router

api = NinjaAPI(
    title="Zhiyin 知音",
    version="1",
    description="Sign in with a session, or with `Authorization: Bearer zyt_…` (Settings → API tokens).",
    urls_namespace="api-v1",
    docs=Swagger(),
    docs_url="/docs",
    parser=TidyParser(),
    renderer=QuickRenderer(),
)
tell_errors(api)
for router in [
    session_router,
    tickets_router,
    sla_router,
    assist_router,
    customers_router,
    knowledge_router,
    search_router,
    files_router,
    channels_router,
    inlet_router,
    chat_router,
    mail_router,
    webhooks_router,
    notifications_router,
    procedures_router,
    routing_router,
    automation_router,
    operations_router,
    calendars_router,
    audit_router,
    trust_router,
]:
    api.add_router("", router)
for prefix, people_router in people_routers:
    api.add_router(prefix, people_router)
