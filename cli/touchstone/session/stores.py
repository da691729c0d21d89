"""Where a session is kept: the keyring of the system, or a file if there is none.

Many machines without a screen have no keyring, or one that nobody can unlock.
"""

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from touchstone.failures import LocalFault, WrongUsage
from touchstone.session.private_files import read_private, write_private

VARIABLE = "TOUCHSTONE_STORE"
_NAMES = ("keyring", "file")
_SERVICE = "touchstone"


class Store(Protocol):
    @property
    def name(self) -> str:
        """For people."""

    def read(self) -> str | None: ...

    def write(self, text: str) -> None: ...

    def remove(self) -> None: ...


class FileStore:
    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def name(self) -> str:
        return f"the file {self._path}"

    def read(self) -> str | None:
        return read_private(self._path)

    def write(self, text: str) -> None:
        write_private(self._path, text)

    def remove(self) -> None:
        with suppress(FileNotFoundError):
            self._path.unlink()


class KeyringStore:
    """Raises LocalFault if the keyring does not answer as it should."""

    def __init__(self, service: str) -> None:
        import keyring

        self._keyring = keyring.get_keyring()
        self._service = service

    @property
    def is_usable(self) -> bool:
        """The backend that stands for "none" has the priority 0."""
        return self._keyring.priority > 0

    @property
    def name(self) -> str:
        return f"the keyring ({type(self._keyring).__module__.rpartition('.')[2]})"

    def read(self) -> str | None:
        from keyring.errors import KeyringError

        try:
            return self._keyring.get_password(_SERVICE, self._service)
        except KeyringError as error:
            raise _no_answer(error) from error

    def write(self, text: str) -> None:
        from keyring.errors import KeyringError

        try:
            self._keyring.set_password(_SERVICE, self._service, text)
        except KeyringError as error:
            raise _no_answer(error) from error

    def remove(self) -> None:
        from keyring.errors import KeyringError, PasswordDeleteError

        try:
            self._keyring.delete_password(_SERVICE, self._service)
        except PasswordDeleteError:
            return  # there is none
        except KeyringError as error:
            raise _no_answer(error) from error


def _no_answer(error: Exception) -> LocalFault:
    return LocalFault(
        f"The keyring does not answer ({type(error).__name__}).",
        to_do=f"Unlock it, or set {VARIABLE}=file to keep the session in a file.",
    )


def stores_of(service: str, folder: Path) -> list[Store]:
    """Those that may be used, the best first. All are looked at for a session, as the keyring may
    be there today and not tomorrow."""
    asked = os.environ.get(VARIABLE, "")
    if asked and asked not in _NAMES:
        raise WrongUsage(f"{VARIABLE} is {' or '.join(_NAMES)}.")
    digest = sha256(service.encode()).hexdigest()[:16]
    file: Store = FileStore(folder / f"session-{digest}.json")
    if asked == "file":
        return [file]
    keyring = KeyringStore(service)
    if keyring.is_usable:
        return [keyring] if asked else [keyring, file]
    if asked:
        raise LocalFault("There is no keyring here.", to_do=f"Set {VARIABLE}=file.")
    return [file]
