"""Sends requests to the Table service, with the retries of azure.core, and sorts their answers."""

from collections.abc import Sequence
from itertools import count
from typing import Any
from uuid import uuid4

from azure.core.exceptions import AzureError, ServiceResponseError
from azure.core.pipeline import AsyncPipeline
from azure.core.pipeline.policies import DistributedTracingPolicy
from azure.core.pipeline.transport import AsyncHttpTransport
from azure.core.rest import HttpRequest

from shared.storage.table_service.answer import Answer
from shared.storage.table_service.changeset import in_one_changeset
from shared.storage.table_service.changeset_answer import read_changeset
from shared.storage.table_service.error_code import code_of
from shared.storage.table_service.http_connection import REQUEST_ID
from shared.storage.table_service.requests import TableRequest
from shared.storage.table_service.retries import Retries
from shared.storage.table_service.signing import date_header, signing


class Refused(AzureError):
    """Storage did not do what was asked, and said why."""

    def __init__(self, answer: Answer, code: str) -> None:
        super().__init__(f"storage answered {answer.status_code} {code}")
        self.answer = answer
        self.reason = code, answer.status_code


class TableService:
    def __init__(
        self,
        endpoint: str,
        *,
        credential: object,
        transport: AsyncHttpTransport[HttpRequest, Any],
    ) -> None:
        """`endpoint` is the address of the account's tables, without a slash at its end."""
        self._endpoint = endpoint
        process = uuid4()
        self._request_ids = (f"{process}-{number}" for number in count())
        policies: list[Any] = [
            signing(credential),
            Retries(),
            DistributedTracingPolicy(),
        ]
        self._pipeline = AsyncPipeline[HttpRequest, Any](transport, policies=policies)

    async def send(self, request: TableRequest, *, repeated: Sequence[str]) -> Answer:
        """Raise Refused or another AzureError. A request of one of the methods `repeated` is sent
        again after a lost answer."""
        answer = await self._send(request, repeated)
        if answer.status_code != request.expected:
            raise _refusal(answer)
        return answer

    async def transact(
        self, requests: Sequence[TableRequest], *, repeated: Sequence[str]
    ) -> list[Answer]:
        """All of them or none. Return their answers in the same order, or raise as `send` does."""
        answer = await self.send(in_one_changeset(self._endpoint, requests), repeated=repeated)
        answers = read_changeset(answer, len(requests))
        if answers[0].status_code not in (201, 204):
            raise _refusal(answers[0])
        return answers

    async def _send(self, request: TableRequest, repeated: Sequence[str]) -> Answer:
        http = HttpRequest(
            request.method,
            self._endpoint + request.path,
            headers={
                **request.headers,
                "x-ms-date": date_header(),
                REQUEST_ID: next(self._request_ids),
            },
            content=request.body,
        )
        response = await self._pipeline.run(http, retry_on_methods=frozenset(repeated))
        answer: Answer = response.http_response
        return answer

    async def close(self) -> None:
        await self._pipeline.__aexit__()


def _refusal(answer: Answer) -> AzureError:
    code = code_of(answer)
    if code is None:
        return ServiceResponseError(f"storage answered {answer.status_code} without a reason")
    return Refused(answer, code)
