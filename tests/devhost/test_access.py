from __future__ import annotations

import pytest
from pytest_mock import MockerFixture

from devhost import access


@pytest.mark.parametrize(
    ("remote", "is_local"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        (None, True),
        ("192.0.2.7", False),
        ("2001:db8::7", False),
    ],
)
def test_the_admin_api_is_only_reachable_from_this_machine(
    mocker: MockerFixture, remote: str | None, *, is_local: bool
) -> None:
    assert access.comes_from_this_machine(mocker.Mock(remote=remote)) is is_local
