"""Finding out, when the app is loaded, that a library is missing or cannot be loaded.

Some are imported where they are used, for the time that they take. One that is missing would be an
error of each request that needs it, and of no other. Found at the start, it is what
`shared.blueprints.standby` says.
"""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from shared.keys.settings import KeyFileSettings
from shared.settings import Settings


def load_needed(settings: Settings) -> None:
    """Import what the first request imports anyway; of what comes later, see that it is there.

    Raises ImportError, and whatever a module raises that cannot be loaded.
    """
    for module in _at_first_request(settings):
        import_module(module)
    for module in _later(settings):
        if find_spec(module) is None:
            raise ModuleNotFoundError(f"No module named {module!r}", name=module)


def _at_first_request(settings: Settings) -> Iterator[str]:
    vault = not isinstance(settings.keys, KeyFileSettings)
    if settings.tables.endpoint or vault:
        yield "shared.azure.credential"
    if vault:
        yield from ("shared.keys.vault_client", "shared.keys.certificate", "shared.keys.key_vault")
    if settings.providers:
        yield "shared.identity_providers.provider_registry"


def _later(settings: Settings) -> Iterator[str]:
    yield from ("jwt", "cryptography.x509")
    if settings.providers:
        yield "azure.identity"
    if settings.audit.monitor or settings.audit.container_url:
        yield "azure.identity"
    if settings.audit.monitor:
        yield "azure.monitor.ingestion"
    if settings.audit.container_url:
        yield "azure.storage.blob"
