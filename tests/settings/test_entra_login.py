import pytest

from shared.environment import InvalidSetting
from shared.settings import read_settings
from tests.test_settings import LEAST


def test_it_is_that_of_the_public_cloud_unless_set() -> None:
    assert read_settings(LEAST).entra_login == "https://login.microsoftonline.com"
    other = "https://login.microsoftonline.us"
    assert read_settings(LEAST | {"ENTRA_LOGIN": other}).entra_login == other


@pytest.mark.parametrize(
    "login",
    [
        "http://login.example",
        "https://login.example/",
        "https://login.example/tenant",
        "https://a@login.example",
        "https://",
    ],
)
def test_it_is_an_https_origin(login: str) -> None:
    with pytest.raises(InvalidSetting, match=r"^ENTRA_LOGIN"):
        read_settings(LEAST | {"ENTRA_LOGIN": login})
