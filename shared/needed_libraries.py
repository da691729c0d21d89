"""Finds out, when the app is loaded, whether a library is missing or cannot be loaded.

Some libraries are imported only where they are used, as they take time to load. A missing one would
fail only the requests that need it. Found at the start, `shared.blueprints.standby` reports it.
"""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from shared.keys.settings import KeyFileSettings
from shared.settings import Settings


def load_needed(settings: Settings) -> None:
    """Import what the first request imports anyway. For later imports, check that they can be
    found.

    Raises ImportError, and any error of a module that cannot be loaded.
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
        yield "shared.keys.vault_client"
    if settings.providers:
        yield "shared.identity_providers.provider_registry"
    if settings.external_mfa:
        yield "shared.openid_provider.external_mfa.entra_hints"


def _later(settings: Settings) -> Iterator[str]:
    yield from ("aiohttp", "azure.data.tables", "cryptography.x509", "fido2", "jwt")
    yield from ("jsonschema_rs", "rfc8785")
    if settings.providers:
        yield "azure.identity"
    if settings.audit.monitor or settings.audit.container_url:
        yield "azure.identity"
    if settings.audit.monitor:
        yield "azure.monitor.ingestion"
    if settings.audit.container_url:
        yield "azure.storage.blob"
