"""An ID token is not an access token, and an application is not a person."""

import pytest

from tests.identity_providers.claims import (
    OID,
    OKTA_CLIENT,
    PAGE,
    Claims,
    entra_access,
    entra_application,
    entra_id,
    okta_access,
    okta_application,
    okta_id,
)
from tests.identity_providers.settings import (
    OKTA,
    V1,
    V2,
    Entry,
    entra,
    entra_ids,
    okta,
    okta_ids,
    read,
)
from tests.identity_providers.verifying import accept, identity, refusal

NOT_ACCESS = "an ID token where an access token is due"
NOT_ID = "an access token where an ID token is due"
BOTH = [PAGE, "api://default"]


@pytest.mark.parametrize(
    ("entry", "claims", "typ"),
    [
        (entra(), entra_access(V2), "JWT"),
        (entra(V1), entra_access(V1), "JWT"),
        (entra(), entra_access(V2, idtyp="user"), "JWT"),
        (entra(), entra_application(V2), "JWT"),
        (entra(V1), entra_application(V1), "JWT"),
        (entra(), entra_application(V2, idtyp="app", sub="of another kind"), "JWT"),
        (entra_ids(), entra_id(V2), "JWT"),
        (entra_ids(), entra_id(V2, nonce=None), "JWT"),
        (okta(), okta_access(OKTA), None),
        (okta(), okta_access(OKTA), "at+jwt"),
        (okta(), okta_access(OKTA, scp=None, cid=None), "at+jwt"),
        (okta(tokenType="at+jwt"), okta_access(OKTA), "AT+JWT"),
        (okta_ids(), okta_id(OKTA), None),
        (okta_ids(), okta_id(OKTA, azp=OKTA_CLIENT), "JWT"),
    ],
)
def test_accepts_the_configured_kind_of_token(
    entry: Entry, claims: Claims, typ: str | None
) -> None:
    accept(read(entry), claims, header={"typ": typ})


@pytest.mark.parametrize(
    ("entry", "claims", "typ", "reason"),
    [
        (entra(audiences=[PAGE]), entra_id(V2), "JWT", NOT_ACCESS),
        (entra(audiences=[PAGE]), entra_id(V2, nonce=None), "JWT", "names its client"),
        (entra(audiences=[PAGE]), entra_id(V2, nonce=None, roles=["x"]), "JWT", "its client"),
        (entra(audiences=[PAGE]), entra_id(V2, nonce=None, azp=PAGE), "JWT", "neither a person's"),
        (entra(), entra_access(V2, nonce="x"), "JWT", NOT_ACCESS),
        (entra(), entra_access(V2, at_hash="x"), "JWT", NOT_ACCESS),
        (entra(), entra_access(V2, ver=None), "JWT", "ver is required"),
        (entra(), entra_access(V2, azp=None), "JWT", "names its client"),
        (entra(), entra_access(V2, azp=None, appid=PAGE), "JWT", "names its client"),
        (entra(), entra_access(V2, idtyp="app"), "JWT", "neither a person's"),
        (entra(), entra_access(V2, scp=None), "JWT", "neither a person's"),
        (entra(), entra_application(V2, idtyp="user"), "JWT", "neither a person's"),
        (entra(), entra_application(V2, idtyp="device"), "JWT", "idtyp is neither"),
        (entra_ids(audiences=BOTH), entra_access(V2, aud=PAGE), "JWT", NOT_ID),
        (entra_ids(), entra_application(V2, aud=PAGE), "JWT", NOT_ID),
        (entra_ids(), entra_id(V2), "at+jwt", NOT_ID),
        (okta(audiences=[OKTA_CLIENT]), okta_id(OKTA, uid="u"), None, NOT_ACCESS),
        (okta(), okta_access(OKTA, nonce="x"), "at+jwt", NOT_ACCESS),
        (okta(), okta_access(OKTA, scp=None, cid=None), "JWT", "nothing shows"),
        (okta(tokenType="at+jwt"), okta_access(OKTA), "JWT", "the header has another typ"),
        (okta(tokenType="at+jwt"), okta_access(OKTA), None, "the header has another typ"),
        (okta_ids(audiences=["api://default"]), okta_access(OKTA), None, NOT_ID),
        (okta_ids(), okta_id(OKTA), "application/at+jwt", NOT_ID),
        (okta_ids(), okta_id(OKTA, aud=[OKTA_CLIENT, "other"]), None, "aud has others"),
        (okta_ids(), okta_id(OKTA, azp="other"), None, "azp is another client"),
    ],
)
def test_refuses_the_other_kind(entry: Entry, claims: Claims, typ: str | None, reason: str) -> None:
    assert reason in refusal(read(entry), claims, header={"typ": typ})


@pytest.mark.parametrize(
    ("entry", "claims", "is_application"),
    [
        (entra(), entra_access(V2), False),
        (entra(), entra_application(V2), True),
        (entra(V1), entra_application(V1), True),
        (entra(), entra_access(V2, sub=OID), False),
        (okta(), okta_access(OKTA), False),
        (okta(), okta_application(OKTA), True),
        (okta(applicationWhen={"gty": "x"}), okta_access(OKTA, gty="x"), True),
        (okta(applicationWhen={"gty": "x"}), okta_access(OKTA, gty="y"), False),
        (okta(applicationWhen={"gty": "x", "a": "b"}), okta_access(OKTA, gty="x"), False),
        (okta_ids(), okta_id(OKTA, sub=OKTA_CLIENT), False),
        (entra_ids(), entra_id(V2, sub=OID), False),
    ],
)
def test_distinguishes_an_application_from_a_person(
    entry: Entry, claims: Claims, *, is_application: bool
) -> None:
    assert identity(read(entry), claims).is_application is is_application
