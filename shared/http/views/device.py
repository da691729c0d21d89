"""What our page shows a person before they decide about a device."""

from typing import Any

from shared.http.begun import show_begun
from shared.openid.device.profiled import ShownDatabase
from shared.openid_provider.device.asked import Asked


def asked_of_device(asked: Asked) -> dict[str, Any]:
    client, request = asked.waiting.client, asked.waiting.request
    return {
        "request": asked.review,
        "userCode": asked.user_code,
        "client": {"name": client.name, "logo": client.logo},
        "scope": list(request.scope),
        "resources": list(asked.resources),
        "address": request.address,
        "sameAddress": asked.same_address,
        "secondsAgo": asked.seconds_ago,
        **({} if asked.database is None else {"database": _show_database(asked.database)}),
        **show_begun(asked.options),
    }


def _show_database(database: ShownDatabase) -> dict[str, Any]:
    return {
        "title": database.title,
        "host": database.host,
        "port": database.port,
        "name": database.name,
        "role": database.role,
    }
