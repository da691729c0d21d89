"""Paths are read in one way, or not at all."""

import pytest

from shared.access.web_addresses.paths import (
    LONGEST,
    PathRefused,
    is_below,
    is_nearly_below,
    normal_path,
)


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/", "/"),
        ("/?a=/../b;c", "/"),
        ("/admin/users?x=%2F", "/admin/users"),
        ("/admin/", "/admin/"),
        ("/%61dmin", "/admin"),
        ("/a%20b", "/a b"),
        ("/100%25", "/100%"),
        ("/100%25/x", "/100%/x"),
        ("/%C3%A4", "/ä"),
        ("/.well-known/x", "/.well-known/x"),
        ("/a...b/...c", "/a...b/...c"),
        ("/what%3F", "/what?"),
        ("/a:b@c!$&'()*+,=~", "/a:b@c!$&'()*+,=~"),
    ],
)
def test_a_path_is_decoded_once(target: str, path: str) -> None:
    assert normal_path(target) == path


@pytest.mark.parametrize(
    "target",
    [
        "",
        "*",
        "admin",
        "https://wiki.example.com/admin",
        "//evil.example",
        "/a//b",
        "/a/./b",
        "/a/../admin",
        "/..",
        "/a/..",
        "/a./b",
        "/a%2e",
        "/a%20",
        "/...",
        "/%2e%2e/admin",
        "/.%2E/admin",
        "/%2e/admin",
        "/a%2fb",
        "/a%2Fb",
        "/a\\b",
        "/a%5cb",
        "/a%5Cb",
        "/admin;x=y",
        "/admin%3bx=y",
        "/..;/admin",
        "/a%00",
        "/a%0d%0aX-Auth-User:%20admin",
        "/a%1f",
        "/a%7f",
        "/a%c2%85",
        "/a\r\nb",
        "/a\tb",
        "/a b",
        "/a\x00b",
        "/a#b",
        "/a%",
        "/a%2",
        "/a%zz",
        "/a%u002f",
        "/%252e%252e/admin",
        "/a%252fb",
        "/a%2541",
        "/%25%32%66",
        "/a%c0%af",
        "/a%c0%ae",
        "/a%e0%80%af",
        "/a%f0%80%80%af",
        "/a%ed%a0%80",
        "/a%ff",
        "/ä",
        "/a%ef%bc%8fb",
        "/%ef%bc%8e%ef%bc%8e/admin",
        "/%e2%80%a5/admin",
        "/a%ef%bc%9bb",
        "/" + "a" * LONGEST,
    ],
)
def test_a_path_that_others_may_read_otherwise_is_refused(target: str) -> None:
    with pytest.raises(PathRefused):
        normal_path(target)


@pytest.mark.parametrize("path", ["/admin", "/admin/", "/admin/x", "/admin?x", "/admin#x"])
def test_what_is_below_a_prefix(path: str) -> None:
    assert is_below(path, "/admin")
    assert is_below(path, "/")


@pytest.mark.parametrize("path", ["/", "/administration", "/Admin", "/x/admin", "/admi"])
def test_what_is_not_below_it(path: str) -> None:
    assert not is_below(path, "/admin")


@pytest.mark.parametrize("path", ["/Admin", "/ADMIN/x", "/\uff41dmin", "/admin"])
def test_what_some_applications_take_for_it(path: str) -> None:
    assert is_nearly_below(path, "/admin")
