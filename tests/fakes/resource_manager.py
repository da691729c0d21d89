"""Azure Resource Manager with one Recovery Services vault, over TLS.

It refuses what the real one refuses, as the documentation and recordings of Azure's command line
show it. It can lose an answer after it has done what was asked, and be slow.
"""

import asyncio
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import parse_qs, quote, unquote
from uuid import uuid4

import jwt
from aiohttp import web

from tests.fakes.file_shares import (
    FILES_ACCOUNT,
    SHARE_CONTAINER,
    SHARE_NAME,
    SHARE_TITLE,
    describe_share,
    is_share_restore,
    kind_of_share_job,
)
from tests.fakes.identity_provider import Signer
from tests.fakes.tls import LOCALHOST, Tls

AUDIENCE = "https://management.azure.com"
API_VERSION = "2026-10-01"
SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
VAULT = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-backup/providers"
    "/Microsoft.RecoveryServices/vaults/vault-one"
)
ITEM = "VM;iaasvmcontainerv2;rg-apps;web-1"
POINT, POINT_TIME = "348916168024334", "2026-11-29T03:06:00.5121087Z"
TARGET = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-restored"
ACCOUNT = f"{TARGET}/providers/Microsoft.Storage/storageAccounts/strestored"
GUARD_REQUEST = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-guard/providers"
    "/Microsoft.DataProtection/resourceGuards/guard/triggerRestoreRequests/default"
)
LOGIN = Signer("login")
_NEEDED = {
    "OriginalLocation": {"storageAccountId", "region"},
    "RestoreDisks": {"storageAccountId", "region"},
    "AlternateLocation": {
        *("storageAccountId", "region", "targetResourceGroupId"),
        *("targetVirtualMachineId", "virtualNetworkId", "subnetId"),
    },
}
_time = re.compile(r"(startTime|endTime) eq '([0-9-]{10} [0-9:]{8} [AP]M)'").findall
_path = re.compile(
    rf"{re.escape(VAULT)}(?:/backupFabrics/Azure/protectionContainers/(?P<container>[^/]+)"
    r"/protectedItems/(?P<item>[^/]+))?(?P<rest>/.*|)",
    re.IGNORECASE,
).fullmatch


def arm_token(
    principal: str = "backup-identity", *, audience: str = AUDIENCE, **instead: object
) -> str:
    """As Entra gives it to the application `principal`."""
    now = int(datetime.now(UTC).timestamp())
    return LOGIN.sign({"aud": audience, "appid": principal, "exp": now + 3600} | instead)


@dataclass(kw_only=True)
class FakeJob:
    id: str
    activity: str | None
    container: str
    began_at: datetime
    account: str | None = None
    """Of a file share: such jobs name no container."""
    operation: str = "Restore"
    status: str = "InProgress"
    error: tuple[int, str] | None = None

    def describe(self) -> dict[str, Any]:
        properties: dict[str, Any] = {
            **self._kind(),
            "operation": self.operation,
            "status": self.status,
            "startTime": self.began_at.strftime("%Y-%m-%dT%H:%M:%S.%f") + "7Z",
            "activityId": self.activity,
            "extendedInfo": {"progressPercentage": 40.0},
        }
        if self.error is not None:
            code, text = self.error
            properties["errorDetails"] = [{"errorCode": code, "errorString": text}]
        return {
            "id": f"{VAULT}/backupJobs/{self.id}",
            "name": self.id,
            "type": "Microsoft.RecoveryServices/vaults/backupJobs",
            "properties": properties,
        }

    def _kind(self) -> dict[str, Any]:
        if self.account is not None:
            return kind_of_share_job(self.account)
        return {
            "jobType": "AzureIaaSVMJob",
            "containerName": self.container,
            "entityFriendlyName": self.container.rpartition(";")[2],
            "backupManagementType": "AzureIaasVM",
        }


@dataclass(kw_only=True)
class Seen:
    method: str
    raw_path: str
    headers: Mapping[str, str]
    body: Any


@dataclass(kw_only=True)
class ResourceManagerServer:
    tls: Tls
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    allowed: set[str] = field(default_factory=lambda: {"backup-identity"})
    """The identities that have the role."""
    items: list[str] = field(default_factory=lambda: [ITEM])
    points: dict[str, str] = field(default_factory=lambda: {POINT: POINT_TIME})
    shares: dict[str, str] = field(default_factory=lambda: {SHARE_NAME: SHARE_TITLE})
    """Their names for people, by those that the vault has."""
    page: int = 100
    guarded: bool = False
    failures: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Answered in place of what was asked, which is not done."""
    failures_of_restores: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """The same for restores alone."""
    loses: str | None = None
    """The end of a path. The next such request is done, and its answer is not sent."""
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    """By the end of a path: such a request is answered when this is set."""
    elsewhere: str | None = None
    """In place of its own origin, in addresses of operations."""
    operation_status: str = "Succeeded"
    operation_without_job: bool = False
    gone: bool = False
    """Operations are not known any more."""
    ignores_request_ids: bool = False
    job_status: str = "InProgress"
    """Of new jobs."""
    decode: Callable[[str], Mapping[str, Any]] | None = None
    """Reads a token, in place of one of `arm_token`."""
    jobs: list[FakeJob] = field(default_factory=list)
    restores: list[Mapping[str, Any]] = field(default_factory=list)
    """The bodies of the restores that began."""
    seen: list[Seen] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    _operations: dict[str, str] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(
            application, access_log=None, handler_cancellation=True, shutdown_timeout=0
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, LOCALHOST, 0, ssl_context=self.tls.server_context()).start()
        self.url = f"https://{LOCALHOST}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.rel_url.raw_path
        body = json.loads(await request.text()) if request.can_read_body else None
        self.seen.append(
            Seen(method=request.method, raw_path=path, headers=dict(request.headers), body=body)
        )
        self.asked.set()
        if self.failures:
            status, headers = self.failures.pop(0)
            return _error(status, "TestFailure", headers)
        if self.failures_of_restores and path.endswith("/restore"):
            status, headers = self.failures_of_restores.pop(0)
            return _error(status, "TestFailure", headers)
        answer = self._refuse(request) or self._do(request, unquote(path), body)
        for end, held in self.held.items():
            if path.endswith(end):
                await held.wait()
        if self.loses is not None and path.endswith(self.loses):
            self.loses = None
            assert request.transport is not None
            request.transport.abort()
        return answer

    def _refuse(self, request: web.Request) -> web.Response | None:
        token = request.headers.get("Authorization", "")
        if not token.startswith("Bearer "):
            return _error(401, "AuthenticationFailed")
        try:
            claims = self._decode(token.removeprefix("Bearer "))
        except jwt.PyJWTError:
            return _error(401, "InvalidAuthenticationToken")
        if API_VERSION not in parse_qs(request.query_string).get("api-version", []):
            return _error(400, "InvalidApiVersionParameter")
        if claims.get("appid") not in self.allowed:
            return _error(403, "AuthorizationFailed")
        return None

    def _decode(self, token: str) -> Mapping[str, Any]:
        if self.decode is not None:
            return self.decode(token)
        key = LOGIN.private_key.public_key()
        decoded: Mapping[str, Any] = jwt.decode(token, key, algorithms=["RS256"], audience=AUDIENCE)
        return decoded

    def _do(self, request: web.Request, path: str, body: Any) -> web.Response:  # noqa: ANN401
        found = _path(path)
        if found is None:
            return _error(404, "ResourceNotFound")
        container, item, rest = found["container"], found["item"], found["rest"]
        if item is not None:
            if not self._is_item(container, item):
                return _error(404, "ResourceNotFound")
            return self._do_with_item(request, item, rest, body)
        if request.method != "GET":
            return _error(405, "MethodNotAllowed")
        if rest == "/backupProtectedItems":
            if "itemType eq 'AzureFileShare'" in request.query.get("$filter", ""):
                return self._page(request, [self._describe_share(each) for each in self.shares])
            return self._page(request, [self._describe_item(each) for each in self.items])
        if rest == "/backupJobs":
            return self._page(request, [job.describe() for job in self._filtered(request)])
        job = next((each for each in self.jobs if rest == f"/backupJobs/{each.id}"), None)
        return _error(404, "JobNotFound") if job is None else web.json_response(job.describe())

    def _is_item(self, container: str, item: str) -> bool:
        if container.lower() == SHARE_CONTAINER.lower():
            return item.lower() in {each.lower() for each in self.shares}
        known = {each.lower() for each in self.items}
        return item.lower() in known and container.lower() == f"iaasvmcontainer;{item[3:].lower()}"

    def _do_with_item(
        self,
        request: web.Request,
        item: str,
        rest: str,
        body: Any,  # noqa: ANN401
    ) -> web.Response:
        if rest == "" and request.method == "GET" and item.lower().startswith("azurefileshare;"):
            return web.json_response(self._describe_share(item))
        if rest == "/recoveryPoints" and request.method == "GET":
            return self._page(request, [self._describe_point(each) for each in self.points])
        if rest.startswith("/operationsStatus/") and request.method == "GET":
            return self._tell_operation(rest.rpartition("/")[2])
        point = re.fullmatch("/recoveryPoints/([^/]+)(/restore)?", rest)
        if point is None or point[1] not in self.points:
            return _error(404, "RecoveryPointNotFound")
        if point[2] is None:
            return web.json_response(self._describe_point(point[1]))
        if request.method != "POST":
            return _error(405, "MethodNotAllowed")
        return self._refuse_restore(request, point[1], item, body) or self._restore(
            request, item, body
        )

    def _refuse_restore(
        self,
        request: web.Request,
        point: str,
        item: str,
        body: Any,  # noqa: ANN401
    ) -> web.Response | None:
        properties = body.get("properties", {})
        if item.lower().startswith("azurefileshare;"):
            is_good = is_share_restore(properties, source=FILES_ACCOUNT)
            return None if is_good else _error(400, "BMSUserErrorInvalidInput")
        machine = properties.get("sourceResourceId", "")
        if (
            properties.get("objectType") != "IaasVMRestoreRequest"
            or properties.get("recoveryPointId") != point
            or not _NEEDED.get(properties.get("recoveryType"), {"?"}) <= properties.keys()
            or not machine.startswith(f"/subscriptions/{SUBSCRIPTION}/")
            or not machine.lower().endswith(f"/{item.lower().rpartition(';')[2]}")
        ):
            return _error(400, "BMSUserErrorInvalidInput")
        if self.guarded and (
            properties.get("resourceGuardOperationRequests") != [GUARD_REQUEST]
            or not request.headers.get("x-ms-authorization-auxiliary", "").startswith("Bearer ")
        ):
            return _error(403, "UserErrorOperationNotAllowedDueToResourceGuard")
        return None

    def _restore(self, request: web.Request, item: str, body: Any) -> web.Response:  # noqa: ANN401
        self.restores.append(body)
        activity = request.headers.get("x-ms-client-request-id")
        is_share = item.lower().startswith("azurefileshare;")
        job = self.add_job(
            item,
            activity=None if self.ignores_request_ids else activity,
            account="stfiles" if is_share else None,
        )
        operation = str(uuid4())
        self._operations[operation] = job.id
        base = f"{self.elsewhere or self.url}{VAULT}/backupFabrics/Azure/protectionContainers"
        container = SHARE_CONTAINER if is_share else f"IaasVMContainer;{item[3:]}"
        place = f"{base}/{container}/protectedItems/{item}"
        return web.Response(
            status=202,
            headers={
                "Azure-AsyncOperation": (
                    f"{place}/operationsStatus/{operation}?api-version={API_VERSION}&t=6388&c=MI_-"
                ),
                "Location": f"{place}/operationResults/{operation}?api-version={API_VERSION}",
                "Retry-After": "60",
                "x-ms-correlation-request-id": f"correlation-{len(self.restores)}",
            },
        )

    def add_job(
        self,
        item: str = ITEM,
        *,
        activity: str | None = None,
        began_at: datetime | None = None,
        account: str | None = None,
    ) -> FakeJob:
        job = FakeJob(
            id=str(uuid4()),
            activity=activity,
            container=item[3:],
            account=account,
            began_at=began_at or self.now(),
            status=self.job_status,
        )
        self.jobs.append(job)
        return job

    def _tell_operation(self, operation: str) -> web.Response:
        job = self._operations.get(operation)
        if job is None or self.gone:
            return _error(404, "OperationNotFound")
        told: dict[str, Any] = {"id": operation, "name": operation, "status": self.operation_status}
        if self.operation_status == "Succeeded" and not self.operation_without_job:
            told["properties"] = {"objectType": "OperationStatusJobExtendedInfo", "jobId": job}
        if self.operation_status == "Failed":
            told["error"] = {"code": "UserErrorTargetNotFound", "message": "The target is gone."}
        return web.json_response(told, headers={"Retry-After": "60"})

    def _filtered(self, request: web.Request) -> Iterator[FakeJob]:
        given = request.query.get("$filter", "")
        times = {
            name: datetime.strptime(text, "%Y-%m-%d %I:%M:%S %p").replace(tzinfo=UTC)
            for name, text in _time(given)
        }
        kind = "AzureStorage" if "'AzureStorage'" in given else "AzureIaasVM"
        for job in self.jobs:
            if job.describe()["properties"]["backupManagementType"] != kind:
                continue
            if times and not times["startTime"] <= job.began_at <= times["endTime"]:
                continue
            if f"operation eq '{job.operation}'" in given or "operation eq" not in given:
                yield job

    def _page(self, request: web.Request, entries: list[dict[str, Any]]) -> web.Response:
        first = int(request.query.get("$skipToken", "p=0=").strip("p="))
        body: dict[str, Any] = {"value": entries[first : first + self.page]}
        if first + self.page < len(entries):
            token = quote(f"p={first + self.page}=", safe="")
            body["nextLink"] = f"{self.url}{request.path}?$skipToken={token}"
        return web.json_response(body)

    def _describe_item(self, name: str) -> dict[str, Any]:
        return {
            "id": f"{VAULT}/backupFabrics/Azure/protectionContainers/x/protectedItems/{name}",
            "name": name,
            "properties": {
                "friendlyName": name.rpartition(";")[2],
                "protectionState": "Protected",
                "sourceLocation": "westeurope",
                "lastRecoveryPoint": POINT_TIME,
            },
        }

    def _describe_share(self, item: str) -> dict[str, Any]:
        name = next(each for each in self.shares if each.lower() == item.lower())
        return describe_share(name, title=self.shares[name], vault=VAULT, time=POINT_TIME)

    def _describe_point(self, point: str) -> dict[str, Any]:
        return {
            "name": point,
            "properties": {
                "objectType": "IaasVMRecoveryPoint",
                "recoveryPointType": "AppConsistent",
                "recoveryPointTime": self.points[point],
                "isSourceVMEncrypted": False,
            },
        }

    def restore_requests(self) -> list[Seen]:
        return [each for each in self.seen if each.raw_path.endswith("/restore")]


def _error(status: int, code: str, headers: Mapping[str, str] | None = None) -> web.Response:
    body = {"error": {"code": code, "message": f"{code} for a test."}}
    return web.json_response(body, status=status, headers=headers)
