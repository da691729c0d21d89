"""A stand-in of Key Vault, whose key signs client certificates and never leaves it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa

from shared.keys.client_ca.key import BITS
from shared.keys.settings import Signing
from tests.fakes.identity_endpoint import CLIENT_ID, IdentityEndpoint
from tests.fakes.key_vault import FakeKeyVault
from tests.fakes.key_vault_answers import RESOURCE
from tests.fakes.key_vault_keys import Key
from tests.fakes.tls import Tls
from tests.keys.clock import START
from tests.keys.vault_secrets import (
    CERTIFICATE,
    CHECKPOINT,
    CLIENT_CA,
    SEALING,
    add_certificate,
    add_checkpoint_key,
    add_sealing_key,
)


@asynccontextmanager
async def set_vault(tls: Tls, *, folder: Path) -> AsyncIterator[Mapping[str, str]]:
    """The settings of a host that has its keys there. It keeps the others in memory."""
    async with AsyncExitStack() as stack:
        vault = await stack.enter_async_context(FakeKeyVault(tls))
        identity = await stack.enter_async_context(IdentityEndpoint(RESOURCE))
        for add in (add_certificate, add_sealing_key, add_checkpoint_key):
            add(vault)
        key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
        vault.keys.add(CLIENT_CA, Key(private_key=key, created=START, updated=START))
        yield {
            "SIGNING_KEY_FILE": "",
            "CLIENT_CA_KEY_FILE": "",
            "KEY_VAULT_URL": vault.url,
            "SIGNING_CERTIFICATE": CERTIFICATE,
            "SEALING_KEY": SEALING,
            "CHECKPOINT_KEY": CHECKPOINT,
            "CLIENT_CA_CERTIFICATE": CLIENT_CA,
            "CLIENT_CA_SIGNING": Signing.IN_VAULT,
            "AZURE_CLIENT_ID": CLIENT_ID,
            **identity.environment,
            **vault.environment(folder),
        }
