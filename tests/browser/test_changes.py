"""Renaming and removing passkeys, and the questions before that."""

import json

import pytest
from playwright.async_api import Route, expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_passkey_is_renamed(member: Visitor) -> None:
    await member.rename("Work laptop", "  Desk  ")
    await member.says("name is now “Desk”")
    await expect(member.keys).to_contain_text(["Desk"])
    await expect(member.page.locator("#with")).to_have_text("Desk")
    await expect(member.keys.locator("summary")).to_be_focused()


async def test_a_name_that_the_server_refuses_is_reported(member: Visitor) -> None:
    member.expected_complaints.add("status of 400 ")
    await member.rename("Work laptop", "A\u202eB")
    await member.warns("name has characters that are not allowed in a name")


async def test_a_passkey_is_removed(member: Visitor) -> None:
    await member.take_another_authenticator()
    await member.add_another("Blue key")
    await expect(member.keys).to_have_count(2)
    await member.remove("Blue key")
    await member.answer("Remove it")
    await member.says("Passkey removed")
    await expect(member.keys).to_have_count(1)
    await expect(member.keys).to_contain_text(["Work laptop"])
    await expect(member.page.locator("#keys-title")).to_be_focused()


async def test_a_cancelled_change_changes_nothing(member: Visitor) -> None:
    await member.remove("Work laptop")
    await member.answer("Keep it")
    await expect(member.page.get_by_role("dialog")).to_be_hidden()
    await expect(member.keys.get_by_role("button", name="Remove")).to_be_focused()
    await expect(member.page.get_by_role("alert")).to_be_empty()
    await expect(member.keys).to_have_count(1)


async def test_removing_the_passkey_in_use_ends_its_sessions(member: Visitor) -> None:
    await member.take_another_authenticator()
    await member.add_another("Blue key")
    await expect(member.keys).to_have_count(2)
    await member.remove("Work laptop")
    await member.answer("Remove it")
    await member.says("“Work laptop” was removed")
    await member.says("you are now signed out here")
    assert await member.page.context.cookies() == []


async def test_removing_the_last_passkey_needs_a_second_confirmation(member: Visitor) -> None:
    member.expected_complaints.add("status of 409 ")
    await member.remove("Work laptop")
    await member.answer("Remove it")
    await expect(member.page.get_by_role("dialog")).to_contain_text("This is your last passkey")
    await member.answer("Remove my last passkey")
    await member.says("“Work laptop” was removed")
    assert await member.authenticator.credential_ids() == []


async def test_an_older_sign_in_is_confirmed_before_a_removal(member: Visitor) -> None:
    member.expected_complaints.add("status of 401 ")
    # The session of the older sign-in is ended, and ends with its passkey, whichever comes first.
    member.expected_complaints.add("status of 404 ")
    await member.take_another_authenticator()
    await member.add_another("Blue key")
    await expect(member.keys).to_have_count(2)
    await demand_a_fresh_sign_in(member, "**/credentials/*")
    await member.remove("Work laptop")
    await member.answer("Remove it")
    await expect(member.page.get_by_role("dialog")).to_contain_text("Confirm that it is you")
    await member.answer("Confirm with a passkey")
    await member.says("Passkey removed")  # and still signed in, by the other one
    await expect(member.keys).to_contain_text(["Blue key"])
    await expect(member.page.locator("#with")).to_have_text("Blue key")
    await expect(member.page.locator("#session-count")).to_have_text("1 session")


async def test_an_older_sign_in_is_confirmed_before_adding(member: Visitor) -> None:
    member.expected_complaints.add("status of 401 ")
    await demand_a_fresh_sign_in(member, "**/register/begin")
    member.touches = {"create", "get"}
    await member.add_another("Blue key")
    async with member.page.expect_request("**/authenticate/begin") as begun:
        await member.answer("Confirm with a passkey")
    # Even if sign-ins without user verification are allowed, a change needs user verification.
    wanted = (await begun.value).post_data_json
    assert wanted is not None
    assert wanted["acrValues"] == ["aal2"]
    await member.says("This device already has a passkey for your account")


async def test_a_confirmation_can_be_declined(member: Visitor) -> None:
    member.expected_complaints.add("status of 401 ")
    await demand_a_fresh_sign_in(member, "**/register/begin")
    await member.add_another("Blue key")
    await member.answer("Cancel")
    await expect(member.page.get_by_role("status")).to_be_empty()
    await expect(member.page.get_by_role("alert")).to_be_empty()


async def test_a_change_is_kept_if_the_list_cannot_be_read_afterwards(member: Visitor) -> None:
    member.expected_complaints.add("net::ERR_FAILED")

    async def lose_what_is_read_next(route: Route) -> None:
        await member.page.route("**/me", lambda route: route.abort(), times=1)
        await route.continue_()

    await member.page.route("**/register/finish", lose_what_is_read_next)
    await member.take_another_authenticator()
    await member.add_another("Blue key")
    await member.warns("be reached")
    await member.button("Try again").click()
    await expect(member.keys).to_have_count(2)
    assert len(await member.authenticator.credential_ids()) == 1


async def test_suspended_passkeys_are_marked(signed_in: Visitor) -> None:
    async def suspend(route: Route) -> None:
        response = await route.fetch()
        account = await response.json()
        account["credentials"][0]["suspended"] = True
        await route.fulfill(response=response, json=account)

    await signed_in.page.route("**/me", suspend)
    await signed_in.open()
    await expect(signed_in.keys).to_contain_text(["Suspended"])
    await expect(signed_in.keys).to_contain_text(["It cannot be used until"])


WARNINGS = {
    "sign-count-unchanged": "its count of sign-ins does not increase",
    "backup-eligibility-appeared": "at a later sign-in reported that it can sync",
    "backup-eligibility-vanished": "at a later sign-in reported that it stays on one device",
    "of-a-later-version": "A sign-in with it was unusual: of-a-later-version",
}


async def test_warnings_about_a_passkey_are_shown_in_plain_words(signed_in: Visitor) -> None:
    """Each about a passkey of its own."""

    async def warn(route: Route) -> None:
        response = await route.fetch()
        account = await response.json()
        (one,) = account["credentials"]
        account["credentials"] = [
            one | {"id": f"AAA{at}", "warnings": [warning]} for at, warning in enumerate(WARNINGS)
        ]
        await route.fulfill(response=response, json=account)

    await signed_in.page.route("**/me", warn)
    await signed_in.open()
    await expect(signed_in.keys).to_contain_text(list(WARNINGS.values()))
    await expect(signed_in.page.get_by_role("alert")).to_be_empty()


async def test_the_warning_depends_on_whether_other_passkeys_can_sign_in(
    signed_in: Visitor,
) -> None:
    suspended = True

    async def warn(route: Route) -> None:
        response = await route.fetch()
        account = await response.json()
        one = account["credentials"][0]
        one["warnings"] = ["sign-count-unchanged"]
        account["credentials"].append(one | {"id": "AAAA", "warnings": [], "suspended": suspended})
        await route.fulfill(response=response, json=account)

    await signed_in.page.route("**/me", warn)
    await signed_in.open()
    await expect(signed_in.keys.first).to_contain_text("Add another passkey, so that this does not")
    suspended = False
    await signed_in.reload()
    await expect(signed_in.keys.first).to_contain_text(
        "You can still sign in with your other passkeys"
    )


async def test_a_passkey_that_can_sync_since_a_later_sign_in_is_reported(
    member: Visitor, username: str
) -> None:
    await expect(member.keys.locator(".note")).to_have_count(0)
    await member.button("Sign out").click()
    await member.authenticator.begin_to_sync()
    await member.sign_in(username)
    await expect(member.keys).to_contain_text(["at a later sign-in reported that it can sync"])


async def test_links_are_shown_with_who_added_them_and_can_be_removed(member: Visitor) -> None:
    link = {
        "id": "AAAA",
        "issuer": "https://login.example",
        "subject": "mallory",
        "addedAt": "2031-05-17T12:00:00Z",
        "addedBy": {"type": "user", "id": "BBBB"},
    }

    async def with_a_link(route: Route) -> None:
        response = await route.fetch()
        await route.fulfill(response=response, json=await response.json() | {"links": [link]})

    async def removed(route: Route) -> None:
        await member.page.unroute("**/me", with_a_link)
        await route.fulfill(status=204)

    links = member.page.locator("#links li")
    await expect(member.page.locator("#links-part")).to_be_hidden()
    await member.page.route("**/me", with_a_link)
    await member.page.route("**/links/AAAA", removed)
    await member.reload()
    await expect(links).to_contain_text(["https://login.example"])
    await expect(links).to_contain_text(["mallory"])
    await expect(links).to_contain_text(["An administrator"])
    await links.get_by_role("button", name="Remove this link").click()
    await member.answer("Remove it")
    await member.says("Link removed")
    await expect(member.page.locator("#links-part")).to_be_hidden()
    await expect(member.page.locator("#keys-title")).to_be_focused()


async def demand_a_fresh_sign_in(member: Visitor, path: str) -> None:
    """Once, as the server does some minutes after the sign-in."""
    problem = {"type": f"{member.url}/problems#step-up-required", "status": 401}

    async def refuse(route: Route) -> None:
        await route.fulfill(
            status=401, content_type="application/problem+json", body=json.dumps(problem)
        )

    await member.page.route(path, refuse, times=1)
