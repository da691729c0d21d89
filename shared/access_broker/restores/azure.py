"""Azure Resource Manager, as the identity of a profile asks it."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from shared.access.restores.answers import Failure, read_failure
from shared.access.restores.requests import API_VERSION, ArmRequest
from shared.access_broker.assertions import Acting
from shared.errors import ProviderUnavailable
from shared.json_shape import parse_object

if TYPE_CHECKING:  # it loads libraries
    from shared.fetching.https import Answer
    from shared.fetching.resource_manager import ResourceManager


class Tokens(Protocol):
    async def resource_manager(self, acting: Acting) -> str:
        """A token of the identity. Raises ProviderUnavailable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Azure:
    manager: "Callable[[], ResourceManager]"
    """Called when something is to be sent, as it loads libraries."""
    tokens: Tokens

    async def token(self, acting: Acting) -> str:
        """Raises ProviderUnavailable."""
        return await self.tokens.resource_manager(acting)

    async def send(
        self,
        request: ArmRequest,
        *,
        token: str,
        request_id: str | None = None,
        for_guard: bool = False,
    ) -> "Answer":
        """Raises NotSent, ProviderUnavailable. A Resource Guard gets the same identity's token."""
        return await self.manager().send(
            request.path,
            token=token,
            query=request.query,
            api_version=API_VERSION,
            body=request.body,
            request_id=request_id,
            auxiliary=token if for_guard else None,
        )

    async def read(self, request: ArmRequest, *, token: str) -> Mapping[str, Any]:
        """Raises ProviderUnavailable if the answer is no good one, with its code."""
        answer = await self.send(request, token=token)
        if answer.status != 200:
            raise ProviderUnavailable(failure_of(answer).code)
        return answer.json()

    async def follow(self, address: str, *, token: str) -> "Answer":
        """Raises ProviderUnavailable."""
        return await self.manager().follow(address, token=token)

    def is_ours(self, address: str) -> bool:
        return self.manager().is_ours(address)


def body_of(answer: "Answer") -> Mapping[str, Any]:
    with suppress(ValueError):
        return parse_object(answer.body)
    return {}


def failure_of(answer: "Answer") -> Failure:
    return read_failure(body_of(answer), default=f"status_{answer.status}")
