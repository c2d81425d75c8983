"""Who stands for a certificate: the authorities this machine trusts, and those the mailbox names."""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_CHAIN_LIMIT = 6
_UNUSABLE = (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm)


def stands_for(
    certificate: x509.Certificate,
    sent_along: Iterable[x509.Certificate],
    *,
    roots: Iterable[x509.Certificate],
    at: datetime,
) -> bool:
    """Whether a chain of authorities leads from the certificate to one we trust; each must have been valid then."""
    if not _may_sign_mail(certificate):
        return False
    trusted = [*roots, *system_authorities()]
    candidates = [*trusted, *(one for one in sent_along if one != certificate)]
    current = certificate
    for _ in range(_CHAIN_LIMIT):
        issuer = next((one for one in candidates if _issued(one, current) and was_valid(one, at)), None)
        if issuer is None or issuer in trusted:
            return issuer is not None
        current = issuer
    return False


def was_valid(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def addresses_of(certificate: x509.Certificate) -> list[str]:
    """The e-mail addresses it is for, lower case."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found = names.get_values_for_type(x509.RFC822Name)
    except (x509.ExtensionNotFound, ValueError):
        found = []
    subject = certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)
    return [str(one).lower() for one in (*found, *(attribute.value for attribute in subject))]


def name_of(certificate: x509.Certificate) -> str:
    named = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(named[0].value)[:200] if named else next(iter(addresses_of(certificate)), "")


def issuer_name(certificate: x509.Certificate) -> str:
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        if named := certificate.issuer.get_attributes_for_oid(oid):
            return str(named[0].value)[:200]
    return ""


@lru_cache(maxsize=1)
def system_authorities() -> tuple[x509.Certificate, ...]:
    """Those of the operating system, read once; some of theirs are older than the rules they are now held to."""
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for der in ssl.create_default_context().get_ca_certs(binary_form=True):
            try:
                found.append(x509.load_der_x509_certificate(der))
            except ValueError:
                continue
    return tuple(found)


def _issued(authority: x509.Certificate, certificate: x509.Certificate) -> bool:
    if authority.subject != certificate.issuer or not _is_authority(authority):
        return False
    try:
        certificate.verify_directly_issued_by(authority)
    except _UNUSABLE:
        return False
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except (x509.ExtensionNotFound, ValueError):
        return False


def _may_sign_mail(certificate: x509.Certificate) -> bool:
    try:
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    except ValueError:
        return False
    return bool(
        {ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE} & set(uses)
    )
