"""ENTRA_LOGIN: where Entra gives tokens for access profiles."""

from urllib.parse import urlsplit

from shared.environment import InvalidSetting, Values

_NAME = "ENTRA_LOGIN"
_PUBLIC = "https://login.microsoftonline.com"


def read_entra_login(values: Values) -> str:
    login = values.optional_text(_NAME) or _PUBLIC
    parts = urlsplit(login)
    if login != f"https://{parts.netloc}" or "@" in login or not parts.hostname:
        raise InvalidSetting(f"{_NAME}: {login!r} is not an https origin")
    return login
