import pytest

from shared.openid.client_metadata.address import is_permitted, is_place, read_address

GOOD = (
    *("https://app.example/client.json", "https://app.example/", "https://a.b.app.example/c/d/"),
    *("https://app.example:8443/client", "https://xn--pp-wia.example/a~b_c-d.e", "https://a1.b2/c"),
    *("https://app.example//c", f"https://app.example/{'c' * 236}"),
)
BAD = (
    *("app", "", "https://app.example", "http://app.example/c", "HTTPS://app.example/c"),
    *("https://app.example/c#", "https://app.example/c?", "https://app.example/c?d=e"),
    *("https://user@app.example/c", "https://user:word@app.example/c", "https://@app.example/c"),
    *("https://app.example/../c", "https://app.example/./c", "https://app.example/c/.."),
    *("https://app.example/%2e%2e/c", "https://app.example/c%20d", "https://app.example/c d"),
    *(
        "https://app.example\\@other.example/c",
        "https://app.example/c\\d",
        "https://app.example/c\n",
    ),
    *("https://App.example/c", "https://\u00e4pp.example/c", "https://app.example./c"),
    *("https://localhost/c", "https://127.0.0.1/c", "https://[::1]/c", "https://2130706433/c"),
    *(
        "https://app.1/c",
        "https://1.2.3.0x4/c",
        "https://app.example:/c",
        "https://app.example:0/c",
    ),
    *("https://app.example:99999999/c", "https://-app.example/c", "https://app_1.example/c"),
    *("https:app.example/c", "https:///app.example/c", f"https://app.example/{'c' * 237}"),
)


@pytest.mark.parametrize("client_id", GOOD)
def test_an_address_of_a_document_is_read(client_id: str) -> None:
    found = read_address(client_id)
    assert found is not None
    assert found.text == client_id
    assert client_id.startswith(f"{found.origin}/")
    assert found.origin == f"https://{found.place}"


@pytest.mark.parametrize("client_id", BAD)
def test_what_is_not_read_alike_everywhere_is_no_address(client_id: str) -> None:
    assert read_address(client_id) is None


@pytest.mark.parametrize(
    ("client_id", "places", "permitted"),
    [
        ("https://app.example/c", (), False),
        ("https://app.example/c", ("app.example",), True),
        ("https://app.example/c", ("other.example",), False),
        ("https://a.app.example/c", ("app.example",), False),
        ("https://app.example/c", ("example",), False),
        ("https://app.example/c", ("*",), True),
        ("https://app.example:8443/c", ("*",), False),
        ("https://app.example:8443/c", ("app.example",), False),
        ("https://app.example:8443/c", ("*", "app.example:8443"), True),
        ("https://app.example/c", ("app.example:8443",), False),
    ],
)
def test_only_hosts_of_the_setting_are_permitted(
    client_id: str, places: tuple[str, ...], *, permitted: bool
) -> None:
    address = read_address(client_id)
    assert address is not None
    assert is_permitted(address, places) == permitted


@pytest.mark.parametrize("text", ["*", "app.example", "app.example:8443"])
def test_a_setting_may_name_places(text: str) -> None:
    assert is_place(text)


@pytest.mark.parametrize(
    "text", ["", "*.example", "https://app.example", "app.example/", "10.0.0.1", "localhost", "A.b"]
)
def test_a_setting_names_nothing_else(text: str) -> None:
    assert not is_place(text)
