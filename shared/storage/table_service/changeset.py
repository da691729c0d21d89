"""A transaction is one request with several in its body: a changeset. Pure."""

from collections.abc import Sequence

from shared.storage.table_service.requests import JSON, TableRequest

# In no line of a body: each body is one line of JSON.
_BATCH, _CHANGESET = "batch_touchstone", "changeset_touchstone"
_PART = (
    f"--{_CHANGESET}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n"
)


def in_one_changeset(endpoint: str, requests: Sequence[TableRequest]) -> TableRequest:
    body = b"".join(
        (
            f"--{_BATCH}\r\nContent-Type: multipart/mixed; boundary={_CHANGESET}\r\n\r\n".encode(),
            *(_part(endpoint, number, each) for number, each in enumerate(requests, 1)),
            f"--{_CHANGESET}--\r\n--{_BATCH}--\r\n".encode(),
        )
    )
    headers = {
        "Accept": JSON,
        "Content-Type": f"multipart/mixed; boundary={_BATCH}",
        "DataServiceVersion": "3.0",
        "x-ms-version": "2019-02-02",
    }
    return TableRequest("POST", "/$batch", 202, headers, body)


def _part(endpoint: str, number: int, request: TableRequest) -> bytes:
    headers = {
        **request.headers,
        "Content-ID": str(number),
        "Content-Length": str(len(request.body)),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"{request.method} {endpoint}{request.path} HTTP/1.1\r\n{lines}\r\n"
    return _PART.encode() + head.encode() + request.body + b"\r\n"
