"""The composition root: the only place that knows which adapter stands behind what.

A worker process builds everything once. The settings are read when the app is loaded, so that a
bad value stops the start; connections open at the first request.
"""

import logging
import os
from datetime import UTC, datetime
from functools import cache

from shared.relying_party.authentication import Authentication
from shared.relying_party.identity import Identity
from shared.relying_party.registration import Registration
from shared.relying_party.resources import Resources
from shared.settings import Settings, read_settings
from shared.storage.accounts import AccountStore
from shared.storage.challenges import ChallengeStore
from shared.storage.client import connect
from shared.storage.credential_ids import CredentialIds
from shared.storage.service_key import ServiceKeyStore
from shared.storage.tables import Table
from shared.tokens.key_file import load_key_file
from shared.tokens.signing_key import SigningKey


def prepare() -> None:
    """Raise InvalidSetting if the environment holds a bad value."""
    settings()
    # At its default level azure-core composes a log line for every header of every request.
    logging.getLogger("azure").setLevel(logging.WARNING)


@cache
def settings() -> Settings:
    return read_settings(os.environ)


@cache
def signing_key() -> SigningKey:
    return load_key_file(settings().tokens.signing_key_file)


@cache
def resources() -> Resources:
    service = connect(settings().tables)
    return Resources(
        settings=settings(),
        accounts=AccountStore(
            accounts=Table(service, "Accounts"),
            credential_ids=CredentialIds(Table(service, "CredentialIds")),
        ),
        challenges=ChallengeStore(Table(service, "Challenges")),
        service_keys=ServiceKeyStore(Table(service, "Service")),
        signing_key=signing_key,
        clock=lambda: datetime.now(UTC),
        random=os.urandom,
    )


@cache
def registration() -> Registration:
    return Registration(resources())


@cache
def authentication() -> Authentication:
    return Authentication(resources())


@cache
def identity() -> Identity:
    return Identity(resources())
