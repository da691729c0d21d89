"""What strangers can send to the endpoints of the device flow, in process."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from shared.errors import TouchstoneError
from shared.json_shape import Shape
from shared.openid.clients.client import Grant
from shared.openid_provider.device.asking import DeviceAuthorization
from shared.relying_party.callers.client import Client
from shared.sealed import LONGEST
from shared.webauthn.responses import read_authentication_response
from tests.authenticator import SoftAuthenticator
from tests.harness.administrators import CLIENT_ADMINISTRATOR
from tests.harness.service_harness import ServiceHarness
from tests.openid.clients.documents import app, client

HERE = Client(address="2001:db8::/64", user_agent="a" * 256)
PSQL = client(app(redirectUris=[], grants=[Grant.DEVICE_CODE], scopes=["openid"]), client_id="psql")

type Act = Callable[[ServiceHarness, SoftAuthenticator], Awaitable[object]]


async def ask(party: ServiceHarness, _key: SoftAuthenticator) -> Act:
    with suppress(TouchstoneError):
        await party.service.clients.create(PSQL, by=CLIENT_ADMINISTRATOR)
    return _ask_once


async def _ask_once(party: ServiceHarness, _key: SoftAuthenticator) -> DeviceAuthorization:
    return await party.service.device_asking.ask(
        PSQL, scope=("openid",), resources=(), address=HERE.address
    )


async def type_nothing(_party: ServiceHarness, _key: SoftAuthenticator) -> Act:
    return lambda party, _: party.service.device_deciding.begin("x" * 40, account=None, client=HERE)


async def type_wrong_code(_party: ServiceHarness, _key: SoftAuthenticator) -> Act:
    return lambda party, _: party.service.device_deciding.begin(
        "BCDF-GHJK", account=None, client=HERE
    )


async def type_right_code(party: ServiceHarness, key: SoftAuthenticator) -> Act:
    await ask(party, key)
    code = (await _ask_once(party, key)).user_code
    return lambda party, _: party.service.device_deciding.begin(code, account=None, client=HERE)


async def approve_nothing(party: ServiceHarness, key: SoftAuthenticator) -> Act:
    answer: Any = key.get(await party.begin_authentication("alice"))
    response = read_authentication_response(Shape(answer))
    return lambda party, _: party.service.device_deciding.approve(
        "A" * LONGEST, response, client=HERE
    )


async def reject_nothing(_party: ServiceHarness, _key: SoftAuthenticator) -> Act:
    return lambda party, _: party.service.device_deciding.reject(
        "A" * LONGEST, by=None, client=HERE
    )
