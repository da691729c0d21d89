"""What the log may contain of a refused origin."""

import pytest

from shared.webauthn.near_miss import describe_near_miss

ALLOWED = ("http://localhost:7071", "https://login.example.com", "android:apk-key-hash:abc")


@pytest.mark.parametrize(
    ("sent", "message"),
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
def test_an_origin_of_the_same_host_is_reported(sent: str, message: str) -> None:
    assert describe_near_miss(sent, ALLOWED) == message.format(local="http://localhost:7071")


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
def test_no_other_origin_is_reported(sent: str) -> None:
    assert describe_near_miss(sent, ALLOWED) is None
