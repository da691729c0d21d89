"""A device asks, a person approves it with a passkey, and exactly that device gets tokens."""

from shared.accounts.records import CredentialRecord
from tests.authenticator import SoftAuthenticator
from tests.harness.record import record
from tests.harness.service_harness import ORIGIN, Clock, ServiceHarness
from tests.openid_provider.device_flow.devices import DEVICES_ADDRESS, INTERVAL, Devices
from tests.sessions.claims import claims_of


async def test_a_device_gets_tokens_when_a_person_approved_it(
    devices: Devices,
    party: ServiceHarness,
    alice: CredentialRecord,
    alices: SoftAuthenticator,
    clock: Clock,
) -> None:
    asked = await devices.ask()
    assert (asked.verification_uri, asked.expires_in) == (f"{ORIGIN}/device", 300)
    assert await devices.refusal(asked) == "authorization_pending"
    clock.advance(seconds=30)

    shown = await devices.look(f" {asked.user_code.lower().replace('-', ' ')} ")
    assert (shown.user_code, shown.seconds_ago) == (asked.user_code, 30)
    assert (shown.waiting.request.address, shown.same_address) == (DEVICES_ADDRESS, False)
    assert (shown.waiting.client.name, shown.waiting.request.scope) == (
        "psql",
        ("openid", "db:read"),
    )
    await devices.approve(shown, alices)
    approved_at = int(clock().timestamp())
    clock.advance(seconds=INTERVAL)

    tokens = await devices.poll(asked)
    claims = claims_of(tokens.access_token)
    assert claims["auth_time"] == approved_at
    assert (claims["acr"], "mfa" in claims["amr"]) == ("phr", True)
    assert claims["aud"] == ["https://db.example.org", f"{ORIGIN}/userinfo"]
    assert (tokens.scope, tokens.refresh_token) == (("openid", "db:read"), None)
    assert claims_of(tokens.id_token or "")["aud"] == "psql"
    assert await devices.profiles.find(tokens.access_token, thumbprint=None)
    events = [(each["kind"], each["outcome"], each["facts"]) for each in await record(party)][-2:]
    facts = {"client": "psql", "scope": "openid db:read"}
    assert events == [
        ("device.approved", "success", facts | {"sameAddress": False}),
        ("device.redeemed", "success", facts),
    ]
    clock.advance(seconds=INTERVAL)
    assert await devices.refusal(asked) == "invalid_grant"
