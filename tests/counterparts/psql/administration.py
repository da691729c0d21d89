"""What administrators do for a database: profiles, groups, and an end to somebody's account."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.accounts.roles import Role
from tests.api import Api
from tests.counterparts.service import Service


@dataclass(frozen=True, slots=True)
class Administration:
    service: Service

    async def add_profile(self, document: Mapping[str, Any]) -> None:
        async with Api(self.service.host.url) as api:
            token = await self.service.sign_in(api, Role.PROFILES_ADMIN)
            made = await api.post("/profiles", document, token=token)
            assert made.status == 201, made.raw
            await _until_known(api, document["parameters"]["scope"])

    async def add_group(self, name: str) -> None:
        await self._send("POST", "/groups", Role.GROUPS_ADMIN, {"name": name})

    async def put_into(self, name: str, person: str) -> None:
        """`person` is the ID of an account."""
        await self._send("PUT", f"/groups/{name}/members/{person}", Role.GROUPS_ADMIN)

    async def take_out_of(self, name: str, person: str) -> None:
        await self._send("DELETE", f"/groups/{name}/members/{person}", Role.GROUPS_ADMIN)

    async def suspend(self, person: str) -> None:
        path = f"/users/{person}/suspend"
        await self._send("POST", path, Role.AUTHENTICATORS_ADMIN)

    async def _send(self, method: str, path: str, role: Role, body: object = None) -> None:
        async with Api(self.service.host.url) as api:
            token = await self.service.sign_in(api, role)
            done = await api.send(method, path, json=body, token=token)
            assert done.status < 300, done.raw


async def _until_known(api: Api, scope: str) -> None:
    """The service keeps the profiles for some seconds."""
    while not await _is_known(api, scope):  # noqa: ASYNC110
        await asyncio.sleep(0.1)  # nothing announces it


async def _is_known(api: Api, scope: str) -> bool:
    form = f"client_id=psql&scope={scope}".encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    asked = await api.send("POST", "/device_authorization", data=form, headers=headers)
    return asked.status == 200
