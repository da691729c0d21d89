"""Requests to hosts that strangers chose, with a real server and name servers that lie."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from socket import AddressFamily

import pytest

from shared.errors import ProviderUnavailable
from shared.fetching.public_https import PublicHttps
from shared.fetching.public_names import PublicNames, look_up
from tests.fakes.public_documents import Document, PublicDocuments, Rebinding
from tests.fakes.tls import LOCALHOST, Tls, make_tls

NAME = "app.example"
OTHER = "other.example"
PATH = "/client.json"
PRIVATE = "10.0.0.1"
LONGEST = 5 * 1024


@pytest.fixture(scope="module")
def named_tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    return make_tls(tmp_path_factory.mktemp("named"), NAME)


@pytest.fixture
async def server(named_tls: Tls) -> AsyncIterator[PublicDocuments]:
    async with PublicDocuments(tls=named_tls) as server:
        server.documents[PATH] = Document(body=b"{}")
        yield server


def client(
    server: PublicDocuments, names: Rebinding | None = None, *, seconds: float = 5
) -> PublicHttps:
    """Takes the address of this machine for a public one, as the server is there."""
    return PublicHttps(
        PublicNames(names or Rebinding([LOCALHOST]), is_allowed=lambda one: one == LOCALHOST),
        tls=server.tls.client_context(),
        longest_body=LONGEST,
        seconds=seconds,
    )


async def test_reads_a_document(server: PublicDocuments) -> None:
    answer = await client(server).get(server.address(NAME, PATH))
    assert answer.json() == {}


async def test_connects_to_the_address_that_was_judged(server: PublicDocuments) -> None:
    """The name server has another answer for whoever asks again."""
    names = Rebinding([LOCALHOST], [PRIVATE])
    https = client(server, names)
    await https.get(server.address(NAME, PATH))
    assert names.asked == [NAME]
    with pytest.raises(ProviderUnavailable):
        await https.get(server.address(NAME, PATH))
    assert server.reads[PATH] == 1


@pytest.mark.parametrize(
    "addresses", [[LOCALHOST, PRIVATE], [PRIVATE, LOCALHOST], [], [f"::ffff:{LOCALHOST}"]]
)
async def test_no_request_is_sent_unless_all_addresses_are_public(
    addresses: list[str], server: PublicDocuments
) -> None:
    with pytest.raises(ProviderUnavailable):
        await client(server, Rebinding(addresses)).get(server.address(NAME, PATH))
    assert not server.reads


async def test_few_addresses_are_tried_of_each_version() -> None:
    four, six = ([base.format(each) for each in range(5)] for base in ("8.8.8.{}", "2606:4700::{}"))
    found = await PublicNames(Rebinding(six + four)).resolve(NAME, 443)
    assert [one["host"] for one in found] == four[:2] + six[:2]
    families = [one["family"] for one in found]
    assert families == [AddressFamily.AF_INET] * 2 + [AddressFamily.AF_INET6] * 2


async def test_this_machine_is_not_public(server: PublicDocuments) -> None:
    """As without the exception of these tests."""
    names = PublicNames(Rebinding([LOCALHOST]))
    https = PublicHttps(names, tls=server.tls.client_context(), longest_body=LONGEST)
    with pytest.raises(ProviderUnavailable):
        await https.get(server.address(NAME, PATH))
    assert not server.reads


@pytest.mark.parametrize(
    "host",
    [
        *(LOCALHOST, "[::1]", "localhost", "2130706433", "0x7f.1", "127.1", "app.1", "APP.example"),
        *("app.example.", "user@app.example", "app.example\\@other.example", "app_1.example"),
        *("\u00e4pp.example", "-app.example", "app..example", "%61pp.example", ""),
    ],
)
async def test_a_host_has_to_be_a_plain_name(host: str, server: PublicDocuments) -> None:
    """An IP address is not looked up, so it would not be judged."""
    names = Rebinding([LOCALHOST])
    with pytest.raises(ProviderUnavailable, match="not the address of a public document"):
        await client(server, names).get(f"https://{host}:{server.port}{PATH}")
    assert not names.asked
    assert not server.reads


@pytest.mark.parametrize(
    "address",
    [
        *("http://app.example/a", "HTTPS://app.example/a", "file:///etc/passwd", "//app.example/a"),
        *("https://app.example", "https://app.example/a b", "https://app.example/\n", ""),
        *("https://app.example:/a", "https://app.example:443443/a", " https://app.example/a"),
    ],
)
async def test_other_addresses_are_refused(address: str, server: PublicDocuments) -> None:
    with pytest.raises(ProviderUnavailable, match="not the address of a public document"):
        await client(server).get(address)


async def test_a_certificate_for_another_name_is_refused(server: PublicDocuments) -> None:
    with pytest.raises(ProviderUnavailable):
        await client(server).get(server.address(OTHER, PATH))
    assert not server.reads


async def test_a_redirect_is_not_followed(server: PublicDocuments) -> None:
    elsewhere = {"Location": server.address(NAME, "/elsewhere")}
    server.documents[PATH] = Document(body=b"", status=302, headers=elsewhere)
    answer = await client(server).get(server.address(NAME, PATH))
    assert answer.status == 302
    assert server.reads == {PATH: 1}


@pytest.mark.parametrize(("size", "good"), [(LONGEST, True), (LONGEST + 1, False)])
async def test_an_answer_has_a_size_limit(
    size: int, server: PublicDocuments, *, good: bool
) -> None:
    server.documents[PATH] = Document(body=b"x" * size)
    if good:
        assert len((await client(server).get(server.address(NAME, PATH))).body) == size
    else:
        with pytest.raises(ProviderUnavailable, match="longer"):
            await client(server).get(server.address(NAME, PATH))


async def test_a_late_answer_is_not_waited_for(server: PublicDocuments) -> None:
    """The limit of time has passed before the server would answer, however slow this machine is."""
    server.documents[PATH] = Document(body=b"{}", held=asyncio.Event())
    with pytest.raises(ProviderUnavailable):
        await client(server, seconds=0.2).get(server.address(NAME, PATH))


async def test_the_limit_of_time_includes_the_look_up(server: PublicDocuments) -> None:
    async def never(_: str) -> list[str]:
        await asyncio.Event().wait()
        raise AssertionError

    https = PublicHttps(PublicNames(never), longest_body=LONGEST, seconds=0.05)
    with pytest.raises(ProviderUnavailable):
        await https.get(server.address(NAME, PATH))


async def test_a_request_says_little(
    server: PublicDocuments, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No proxy that the environment names, no cookie, no library and its version."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    server.documents[PATH] = Document(body=b"{}", headers={"Set-Cookie": "a=b"})
    https = client(server)
    for _ in range(2):
        await https.get(server.address(NAME, PATH))
    assert server.last_headers == {
        "Host": f"{NAME}:{server.port}",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "touchstone",
        "Connection": "close",
    }


async def test_names_are_looked_up_in_threads_of_their_own() -> None:
    """The default threads, which look up the names of storage, may all be busy."""
    busy = ThreadPoolExecutor(max_workers=1)
    busy.shutdown()
    asyncio.get_running_loop().set_default_executor(busy)
    assert LOCALHOST in await look_up("localhost")


async def test_a_form_is_sent_like_a_request_for_a_document(server: PublicDocuments) -> None:
    answer = await client(server).post(server.address(NAME, PATH), {"a": "b"})
    assert answer.status == 200
    assert server.last_headers["Content-Type"] == "application/x-www-form-urlencoded"
    for names in ([PRIVATE], [LOCALHOST, PRIVATE]):
        with pytest.raises(ProviderUnavailable):
            await client(server, Rebinding(names)).post(server.address(NAME, PATH), {"a": "b"})
    with pytest.raises(ProviderUnavailable):
        await client(server).post(f"https://{LOCALHOST}:{server.port}{PATH}", {"a": "b"})
    assert server.reads[PATH] == 1


async def test_a_form_follows_no_redirect(server: PublicDocuments) -> None:
    """One that keeps the method would send the form anywhere."""
    elsewhere = {"Location": server.address(NAME, "/elsewhere")}
    server.documents[PATH] = Document(body=b"", status=307, headers=elsewhere)
    answer = await client(server).post(server.address(NAME, PATH), {"a": "b"})
    assert answer.status == 307
    assert server.reads == {PATH: 1}
