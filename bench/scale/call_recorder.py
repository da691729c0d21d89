"""A proxy before the storage that records the calls, round by round."""

from dataclasses import dataclass

from aiohttp import web

from bench.relay import TRIP, Relay
from tests.storage_transport import call_name

_DISTANCE = 0.01  # seconds: enough for calls that are made together to overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    name: str
    """Such as "insert Accounts"."""
    entities: int

    @property
    def table(self) -> str:
        return self.name.split()[1]


class Recorder(Relay):
    def __init__(self, target: str) -> None:
        self._rounds: dict[int, list[Asked]] = {}
        super().__init__(target, delay=_DISTANCE)

    @property
    def rounds(self) -> list[list[Asked]]:
        return [calls for _, calls in sorted(self._rounds.items())]

    def reset(self) -> None:
        super().reset()
        self._rounds.clear()

    async def _forward(self, request: web.Request) -> web.Response:
        body = await request.read()
        name = call_name(request.method, request.raw_path, body)
        answer = await super()._forward(request)
        entities = _entities(name, body, answer)
        self._rounds.setdefault(request[TRIP], []).append(Asked(name=name, entities=entities))
        return answer


def _entities(name: str, body: bytes, answer: web.Response) -> int:
    if name.startswith("transact"):
        return body.count(b" HTTP/1.1")
    if name.startswith("query"):
        return max(1, str(answer.text).count('"RowKey"'))
    return 1
