"""What our page shows while a person signs out."""

from typing import Any

from shared.http.views.authorization import place_of
from shared.openid_provider.logout.signing_out import Farewell


def farewell(found: Farewell) -> dict[str, Any]:
    request = found.request
    return {
        "step": "signed-out" if found.signed_out else "confirm",
        "clientName": request.client_name,
        "location": request.location,
        "leadsTo": None if request.location is None else place_of(request.location),
        "languages": list(request.ui_locales),
    }
