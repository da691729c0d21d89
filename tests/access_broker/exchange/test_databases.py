"""A token of ours for a database, for programs that show no page."""

import json

import jwt
import pytest

from shared.access.exchange.request import ACCESS_TOKEN
from shared.keys.signing_key import SigningKey
from tests.access_broker.databases.profiles import CLOSED, Json, database, settings
from tests.access_broker.exchange.conftest import serve
from tests.access_broker.exchange.exchanger import Application, Exchanger
from tests.blueprints.openid.web import body_of
from tests.harness.record import record
from tests.harness.service_harness import ORIGIN, ServiceHarness
from tests.sessions.claims import claims_of

OWN = {
    "no-role": database("no-role", {"byGroup": [{"group": "dba", "role": "x"}]}),
    "stale": database("stale", demands={"gestureAgeSeconds": 60}),
    "bound": database("bound", demands={"deviceBound": True, "attested": True}),
    "shut": database("shut", windows=CLOSED),
}


@pytest.fixture
def instance(instance: ServiceHarness, monkeypatch: pytest.MonkeyPatch) -> ServiceHarness:
    made = instance.restarted(ACCESS_PROFILES=settings(**OWN))
    serve(made, monkeypatch)
    return made


def verified(text: str, key: SigningKey, audience: str) -> Json:
    claims: Json = jwt.decode(
        text,
        key.public_key,
        algorithms=["RS256"],
        audience=audience,
        issuer=ORIGIN,
        options={"verify_exp": False, "verify_iat": False},
    )
    return claims


async def test_a_program_of_ones_own_gets_a_token_for_the_database(
    alice: Exchanger, signing_key: SigningKey
) -> None:
    response = await alice.exchange("own", scope="db:own")
    answer = body_of(response)
    assert response.status_code == 200, answer
    assert (answer["issued_token_type"], answer["token_type"]) == (ACCESS_TOKEN, "Bearer")
    assert (answer["scope"], answer["expires_in"]) == ("db:own", 300)
    claims = verified(answer["access_token"], signing_key, "https://own.example.org")
    own, now = claims_of(alice.token), int(alice.party.clock().timestamp())
    assert claims == {
        "iss": ORIGIN,
        "sub": own["sub"],
        "aud": "https://own.example.org",
        "client_id": "touchstone.example",
        "iat": now - 30,
        "exp": now + 300,
        "jti": answer["touchstone_jti"],
        "scope": "db:own",
        "role": "u_alice",
    }
    assert alice.entra.requests == []
    (event,) = [each for each in await record(alice.party) if each["kind"] == "access.granted"]
    assert (event["outcome"], event["token"]) == ("success", claims["jti"])
    assert event["facts"] == {"profile": "own", "role": "u_{username}"}


async def test_it_lives_no_longer_than_the_subject_token(alice: Exchanger) -> None:
    alice.party.clock.advance(seconds=200)
    token = body_of(await alice.exchange("orders"))
    assert claims_of(token["access_token"])["exp"] == claims_of(alice.token)["exp"]
    assert token["expires_in"] == 100


async def test_an_application_gets_it_in_its_own_name(
    alice: Exchanger, application: Application
) -> None:
    token = body_of(await application.exchange("apps"))["access_token"]
    claims = claims_of(token)
    assert claims["client_id"] == "app"
    assert claims["sub"] == claims_of(application.token)["sub"]
    assert body_of(await alice.exchange("apps"))["error"] == "invalid_target"


@pytest.mark.parametrize(
    ("profile", "form", "error"),
    [
        ("orders", {"scope": "db:second"}, "invalid_scope"),
        ("bobs", {}, "invalid_target"),
        ("no-role", {}, "invalid_target"),
        ("nothing", {}, "invalid_target"),
        ("shut", {}, "access_denied"),
        ("bound", {}, "insufficient_user_authentication"),
    ],
)
async def test_who_is_not_admitted_gets_none(
    alice: Exchanger, profile: str, form: dict[str, str], error: str
) -> None:
    assert (await alice.refused(profile, **form))["error"] == error


async def test_an_old_sign_in_does_not_count_where_it_has_to_be_fresh(alice: Exchanger) -> None:
    alice.party.clock.advance(seconds=61)
    found = await alice.refused("stale")
    assert (found["error"], found["max_age"], found["missing"]) == (
        "insufficient_user_authentication",
        60,
        ["age"],
    )


async def test_a_subject_token_counts_once_for_each_database(alice: Exchanger) -> None:
    assert (await alice.exchange("orders")).status_code == 200
    assert (await alice.refused("orders"))["error"] == "invalid_grant"
    assert (await alice.exchange("second")).status_code == 200


async def test_a_token_for_a_database_is_exchanged_for_nothing(
    alice: Exchanger, application: Application
) -> None:
    own = body_of(await alice.exchange("orders"))["access_token"]
    assert (await alice.refused("second", subject_token=own))["error"] == "invalid_grant"
    for_app = body_of(await application.exchange("apps"))["access_token"]
    response = await application.exchange("second", subject_token=for_app)
    assert body_of(response)["error"] == "invalid_grant"


async def test_no_endpoint_of_ours_takes_it(alice: Exchanger) -> None:
    text = body_of(await alice.exchange("orders"))["access_token"]
    bearer = {"Authorization": f"Bearer {text}"}
    for path in ("/me", "/sessions", "/userinfo", "/access", "/approvals"):
        response = await alice.web.send("GET", path, **bearer)
        assert response.status_code == 401, (path, response.get_body())
    asked = json.dumps({"profile": "orders"}).encode()
    sent = bearer | {"Content_Type": "application/json"}
    assert (await alice.web.send("POST", "/approvals", asked, **sent)).status_code == 401


async def test_the_keys_are_published_as_validators_want_them(
    alice: Exchanger, signing_key: SigningKey
) -> None:
    """Percona's validator fails at a key without `use`, and at a token without `kid`."""
    text = body_of(await alice.exchange("orders"))["access_token"]
    published = body_of(await alice.web.send("GET", "/.well-known/jwks.json"))["keys"]
    assert all(each["use"] == "sig" for each in published)
    named = jwt.get_unverified_header(text)["kid"]
    (key,) = [each for each in published if each["kid"] == named]
    assert {"kty", "n", "e", "alg"} <= key.keys()
