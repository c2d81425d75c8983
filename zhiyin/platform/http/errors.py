"""Errors a person can act on, told as RFC 9457 problem details in their language."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, JsonResponse


class DomainError(Exception):
    """A refusal with a stable code. Subclasses stand beside the function that raises them.

    `messages` has 'zh' and 'en', each saying what to do next, with {placeholders} from the parameters.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    messages: ClassVar[dict[str, str]] = {"zh": "操作未完成。", "en": "That did not work."}

    def __init__(self, **params: Any) -> None:
        super().__init__(self.code)
        self.params = params

    def told(self, language: str) -> str:
        return self.messages[language].format(**self.params)


class NotFound(DomainError):
    code = "not_found"
    status = 404
    messages = {
        "zh": "找不到该内容，它可能已被删除，或您没有查看权限。请返回列表，或联系管理员开通权限。",
        "en": "This was not found: it may be gone, or not yours to see. Go back to the list or ask an administrator.",
    }


class NotSignedIn(DomainError):
    code = "not_signed_in"
    status = 401
    messages = {
        "zh": "您尚未登录或登录已过期，请重新登录。",
        "en": "You are not signed in, or no longer. Please sign in.",
    }


class NotAllowed(DomainError):
    code = "not_allowed"
    status = 403
    messages = {
        "zh": "您的角色没有此权限（{permission}）。请联系管理员。",
        "en": "Your role lacks the permission {permission}. Ask an administrator for it.",
    }


class Invalid(DomainError):
    """Input that doesn't fit; `fields` maps a field's path to what is wrong with it."""

    code = "invalid"
    status = 422
    messages = {
        "zh": "填写有误，请检查标出的项目。",
        "en": "Some of this does not fit; check the marked fields.",
    }


def language_of(request: HttpRequest) -> str:
    """'zh' or 'en': the signed-in person's choice, else the browser's, else Chinese."""
    chosen = getattr(getattr(request, "auth", None) or getattr(request, "user", None), "locale", "")
    wanted = chosen or request.headers.get("Accept-Language", "")
    first = wanted.split(",")[0].strip().lower()
    return "en" if first.startswith("en") else "zh"


def problem(request: HttpRequest, error: DomainError) -> JsonResponse:
    """The error as application/problem+json."""
    language = language_of(request)
    body = {
        "type": f"urn:zhiyin:problem:{error.code}",
        "title": error.told(language),
        "status": error.status,
        "code": error.code,
        "detail": error.told(language),
        "params": error.params,
        "request_id": getattr(request, "request_id", ""),
    }
    response = JsonResponse(body, status=error.status, content_type="application/problem+json")
    response["Content-Language"] = "zh-CN" if language == "zh" else "en"
    return response
