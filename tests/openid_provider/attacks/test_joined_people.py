"""Two clients of different sectors put together what they have of the people that they know."""

from shared import base64url
from shared.relying_party.sessions.token_issuer import Tokens
from tests.harness.service_harness import ServiceHarness
from tests.openid.asking_client import client
from tests.openid_provider.code_flow.provider import Provider
from tests.sessions.claims import claims_of

SHARED = 8
"""In bytes. No two random values have so many in common."""


async def test_no_token_has_a_name_of_the_person_that_two_sectors_share(
    party: ServiceHarness, signed_in: Tokens
) -> None:
    account = claims_of(signed_in.access_token)
    had = []
    for each in (client(id="a", sector="a.example"), client(id="b", sector="b.example")):
        provider = Provider(party, each)
        code = await provider.code(signed_in, client_id=each.id, scope="openid offline_access")
        tokens = await provider.redeem(code, each)
        later = await provider.refresh(tokens.refresh_token or "", each)
        claims = claims_of(later.access_token) | claims_of(later.id_token or "")
        assert not {account["sub"], account["sid"]} & set(map(str, claims.values()))
        had.append(
            [base64url.decode(found.refresh_token or "") for found in (tokens, later)]
            + [base64url.decode(str(claims[name])) for name in ("sub", "sid", "grant")]
        )
    for one in had[0]:
        for other in had[1]:
            assert not _pieces(one) & _pieces(other)


def _pieces(data: bytes) -> set[bytes]:
    return {data[at : at + SHARED] for at in range(len(data) - SHARED + 1)}
