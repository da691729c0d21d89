"""The rows of an export, from a service."""

from typing import Any

from shared.backup.row_source import Page, Place
from shared.backup.tables_file import About, Row
from shared.commands.service_client import ServiceClient, ServiceRefused
from shared.storage.audit.audit_log import TREE


class RemoteRows:
    def __init__(self, client: ServiceClient, *, about: About, head: Row | None) -> None:
        self.about = about
        self._client = client
        self._head = head

    async def head(self) -> Row | None:
        return self._head

    async def page(self, table: str, after: Place | None) -> Page:
        place = {"after": {"partition": after.partition, "row": after.row}} if after else {}
        match await self._client.read("/operator/export/rows", {"table": table, **place}):
            case {"rows": list(rows), "next": next_}:
                return Page(rows=[_row(table, each) for each in rows], next=_place(next_))
        raise ServiceRefused("the service's answer has no rows")


async def begin_export(client: ServiceClient) -> RemoteRows:
    """Raise ServiceRefused or OSError."""
    match await client.change("/operator/export", {}):
        case {"rpId": str(rp_id), "issuer": str(issuer), "at": str(at), "head": head}:
            about = About(rp_id=rp_id, issuer=issuer, at=at)
            return RemoteRows(client, about=about, head=None if head is None else _row(TREE, head))
    raise ServiceRefused("the service's answer is not that of an export")


def _row(table: str, entity: Any) -> Row:  # noqa: ANN401  from JSON
    match entity:
        case {"PartitionKey": str(), "RowKey": str()}:
            return Row(table=table, entity=entity)
    raise ServiceRefused("the service's answer has something that is no row")


def _place(after: Any) -> Place | None:  # noqa: ANN401  from JSON
    match after:
        case None:
            return None
        case {"partition": str(partition), "row": str(row)}:
            return Place(partition=partition, row=row)
    raise ServiceRefused("the service's answer does not say where to go on")
