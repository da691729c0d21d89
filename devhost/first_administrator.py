"""Prints an access pass for the first administrator of a new development store, once."""

from __future__ import annotations

from aiohttp import web


def announce_on_start(application: web.Application, username: str) -> None:
    async def announce(_application: web.Application) -> None:
        # The app's own modules can be loaded only when its settings are in the environment.
        from shared import wiring
        from shared.accounts.names import read_username

        issued = await wiring.service().passes.bootstrap(read_username(username))
        if issued is not None:
            print(
                f"First administrator: on the page choose 'I have an access pass', then "
                f"{username} and {issued.text} (valid once, for an hour)",
                flush=True,
            )

    application.on_startup.append(announce)
