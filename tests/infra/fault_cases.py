"""Wrong parameters, as changes of those for production, and the sentence that refuses each."""

from collections.abc import Callable, Iterator
from typing import Any

HOST = "func-touchstone-abcdefghijklm.azurewebsites.net"
ADA = {"name": "ada", "subject": "a"}
BOB = {"name": "bob", "subject": "b"}

type Changed = dict[str, Any]
type Case = tuple[Changed, str]


def each(sentence: str, changed: Callable[[str], Changed], *wrong: str) -> Iterator[Case]:
    """`{}` in the sentence stands for the wrong value."""
    for value in wrong:
        yield changed(value), sentence.format(value)


def of(name: str, *before: str) -> Callable[[str], Changed]:
    return lambda value: {name: [*before, value]}


def profile(name: str, *subjects: dict[str, str]) -> dict[str, Any]:
    return {"name": name, "subjects": list(subjects)}


ENVIRONMENT = "environmentName: {} may have only letters, digits, - _ . ( ) and no dot at its end"
NO_HOST = "{}: {{}} is not a host name in lower case, such as {}"
NEEDED = (
    "rpId is needed with frontDoor or deleteLocks, because passkeys are bound to it for ever: "
    "use a domain of yours"
)
ELSEWHERE = (
    "rpId: the service's own host is not on example.com: set customDomain to a host on it, "
    "or origins to your own pages"
)
NO_ORIGIN = (
    "origins: {} is not an origin, such as https://app.example.com, without a path and in lower "
    "case"
)
HASH = "a" * 43
NAMES: list[Case] = [
    *each(ENVIRONMENT, lambda value: {"environmentName": value}, "dev.", "my dev", "d\u00e9v"),
    *each(
        "principalId: {} is not an object ID",
        lambda value: {"principalId": value},
        *("me@example.com", "11111111222233334444555555555555"),
    ),
    (
        {"frontDoor": False, "rpId": HOST},
        "customDomain needs frontDoor: set frontDoor to true, or customDomain to nothing",
    ),
    *each(
        NO_HOST.format("customDomain", "login.example.com"),
        lambda value: {"customDomain": value, "origins": ["https://example.com"]},
        *("Login.example.com", "https://login.example.com", "login.example.com/"),
        *("login.example.com:443", "my_login.example.com", "login..example.com"),
        *(".example.com", "login.example.com.", "-a.example.com", "192.0.2.1", "localhost"),
    ),
    *each(
        "customDomain: {} is an internationalized name, and Front Door accepts none",
        lambda value: {"customDomain": value},
        "xn--bcher-kva.example.com",
    ),
    *each(
        NO_HOST.format("rpId", "example.com"),
        lambda value: {"rpId": value, "origins": [f"android:apk-key-hash:{HASH}"]},
        *("Example.com", "https://example.com", "com", "example.com."),
    ),
    *each(
        "rpId: {} has hosts of many owners, so browsers refuse it: use a domain of yours",
        lambda value: {"rpId": value, "customDomain": f"a.{value}"},
        *("azurefd.net", "azurewebsites.net"),
    ),
    ({"rpId": ""}, f"{NEEDED}, or login.example.com"),
    ({"rpId": "", "customDomain": ""}, NEEDED),
    ({"rpId": "", "customDomain": "", "frontDoor": False}, f"{NEEDED}, or {HOST}"),
    *each(
        ELSEWHERE,
        lambda value: {"customDomain": value},
        *("", "login.example.org", "login.badexample.com"),
    ),
    *each(
        NO_ORIGIN,
        of("origins", "https://example.com"),
        *("http://example.com", "example.com", "https://example.com/", "https://Example.com"),
        *("https://example.com/app", "https://example.com:443", "https://example.com:"),
        *("https://example.com:08443", "https://example.com:65536", "https://example.com:x"),
        *("https://a_b.example.com", "https://example.com,https://a.example.com", ""),
        *("HTTPS://example.com", "https://user@example.com", "https://https://example.com"),
        *("android:apk-key-hash:short", f"ANDROID:apk-key-hash:{HASH}"),
    ),
    (
        {"origins": ["https://example.com", "https://example.org", "https://a.example.net:8443"]},
        "origins: https://example.org, https://a.example.net:8443 is not on the RP ID example.com",
    ),
]


def setting(name: str) -> Changed:
    return {"settings": {name: "x", "REGISTRATION": "open"}}


SETTINGS: list[Case] = [
    *each(
        "settings: {} is set by the template itself: remove it, and use the other parameters",
        setting,
        *("RP_ID", "rp_id", "TABLES_ENDPOINT", "AzureWebJobsStorage"),
        *("AzureWebJobsStorage__accountName", "APPLICATIONINSIGHTS_CONNECTION_STRING"),
    ),
    *each(
        "settings: {} is not for Flex Consumption: remove it",
        setting,
        *("TZ", "WEBSITE_RUN_FROM_PACKAGE", "functions_worker_runtime"),
    ),
    *each(
        "settings: {} is not a setting of the service: README lists them",
        setting,
        *("REGISTRATIONS", "registration", "TABLES_CONNECTION_STRING", "SIGNING_KEY_FILE"),
        *("AZURE_TOKEN_CREDENTIALS", "python_threadpool_thread_count", "PYTHONPATH"),
    ),
]
NO_RANGE = "deployerAddresses: {} is not an address or range, such as 203.0.113.7 or 203.0.113.0/24"
WIDE = (
    "deployerAddresses: {} opens the vault to more than 16 million addresses: write a smaller "
    "range, or also set deployerRangesMayBeWide to true"
)
ADDRESSES: list[Case] = [
    (
        {"privateNetwork": False, "deployerAddresses": ["192.0.2.1"]},
        "deployerAddresses need privateNetwork: without it the vault answers all addresses",
    ),
    *each(
        "deployerAddresses: {} is IPv6, and Key Vault accepts only IPv4",
        of("deployerAddresses"),
        *("2001:db8::1", "::/0"),
    ),
    *each(
        NO_RANGE,
        of("deployerAddresses", "192.0.2.1"),
        *("192.0.2", "192.0.2.256", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/24/8", ""),
        *("office.example.com", "192.0.2.01", "192.0.2.1-192.0.2.9", " 192.0.2.1"),
    ),
    *each(
        "deployerAddresses: {} is private, and Key Vault sees only public addresses",
        of("deployerAddresses"),
        *("10.1.2.3/32", "172.16.0.0/12", "172.31.0.1/32", "192.168.0.0/16"),
    ),
    *each(WIDE, of("deployerAddresses"), "0.0.0.0/0", "192.0.2.0/7"),
    *each(
        "networkPrefix: {} is not one of 10.0 to 10.255, 172.16 to 172.31, and 192.168",
        lambda value: {"networkPrefix": value},
        *("10.256", "172.32", "192.169", "10.0.0", "11.0"),
    ),
]
SIZE: list[Case] = [
    ({"alwaysReady": 101}, "alwaysReady is more than maximumInstances"),
    *(({"alwaysReady": few}, "zoneRedundant needs an alwaysReady of 2 or more") for few in (0, 1)),
]
NO_MAIL = "addresses for alerts: {} is not an e-mail address"
TWICE = "addresses for alerts: {} occurs twice, which Azure refuses"
NO_NAME = (
    "accessProfiles: the name sql/{} may have only letters, digits, - and _, and begins with a "
    "letter or digit"
)
SAME_NAME = "accessProfiles: the name sql/ada occurs twice: each subject of a profile needs its own"
PEOPLE: list[Case] = [
    *each(
        NO_MAIL,
        of("alertEmails"),
        *("nobody", "@example.com", "ops@", "a@b@example.com", "o ps@example.com"),
    ),
    *each(NO_MAIL, lambda value: {"alertAddress": value}, "nobody", "ops@"),
    (
        {"alertAddress": "Ops@example.com", "alertEmails": ["ops@example.com"]},
        TWICE.format("ops@example.com"),
    ),
    ({"alertEmails": ["a@example.com", "A@example.com"]}, TWICE.format("a@example.com")),
    ({"urgentAddress": "Ops@example.com"}, TWICE.format("ops@example.com")),
    ({"urgentAddress": "nobody"}, NO_MAIL.format("nobody")),
    *each(
        "runbooksUrl: {} does not begin with https://",
        lambda value: {"runbooksUrl": value},
        *("http://wiki.example.com", "wiki.example.com", ""),
    ),
    *each(
        "accessProfiles: the name {} may have only letters, digits, - and _",
        lambda value: {"accessProfiles": [profile(value, ADA)]},
        *("sql readers", "sql.readers"),
    ),
    (
        {"accessProfiles": [profile("sql", ADA), profile("SQL", BOB)]},
        "accessProfiles: sql occurs twice: give all subjects to one profile",
    ),
    *each(
        NO_NAME,
        lambda value: {"accessProfiles": [profile("sql", {"name": value, "subject": "a"})]},
        *("ada@example.com", "-ada", "_ada", "ada b"),
    ),
    ({"accessProfiles": [profile("sql", ADA, BOB | {"name": "Ada"})]}, SAME_NAME),
    (
        {"accessProfiles": [profile("sql", ADA, BOB | {"subject": "a"})]},
        "accessProfiles: the subject sql/a occurs twice, which Azure refuses",
    ),
]
ALL = [*NAMES, *SETTINGS, *ADDRESSES, *SIZE, *PEOPLE]
