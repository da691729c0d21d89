import pytest

from shared.errors import ProviderUnavailable
from shared.fetching.https import Https
from tests.fakes.identity_endpoint import IdentityEndpoint
from tests.fakes.identity_provider import Behaviour, IdentityProvider

LIMIT = 256 * 1024


async def test_sends_no_request_without_tls(https: Https) -> None:
    async with IdentityEndpoint() as plain:
        with pytest.raises(ProviderUnavailable, match="not an https address"):
            await https.get(plain.url)
        assert plain.statuses == []


@pytest.mark.parametrize(("size", "good"), [(LIMIT, True), (LIMIT + 1, False)])
async def test_an_answer_has_a_size_limit(
    size: int, https: Https, okta_server: IdentityProvider, *, good: bool
) -> None:
    okta_server.behaviour = Behaviour(raw=b"x" * size)
    if good:
        assert len((await https.get(f"{okta_server.base}/keys")).body) == size
    else:
        with pytest.raises(ProviderUnavailable, match="longer"):
            await https.get(f"{okta_server.base}/keys")


async def test_does_not_follow_a_redirect(https: Https, okta_server: IdentityProvider) -> None:
    okta_server.behaviour = Behaviour(redirect=True)
    assert (await https.get(f"{okta_server.base}/keys")).status == 302
    assert okta_server.requests == ["/keys"]


@pytest.mark.parametrize("length", [0, 1, 10])
async def test_a_truncated_answer_is_refused(
    length: int, https: Https, okta_server: IdentityProvider
) -> None:
    okta_server.behaviour = Behaviour(cut=length)
    with pytest.raises(ProviderUnavailable):
        await https.get(f"{okta_server.base}/keys")
