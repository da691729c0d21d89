"""What a log may say of an origin that was refused."""

import pytest

from shared.webauthn.near_miss import describe_near_miss

ALLOWED = ("http://localhost:7071", "https://login.example.com", "android:apk-key-hash:abc")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("http://localhost:8080", "sent http://localhost:8080, RP_ORIGINS has {local}"),
        ("http://localhost", "sent http://localhost, RP_ORIGINS has {local}"),
        ("https://localhost:7071", "sent https://localhost:7071, RP_ORIGINS has {local}"),
        ("http://127.0.0.1:7071", "sent http://127.0.0.1:7071, RP_ORIGINS has {local}"),
        (
            "http://login.example.com",
            "sent http://login.example.com, RP_ORIGINS has https://login.example.com",
        ),
    ],
)
def test_the_same_host_is_told(sent: str, said: str) -> None:
    assert describe_near_miss(sent, ALLOWED) == said.format(local="http://localhost:7071")


@pytest.mark.parametrize(
    "sent",
    [
        "https://evil.example",
        "https://login.example.com.evil.example",
        "https://example.com",
        "null",
        "",
        "http://localhost:123456",
        "http://localhost:\N{ARABIC-INDIC DIGIT ONE}",
        "https://login.example.com:444\n",
        "https://login.example.com/\x1b[31m",
        "https://user:pass@login.example.com",
        "http://localhost:x",
        "http://[::1",
        "ftp://localhost",
        "javascript://localhost",
        "android:apk-key-hash:abcd",
        "http://" + "a" * 1000,
    ],
)
def test_nothing_else_is_repeated(sent: str) -> None:
    assert describe_near_miss(sent, ALLOWED) is None
