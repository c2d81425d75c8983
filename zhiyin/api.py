"""The HTTP API, version 1: every domain's router, and one way to tell errors."""

from __future__ import annotations

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.docs import Swagger

from zhiyin.customers.api import router as customers_router
from zhiyin.desk.search import router as search_router
from zhiyin.platform.http.errors import DomainError, Invalid, NotFound, problem
from zhiyin.tickets.api import router as tickets_router

api = NinjaAPI(
    title="Zhiyin 知音",
    version="1",
    description="Sign in with a session, or with `Authorization: Bearer zyt_…` (Settings → API tokens).",
    urls_namespace="api-v1",
    docs=Swagger(),
    docs_url="/docs",
)


@api.exception_handler(DomainError)
def tell_domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    return problem(request, error)


@api.exception_handler(ObjectDoesNotExist)
def tell_not_found(request: HttpRequest, error: ObjectDoesNotExist) -> HttpResponse:
    return problem(request, NotFound())


@api.exception_handler(ValidationError)
def tell_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = {".".join(str(part) for part in told["loc"][1:]): told["msg"] for told in error.errors}
    return problem(request, Invalid(fields=fields))


@api.exception_handler(HttpError)
def tell_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    class Refused(Invalid):
        code = "bad_request"
        status = error.status_code

    return problem(request, Refused(reason=str(error)))


for prefix, router in [
    ("", customers_router),
    ("", tickets_router),
    ("", search_router),
]:
    api.add_router(prefix, router)
