"""A person with a browser, an authenticator in it, and a finger to touch it with."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from playwright.async_api import CDPSession, ConsoleMessage, Locator, Page, expect

type Ceremony = Literal["create", "get", "conditional"]

WATCH_CEREMONIES = """
for (const method of ["create", "get"]) {
  const original = navigator.credentials[method].bind(navigator.credentials);
  navigator.credentials[method] = async (options) => {
    await window.ceremonyOpens(options.mediation ?? method);
    return original(options);
  };
}
"""


# A page asks the server this when it opens. Chromium logs it if no user is signed in.
WHO_IS_SIGNED_IN = {"me": 401, "token": 400}


@dataclass(kw_only=True)
class VirtualAuthenticator:
    """Chromium's own authenticator, driven over its debugging protocol."""

    cdp: CDPSession
    id: str

    @classmethod
    async def plug_in(cls, cdp: CDPSession, *, transport: str = "internal") -> Self:
        options = {
            "protocol": "ctap2",
            "transport": transport,
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": False,
        }
        made = await cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return cls(cdp=cdp, id=made["authenticatorId"])

    async def _send(self, command: str, **parameters: object) -> dict[str, Any]:
        return await self.cdp.send(
            f"WebAuthn.{command}", {"authenticatorId": self.id, **parameters}
        )

    async def touched(self, touched: bool) -> None:
        await self._send("setAutomaticPresenceSimulation", enabled=touched)

    async def recognises_its_user(self, recognises: bool) -> None:
        await self._send("setUserVerified", isUserVerified=recognises)

    async def put(self, credential: dict[str, object]) -> None:
        await self._send("addCredential", credential=credential)

    async def forget_all(self) -> None:
        await self._send("clearCredentials")

    async def begin_to_sync(self) -> None:
        for held in await self.credential_ids():
            await self._send("setCredentialProperties", credentialId=held, backupEligibility=True)

    async def credentials(self) -> list[dict[str, object]]:
        held: list[dict[str, object]] = (await self._send("getCredentials"))["credentials"]
        return held

    async def credential_ids(self) -> list[object]:
        return [credential["credentialId"] for credential in await self.credentials()]


@dataclass(kw_only=True)
class Visitor:
    """Touches the authenticator in every dialog, and takes no suggestion, by default."""

    page: Page
    cdp: CDPSession
    url: str
    authenticator: VirtualAuthenticator
    touches: set[Ceremony] = field(default_factory=lambda: {"create", "get"})
    ceremonies: asyncio.Queue[Ceremony] = field(default_factory=asyncio.Queue)
    expected_complaints: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    async def settle_in(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._complain(str(error)))
        await self.page.expose_function("ceremonyOpens", self._ceremony_opens)
        await self.page.add_init_script(WATCH_CEREMONIES)

    async def _ceremony_opens(self, ceremony: Ceremony) -> None:
        """Chromium looks for the touch when the request is made, and never after."""
        await self.authenticator.touched(ceremony in self.touches)
        self.ceremonies.put_nowait(ceremony)

    def _hear(self, message: ConsoleMessage) -> None:
        path = message.location["url"].rpartition("/")[2]
        asked_in_vain = any(
            path == quiet and f"status of {status} " in message.text
            for quiet, status in WHO_IS_SIGNED_IN.items()
        )
        if message.type in {"error", "warning"} and not asked_in_vain:
            self._complain(message.text)

    def _complain(self, complaint: str) -> None:
        if not any(text in complaint for text in self.expected_complaints):
            self.complaints.append(complaint)

    async def take_another_authenticator(self) -> None:
        """A security key; the first authenticator stays, and is left alone from now on."""
        await self.authenticator.touched(False)
        self.authenticator = await VirtualAuthenticator.plug_in(self.cdp, transport="usb")

    async def next_ceremony(self) -> Ceremony:
        async with asyncio.timeout(30):
            return await self.ceremonies.get()

    @asynccontextmanager
    async def visit(self, url: str) -> AsyncIterator[None]:
        """Be at another service, and home before it goes: its page may ask once more by itself."""
        home, self.url = self.url, url
        await self.open()
        try:
            yield
        finally:
            self.url = home
            await self.open()

    async def open(self) -> None:
        await self.page.goto(self.url)
        await self.is_settled()

    async def reload(self) -> None:
        await self.page.reload()
        await self.is_settled()

    async def is_settled(self) -> None:
        """Wait until the page knows whether a user is signed in."""
        await expect(self.page.locator("#signed-out:visible, #signed-in:visible")).to_have_count(1)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def username(self) -> Locator:
        return self.page.get_by_label("Your name", exact=True)

    @property
    def keys(self) -> Locator:
        return self.page.get_by_role("region", name="Your passkeys").get_by_role("listitem")

    @property
    def sessions(self) -> Locator:
        return self.page.locator("#sessions > li")

    async def unfold(self, summary: str, *, within: Locator | None = None) -> None:
        await (within or self.page.locator("main")).locator("summary", has_text=summary).click()

    async def answer(self, name: str) -> None:
        """The question in the open dialog."""
        await self.page.get_by_role("dialog").get_by_role("button", name=name, exact=True).click()

    async def says(self, text: str) -> None:
        await expect(self.page.get_by_role("status")).to_contain_text(text)

    async def warns(self, text: str) -> None:
        await expect(self.page.get_by_role("alert")).to_contain_text(text)

    async def ask_to_register(self, username: str, *, key_name: str = "") -> None:
        await self.page.get_by_role("radio", name="new here").check()
        await self.username.fill(username)
        await self.page.get_by_label("Name for the passkey").fill(key_name)
        await self.button("Create a passkey").click()

    async def register(self, username: str, *, key_name: str = "") -> None:
        await self.ask_to_register(username, key_name=key_name)
        await self.says(f"Passkey created for {username}")

    async def sign_in(self, username: str) -> None:
        await self.page.get_by_role("radio", name="I have a passkey").check()
        await self.username.fill(username)
        await self.button("Sign in").click()

    async def is_signed_in(self, username: str) -> None:
        await self.says("You are signed in")
        await expect(self.page.locator("#who")).to_have_text(username)

    async def add_another(self, key_name: str = "") -> None:
        await self.page.get_by_label("Name for another passkey").fill(key_name)
        await self.button("Add another passkey").click()

    async def redeem(self, username: str, access_pass: str) -> None:
        await self.page.get_by_role("radio", name="I have an access pass").check()
        await self.username.fill(username)
        await self.page.get_by_label("Access pass", exact=True).fill(access_pass)
        await self.button("Create a passkey").click()

    async def rename(self, key_name: str, new_name: str) -> None:
        key = self.keys.filter(has_text=key_name)
        await self.unfold("Details and changes", within=key)
        await key.get_by_label("Name of the passkey").fill(new_name)
        await key.get_by_role("button", name="Save the name").click()

    async def remove(self, key_name: str) -> None:
        key = self.keys.filter(has_text=key_name)
        await self.unfold("Details and changes", within=key)
        await key.get_by_role("button", name="Remove this passkey").click()
