"""One way to tell errors over HTTP, for every API there is."""

from __future__ import annotations

import logging

from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from zhiyin.platform.http.errors import DomainError, Invalid, NotFound, problem
from zhiyin.platform.limits.limits import TooFast

log = logging.getLogger(__name__)


def tell_errors(api: NinjaAPI) -> None:
    """Make the API answer refusals, misses and ill-formed input with problem details."""

    @api.exception_handler(DomainError)
    def tell_domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
        return problem(request, error)

    @api.exception_handler(TooFast)
    def tell_too_fast(request: HttpRequest, error: TooFast) -> HttpResponse:
        response = problem(request, error)
        response["Retry-After"] = str(error.params["seconds"])
        return response

    @api.exception_handler(ObjectDoesNotExist)
    def tell_not_found(request: HttpRequest, error: ObjectDoesNotExist) -> HttpResponse:
        return problem(request, NotFound())

    @api.exception_handler(ValidationError)
    def tell_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        fields = {".".join(str(part) for part in told["loc"][1:]): told["msg"] for told in error.errors}
        return problem(request, Invalid(fields=fields))

    @api.exception_handler(DataError)
    def tell_unstorable(request: HttpRequest, error: DataError) -> HttpResponse:
        # a number beyond 64 bits and the like: well-formed, and nothing the database can hold or find
        log.warning("input refused by the database", extra={"reason": type(error.__cause__).__name__})
        return problem(request, Invalid(fields={}))

    @api.exception_handler(HttpError)
    def tell_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        class Refused(Invalid):
            code = "bad_request"
            status = error.status_code

        return problem(request, Refused(reason=str(error)))
