"""Setting a first password."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError


class WeakPassword(DomainError):
    """`reasons` are Django's codes: password_too_short, password_too_common, password_entirely_numeric, password_too_similar."""

    code = "people.weak_password"
    status = 422
    messages = {
        "zh": "密码不够安全：至少 10 个字符，不能是常见密码或纯数字，也不能与姓名、邮箱相似。一句好记的话最安全。",
        "en": "This password is too easy to guess: at least 10 characters, nothing common, not only digits, not like "
        "your name or address. A sentence you remember is safest.",
    }


def refuse_weak(password: str, *, email: str, name: str) -> None:
    """Raise WeakPassword with the reasons."""
    try:
        validate_password(password, Staff(email=email, name=name))
    except ValidationError as error:
        raise WeakPassword(reasons=[reason.code for reason in error.error_list]) from error
