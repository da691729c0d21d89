"""The keys of a development machine."""

import asyncio
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509

from shared.keys.key_files import KeyFile, load_sealing_key, load_signing_key
from shared.keys.reading import ReadFailed
from shared.keys.ring import Ring, signing_timing
from shared.keys.signing_key import SigningKey
from tests.keys.clock import at

type Load = Callable[[Path], object]
both_kinds = pytest.mark.parametrize("load", [load_signing_key, load_sealing_key])


async def read(path: Path, load: Load) -> object:
    reading = await KeyFile(path, load).read()
    return identity(reading.versions[0].key)


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def identity(key: object) -> object:
    return key.key_id if isinstance(key, SigningKey) else key


@both_kinds
async def test_only_the_owner_can_read_the_file(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "new" / "key"
    await read(path, load)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert files_in(path.parent) == [path]


@both_kinds
async def test_processes_that_start_concurrently_get_the_same_key(
    load: Load, tmp_path: Path
) -> None:
    path = tmp_path / "key"
    keys = await asyncio.gather(*(read(path, load) for _ in range(8)))
    assert set(keys) == {await read(path, load)}
    assert files_in(tmp_path) == [path]


@both_kinds
async def test_a_process_keeps_its_key_if_the_file_changes(load: Load, tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "key", load)
    first = await file.read()
    (tmp_path / "key").unlink()
    assert await file.read() == first


@both_kinds
async def test_a_file_without_a_key_is_refused(load: Load, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("something else")
    with pytest.raises(ReadFailed):
        await read(tmp_path / "key", load)


@both_kinds
async def test_a_folder_is_refused(load: Load, tmp_path: Path) -> None:
    with pytest.raises(ReadFailed):
        await read(tmp_path, load)


async def test_the_version_of_a_file_signs_at_any_time(tmp_path: Path) -> None:
    reading = await KeyFile(tmp_path / "key", load_signing_key).read()
    minute = at(60) - at(0)
    ring = Ring(reading.versions, signing_timing(max_age=minute, token_lifetime=minute))
    assert ring.published(at(0)) == (ring.current(at(0)),)


async def test_the_certificate_is_the_same_after_each_start(tmp_path: Path) -> None:
    first, second = (load_signing_key(tmp_path / "key") for _ in range(2))
    assert first.certificates == second.certificates
    certificate = x509.load_der_x509_certificate(first.certificates[0])
    assert certificate.public_key() == first.private_key.public_key()
    certificate.verify_directly_issued_by(certificate)
