"""Where things are kept, and which service is meant."""

import json
import os
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from touchstone.failures import LocalFault, NotSignedIn, WrongUsage
from touchstone.session.private_files import read_private, write_private

_NAME = "touchstone"
VARIABLE = "TOUCHSTONE_URL"


@dataclass(frozen=True)
class Places:
    folder: Path
    """Of this person alone (0700)."""

    @property
    def configuration(self) -> Path:
        return self.folder / "config.json"

    def kept_service(self) -> str | None:
        """The one that somebody signed in to last."""
        text = read_private(self.configuration)
        try:
            service = None if text is None else json.loads(text)["service"]
        except (ValueError, LookupError, TypeError) as error:
            raise LocalFault(
                f"{self.configuration} is not what touchstone wrote.", to_do="Remove the file."
            ) from error
        return service if isinstance(service, str) else None

    def keep_service(self, service: str) -> None:
        write_private(self.configuration, json.dumps({"service": service}))


def default_places() -> Places:
    from platformdirs import user_config_path

    return Places(user_config_path(_NAME, appauthor=False))


def choose_service(given: str | None, places: Places) -> str:
    """The address of the service, without a slash at its end."""
    text = given or os.environ.get(VARIABLE) or places.kept_service()
    if not text:
        raise NotSignedIn(
            "No service is named.", to_do="Run `touchstone login --service https://…`."
        )
    return read_address(text)


def read_address(text: str) -> str:
    """Raises WrongUsage. http is for this machine alone."""
    address = (text if "://" in text else f"https://{text}").rstrip("/")
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise WrongUsage(f"{text} is not the address of a service.") from error
    if parts.query or parts.fragment or parts.username or not host:
        raise WrongUsage(f"{text} is not the address of a service.")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_here(host)):
        raise WrongUsage("The address of a service begins with https://.")
    return address


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
