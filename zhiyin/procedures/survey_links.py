"""The link by which a customer answers: signed for one question; it tells nothing and opens nothing else."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer

_SALT = "zhiyin.procedures.survey"


def survey_link(survey_id: int) -> str:
    return f"{settings.BASE_URL}/survey/{survey_token(survey_id)}"


def survey_token(survey_id: int) -> str:
    return _signer().sign(str(survey_id))


def read_token(token: str) -> int | None:
    """The survey's id; None when the token is not ours."""
    try:
        return int(_signer().unsign(token))
    except (BadSignature, ValueError):
        return None


def _signer() -> Signer:
    return Signer(salt=_SALT, sep=".")
