"""What comes of an approval on the pages: a token of Entra, or a restore. Azure is made up."""

from typing import Any
from urllib.parse import parse_qs

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.people import People, Person
from tests.browser.test_accessibility import look_over
from tests.browser.test_requests import at_requests

pytestmark = pytest.mark.asyncio(loop_scope="session")

VAULT = "/subscriptions/s/resourceGroups/backup/providers/Microsoft.RecoveryServices/vaults/one"
GROUP = "/subscriptions/s/resourceGroups/restored"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/staging"
OFFER: dict[str, Any] = {
    "profile": "restore-web",
    "title": "Web servers",
    "kind": "azure-backup-restore",
    "needsApproval": True,
    "approvers": 1,
    "boundGesture": False,
    "reasonRequired": False,
    "lifetimeSeconds": 300,
    "restore": {
        "vault": VAULT,
        "workloads": ["VM"],
        "recoveryTypes": ["OriginalLocation", "RestoreDisks"],
        "targets": [GROUP],
    },
    "ready": True,
    "unmet": [],
}
TIME = "2026-11-29T03:06:00.5121087Z"


async def answers(page: Page, pattern: str, **answer: object) -> None:
    await page.route(pattern, lambda route: route.fulfill(json=answer))


async def sent_by(asker: Person) -> object:
    """What the page sends to ask for an approval. It gets no answer."""
    page = asker.visitor.page
    await page.route("**/approvals", lambda route: route.abort())
    asker.visitor.expected_complaints.add("net::ERR_FAILED")
    async with page.expect_request(
        lambda request: request.method == "POST" and request.url.endswith("/approvals")
    ) as sending:
        await asker.presses("Go on")
    return (await sending.value).post_data_json


async def test_a_token_is_got_once_and_is_on_the_page_only_then(people: People) -> None:
    asker, page = people.asker, people.asker.visitor.page
    address = await asker.ask("servers", reason="Restart the shop")
    await people.first.open(address)
    await people.first.presses("Approve with a passkey")
    await people.first.sees("Approved")
    await asker.open(address)
    await asker.sees("Approved")
    asker.visitor.expected_complaints.add("status of 400 ")
    told = {"error": "invalid_grant", "error_description": "Entra does not know the identity."}
    await page.route("**/token", lambda route: route.fulfill(status=400, json=told), times=1)
    await asker.presses("Get the token")
    await asker.visitor.warns("Entra does not know the identity.")
    await page.route("**/token", lambda route: route.fulfill(json={"access_token": "ey.J0.X"}))
    async with page.expect_request("**/token") as sending:
        await asker.presses("Get the token")
    sent = parse_qs((await sending.value).post_data or "")
    assert sent["audience"] == ["servers"]
    assert sent["subject_token_type"] == ["urn:touchstone:token-type:approval-code"]
    assert sent["subject_token"][0]
    await expect(page.locator("#granted-title")).to_be_focused()
    await expect(page.locator("#token")).to_have_value("ey.J0.X")
    await look_over(asker.visitor)
    await page.unroute_all()
    await page.reload()
    await asker.sees("Approved")
    await expect(page.locator("#token")).to_have_value("")


async def test_what_a_restore_takes_is_picked_and_sent_as_the_service_describes_it(
    people: People,
) -> None:
    asker, page = people.asker, people.asker.visitor.page
    machine = {"item": "VM;iaasvmcontainerv2;rg;web-1", "name": "web-1", "region": "westeurope"}
    await answers(page, "**/access", access=[OFFER])
    await answers(page, "**/backup/restore-web/items?*", items=[machine])
    await answers(
        page, "**/backup/restore-web/recovery-points?*", recoveryPoints=[{"id": "34", "time": TIME}]
    )
    await at_requests(asker)
    await page.get_by_role("button", name="Ask for it").click()
    await page.get_by_label("Machine", exact=True).select_option("web-1")
    await page.get_by_label("How").select_option("In place of the machine’s disks")  # noqa: RUF001
    await expect(page.get_by_label("Resource group")).to_be_hidden()
    await page.get_by_label("How").select_option("As new disks")
    await expect(page.get_by_label("Resource group")).to_be_visible()
    await expect(page.get_by_label("Name of the new machine")).to_be_hidden()
    await expect(page.get_by_label("Region")).to_have_value("westeurope")
    await page.get_by_label("Storage account").fill(ACCOUNT)
    await look_over(asker.visitor)
    assert await sent_by(asker) == {
        "profile": "restore-web",
        "authorization_details": {
            "type": "azure-backup-restore",
            "locations": [VAULT],
            "actions": ["RestoreDisks"],
            "item": machine["item"],
            "recoveryPoint": "34",
            "recoveryPointTime": TIME,
            "target": {
                "region": "westeurope",
                "storageAccount": ACCOUNT,
                "resourceGroup": GROUP,
            },
        },
    }
    await page.unroute_all()


async def test_files_of_a_share_are_named_and_sent_as_the_service_describes_it(
    people: People,
) -> None:
    asker, page = people.asker, people.asker.visitor.page
    share = {"item": "StorageContainer;Storage;rg;st;AzureFileShare;1", "name": "reports"}
    bounds = OFFER["restore"] | {"workloads": ["VM", "AzureFileShare"]}
    bounds["recoveryTypes"] = ["AlternateLocation", "OriginalLocation"]
    await answers(page, "**/access", access=[OFFER | {"restore": bounds}])
    await answers(page, "**/backup/restore-web/items?*", items=[share])
    await answers(
        page, "**/backup/restore-web/recovery-points?*", recoveryPoints=[{"id": "34", "time": TIME}]
    )
    await at_requests(asker)
    await page.get_by_role("button", name="Ask for it").click()
    await page.get_by_label("What", exact=True).select_option("A file share")
    await expect(page.get_by_label("Machine", exact=True)).to_be_hidden()
    await page.get_by_label("File share", exact=True).select_option("reports")
    await (
        page.get_by_label("How")
        .and_(page.locator(":visible"))
        .select_option("To another file share")
    )
    await page.get_by_label("Files that are there already").select_option("Stay as they are")
    await page.get_by_label("Files and folders").fill("2026/November.xlsx\n /2025/ \n")
    await page.get_by_label("Storage account of the other share").fill(ACCOUNT)
    await page.get_by_label("Name of the other share").fill("restored")
    await look_over(asker.visitor)
    assert await sent_by(asker) == {
        "profile": "restore-web",
        "authorization_details": {
            "type": "azure-backup-restore",
            "locations": [VAULT],
            "actions": ["AlternateLocation"],
            "item": share["item"],
            "share": "reports",
            "recoveryPoint": "34",
            "recoveryPointTime": TIME,
            "conflicts": "Skip",
            "files": [
                {"path": "2026/November.xlsx", "kind": "File"},
                {"path": "2025", "kind": "Directory"},
            ],
            "target": {"storageAccount": ACCOUNT, "share": "restored"},
        },
    }
    await page.unroute_all()


async def test_whoever_asked_starts_the_restore_and_sees_how_it_ends(people: People) -> None:
    asker, page = people.asker, people.asker.visitor.page
    address = await asker.ask("servers", reason="Restore the shop")
    state = {"status": "approved"}
    restore = {"title": "Web servers", "name": "restore-web", "kind": "azure-backup-restore"}

    async def approval(route: Route) -> None:
        """Without a version, as it changes here and not in the service."""
        told = await (await route.fetch()).json()
        await route.fulfill(json=told | state | {"profile": restore})

    async def restoring(route: Route) -> None:
        if route.request.method == "POST":
            state["status"] = "used"
        failed = {"code": "UserErrorRestoreVmUnavailable", "message": "No <b>room</b>"}
        told = {"approval": "x", "status": "failed", "requestId": "a-1", "error": failed}
        await route.fulfill(json=told)

    await page.route("**/approvals/*", approval)
    await page.route("**/approvals/*/restore", restoring)
    await asker.open(address)
    await asker.presses("Start the restore")
    await asker.sees("Approved, and used")
    await expect(page.locator("#restore-state")).to_contain_text("It has failed.")
    await expect(page.locator("#restore-facts")).to_contain_text("No <b>room</b>")
    await expect(asker.visitor.button("Start the restore")).to_be_hidden()
    await page.unroute_all()
