"""Password managers hand over objects that only look like credentials, and older browsers lack the
functions for JSON. Either way a person registers once, and signs in with what was made."""

import pytest
from playwright.async_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")

# The real authenticator answers; the page gets a plain object in place of the answer.
IMITATE = """
const BINARY = [
  "clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle",
];

function copied(credential, binary) {
  const response = {};
  for (const name of BINARY) {
    if (credential.response[name]) response[name] = binary(credential.response[name]);
  }
  const { id, type, authenticatorAttachment } = credential;
  return { id, rawId: binary(credential.rawId), type, authenticatorAttachment, response };
}

function withMethods(credential, binary) {
  const made = copied(credential, binary);
  const transports = credential.response.getTransports?.();
  if (transports) made.response.getTransports = () => transports;
  made.getClientExtensionResults = () => credential.getClientExtensionResults();
  return made;
}

/** The classes are named, but their functions refuse an object that the browser did not make. */
function posing(credential) {
  const made = copied(credential, (buffer) => buffer);
  const own = (object) => Object.getOwnPropertyDescriptors(object);
  const response = Object.create(Object.getPrototypeOf(credential.response), own(made.response));
  const members = { ...own(made), response: { value: response } };
  return Object.create(PublicKeyCredential.prototype, members);
}

function fromAnotherRealm(buffer) {
  const frame = document.body.appendChild(document.createElement("iframe"));
  const copy = new frame.contentWindow.Uint8Array(new Uint8Array(buffer)).buffer;
  frame.remove();
  return copy;
}

const IMITATIONS = {
  "no toJSON": (credential) => withMethods(credential, (buffer) => buffer),
  "a toJSON that throws": (credential) => Object.assign(
    withMethods(credential, (buffer) => buffer),
    { toJSON() { throw new TypeError("Illegal invocation"); } },
  ),
  "an empty toJSON": (credential) =>
    Object.assign(withMethods(credential, (buffer) => buffer), { toJSON: () => ({}) }),
  "a toJSON of half the members": (credential) => Object.assign(
    withMethods(credential, (buffer) => buffer),
    { toJSON: () => ({ id: credential.id, type: "public-key", response: {} }) },
  ),
  "a toJSON that leaves buffers as they are": (credential) => {
    const made = copied(credential, (buffer) => buffer);
    return { ...made, toJSON: () => made };
  },
  "no methods": (credential) => copied(credential, (buffer) => buffer),
  "the classes' names only": posing,
  "buffers of another realm": (credential) => withMethods(credential, fromAnotherRealm),
  "views in place of buffers": (credential) => withMethods(
    credential,
    (buffer) => new Uint8Array([0, ...new Uint8Array(buffer), 0]).subarray(1, -1),
  ),
  "no id but the raw one": (credential) => {
    const { id, ...others } = copied(credential, (buffer) => buffer);
    return others;
  },
  "an id in plain base64": (credential) => {
    const made = copied(credential, (buffer) => buffer);
    const id = btoa(String.fromCharCode(...new Uint8Array(credential.rawId)));
    return { ...made, id, toJSON: () => ({ ...credential.toJSON(), id, rawId: id }) };
  },
  "extension results that are no JSON": (credential) => Object.assign(
    withMethods(credential, (buffer) => buffer),
    { getClientExtensionResults: () => ({ prf: 1n }) },
  ),
  "an attachment that is no text": (credential) => Object.assign(
    withMethods(credential, (buffer) => buffer), { authenticatorAttachment: 1n },
  ),
  "transports that are no list": (credential) => withTransports(credential, "usb"),
  "transports that are no texts": (credential) =>
    withTransports(credential, [null, undefined, 1n, "a,b", "", "x".repeat(33), "internal"]),
};

function withTransports(credential, transports) {
  const made = withMethods(credential, (buffer) => buffer);
  made.response.getTransports = () => transports;
  return made;
}

let imitation;
window.imitate = (name) => { imitation = IMITATIONS[name]; };
for (const method of ["create", "get"]) {
  const original = navigator.credentials[method].bind(navigator.credentials);
  navigator.credentials[method] = async (options) => imitation(await original(options));
}
"""
KINDS = (
    "no toJSON",
    "a toJSON that throws",
    "an empty toJSON",
    "a toJSON of half the members",
    "a toJSON that leaves buffers as they are",
    "no methods",
    "the classes' names only",
    "buffers of another realm",
    "views in place of buffers",
    "no id but the raw one",
    "an id in plain base64",
    "extension results that are no JSON",
    "an attachment that is no text",
    "transports that are no list",
    "transports that are no texts",
)
FUNCTIONS = ("parseCreationOptionsFromJSON", "parseRequestOptionsFromJSON")


async def registers_once_and_signs_in(visitor: Visitor, username: str) -> None:
    await visitor.register(username)
    assert len(await visitor.authenticator.credential_ids()) == 1
    await visitor.sign_in(username)
    await visitor.is_signed_in(username)
    await expect(visitor.keys).to_have_count(1)


async def test_each_plain_object_is_read_as_a_credential(visitor: Visitor, username: str) -> None:
    """In one page, as opening it takes longer than both ceremonies."""
    await visitor.page.add_init_script(IMITATE)
    await visitor.open()
    for at, kind in enumerate(KINDS):
        await visitor.page.evaluate("(kind) => imitate(kind)", kind)
        await registers_once_and_signs_in(visitor, f"{username}-{at}")
        await visitor.button("Sign out").click()
        await visitor.says("Signed out")
        await visitor.authenticator.forget_all()


@pytest.mark.parametrize("lack", ["delete {0}", "{0} = () => {{ throw new TypeError('No'); }}"])
async def test_options_are_parsed_if_the_browser_cannot_parse_them(
    visitor: Visitor, username: str, lack: str
) -> None:
    """Excluded passkeys and the ones to sign in with are among them."""
    lacking = (lack.format(f"PublicKeyCredential.{function}") for function in FUNCTIONS)
    await visitor.page.add_init_script(";".join(lacking))
    await visitor.open()
    await registers_once_and_signs_in(visitor, username)
    await visitor.add_another()
    await expect(visitor.page.locator("main")).to_contain_text("already has a passkey")
    assert len(await visitor.authenticator.credential_ids()) == 1


async def test_transports_are_sent(visitor: Visitor, username: str) -> None:
    await visitor.page.add_init_script(f'{IMITATE}\nimitate("no toJSON");')
    await visitor.open()
    await registers_once_and_signs_in(visitor, username)
    await visitor.unfold("Details and changes", within=visitor.keys.first)
    await expect(visitor.keys.first).to_contain_text("this device")


async def test_a_passkey_that_cannot_be_read_is_forgotten(visitor: Visitor, username: str) -> None:
    hollow = "IMITATIONS.hollow = ({ id, rawId, type }) => ({ id, rawId, type, response: {} });"
    await visitor.page.add_init_script(f'{IMITATE}\n{hollow}\nimitate("hollow");')
    await visitor.open()
    await visitor.ask_to_register(username)
    await visitor.warns("returned an incomplete passkey")
    assert await visitor.authenticator.credential_ids() == []
