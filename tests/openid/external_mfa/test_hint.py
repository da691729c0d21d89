"""Which hints of Entra are believed."""

from datetime import timedelta

import jwt
import pytest

from shared.openid.external_mfa.configuration import ExternalMfa
from shared.openid.external_mfa.entra_user import EntraUser
from shared.openid.external_mfa.hint import LEEWAY_SECONDS, LONGEST_AGE_SECONDS, verify_hint
from shared.signed_tokens.claims import Untrusted
from shared.signed_tokens.key_set import parse_keys
from shared.signed_tokens.signed_token import read_token
from tests.fakes.entra import (
    CLIENT_ID,
    LOGIN,
    OBJECT_ID,
    OTHER_TENANT,
    SUBJECT,
    TENANT,
    Entra,
)
from tests.fakes.identity_provider import rsa_key

ENTRA = Entra()
THIRD_TENANT = "00000000-0000-4000-8000-000000000003"
CONFIGURATION = ExternalMfa(
    issuer="https://touchstone.example/entra",
    client_id=CLIENT_ID,
    tenants=(OTHER_TENANT, TENANT),
    login=LOGIN,
    self_linking=False,
)


def verified(hint: str, *, entra: Entra = ENTRA, **key_members: object) -> EntraUser:
    keys = parse_keys(entra.key_set(**key_members))
    return verify_hint(read_token(hint), CONFIGURATION, keys, ENTRA.now)


def issued(**ago: float) -> int:
    return int((ENTRA.now - timedelta(**ago)).timestamp())


def test_a_hint_names_a_person_of_a_tenant_though_it_has_expired() -> None:
    assert verified(ENTRA.hint()) == EntraUser(
        tenant=TENANT,
        object_id=OBJECT_ID,
        subject=SUBJECT,
        username="ada@contoso.example",
    )


@pytest.mark.parametrize("key_issuer", [None, f"{LOGIN}/{TENANT}/v2.0"])
def test_a_key_may_be_for_this_tenant_or_for_all(key_issuer: str | None) -> None:
    verified(ENTRA.hint(), issuer=key_issuer)


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": f"{LOGIN}/{THIRD_TENANT}/v2.0", "tid": THIRD_TENANT},
        {"iss": f"{LOGIN}/{OTHER_TENANT}/v2.0"},
        {"tid": OTHER_TENANT},
        {"tid": None},
        {"iss": f"{LOGIN}/{TENANT}"},
        {"iss": f"https://sts.windows.net/{TENANT}/"},
        {"iss": "https://touchstone.example"},
        {"aud": TENANT},
        {"aud": [CLIENT_ID, TENANT]},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "s" * 256},
        {"sub": "\ud800"},
        {"oid": None},
        {"oid": "../x"},
        {"oid": OBJECT_ID.upper()},
        {"iat": None},
        {"iat": issued(minutes=-2)},
        {"iat": issued(days=900)},
        {"iat": issued(seconds=LONGEST_AGE_SECONDS + LEEWAY_SECONDS)},
        {"scp": "openid"},
        {"azp": CLIENT_ID},
        {"idtyp": "app"},
        {"cnf": {"jkt": "x"}},
    ],
    ids=" ".join,  # no values, as processes must agree on the name of a test
)
def test_a_hint_of_somebody_else_or_of_another_time_is_refused(
    changed: dict[str, object],
) -> None:
    with pytest.raises(Untrusted):
        verified(ENTRA.hint(changed))


def test_a_hint_may_be_almost_an_hour_old() -> None:
    verified(ENTRA.hint({"iat": issued(seconds=LONGEST_AGE_SECONDS + LEEWAY_SECONDS - 5)}))


@pytest.mark.parametrize("header", [{"kid": "another"}, {"crit": ["exp"]}, {"alg": "PS256"}])
def test_a_header_that_does_not_fit_is_refused(header: dict[str, object]) -> None:
    with pytest.raises(Untrusted):
        verified(ENTRA.hint(header=header))


def test_a_signature_by_another_key_is_refused() -> None:
    forged = jwt.encode(
        ENTRA.hint_claims(), rsa_key("forger"), algorithm="RS256", headers={"kid": ENTRA.key_id}
    )

    with pytest.raises(Untrusted, match="signature"):
        verified(forged)


def test_an_unsigned_hint_is_refused() -> None:
    unsigned = jwt.encode(ENTRA.hint_claims(), "", algorithm="none", headers={"kid": ENTRA.key_id})

    with pytest.raises(Untrusted):
        verified(unsigned)


def test_the_key_of_another_tenant_is_refused() -> None:
    with pytest.raises(Untrusted, match="tenant"):
        verified(ENTRA.hint(), issuer=f"{LOGIN}/{OTHER_TENANT}/v2.0")


def test_a_name_has_no_characters_that_cannot_be_seen() -> None:
    assert verified(ENTRA.hint({"preferred_username": "a\u202eda\n"})).username == "ada"
    assert verified(ENTRA.hint({"preferred_username": None})).username == ""
