/** The list of passkeys: their properties and actions. */

import { button, element, fact, part, replaceItems, tag } from "../common/elements.js";
import { timeElement } from "../common/times.js";
import { describeWarnings } from "./warnings.js";

const UNDISCLOSED = "00000000-0000-0000-0000-000000000000";

/** @type {Record<string, string>} */
const REACHED = {
  ble: "Bluetooth",
  hybrid: "a phone nearby",
  internal: "this device",
  nfc: "NFC",
  "smart-card": "smart card",
  usb: "USB",
};

/** @typedef {{id: string, name: string | null, aaguid: string, createdAt: string,
 *   lastUsedAt: string | null, transports: string[], backupEligible: boolean,
 *   backupState: boolean, suspended: boolean, warnings: string[]}} CredentialView
 * @typedef {{rename: (view: CredentialView, name: string) => void,
 *   remove: (view: CredentialView) => void}} Actions */

/** @param {CredentialView} view */
export const titled = ({ name }) => name || "Unnamed passkey";

/** @param {CredentialView[]} credentials @param {string} usedId the one that signed in
 * @param {Actions} actions */
export function showCredentials(credentials, usedId, actions) {
  const oldestFirst = [...credentials].sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  const usable = credentials.filter(({ suspended }) => !suspended);
  const about = (/** @type {CredentialView} */ { id }) => ({
    used: id === usedId,
    alone: usable.every((other) => other.id === id),
  });
  const items = oldestFirst.map((view) => item(view, about(view), actions));
  replaceItems(part("keys"), items, part("keys-title"));
}

/** @param {CredentialView} view @param {{used: boolean, alone: boolean}} about @param {Actions} actions */
function item(view, { used, alone }, actions) {
  const title = element("p", "row-name", titled(view), syncTag(view));
  if (used) title.append(tag("Used this time"));
  const made = element("li", "", title);
  if (view.suspended) {
    title.append(tag("Suspended", "bad"));
    made.append(element("p", "hint", "It cannot be used until the operator of this service lifts the suspension."));
  }
  const warnings = describeWarnings(view.warnings, alone).map((text) => element("p", "hint note", text));
  made.append(...warnings, dates(view), more(view, actions));
  made.dataset.id = view.id;
  return made;
}

/** @param {CredentialView} view */
function syncTag({ backupEligible, backupState }) {
  if (!backupEligible) return tag("Device-bound");
  return backupState ? tag("Synced", "good") : tag("Can sync, not backed up yet");
}

/** @param {CredentialView} view */
function dates({ createdAt, lastUsedAt }) {
  return element(
    "dl",
    "facts",
    fact("Created", timeElement(new Date(createdAt))),
    fact("Last used", lastUsedAt ? timeElement(new Date(lastUsedAt)) : "Not yet"),
  );
}

/** @param {CredentialView} view @param {Actions} actions */
function more(view, actions) {
  const about = element("span", "visually-hidden", ` of “${titled(view)}”`);
  return element(
    "details",
    "more",
    element("summary", "", "Details and changes", about),
    model(view),
    renaming(view, actions),
    button("Remove this passkey", `“${titled(view)}”`, () => actions.remove(view)),
  );
}

/** @param {CredentialView} view */
function model({ transports, aaguid }) {
  const reached = transports.map((transport) => REACHED[transport] ?? transport).join(", ");
  return element(
    "dl",
    "facts",
    fact("Reached through", reached || "Not disclosed"),
    fact("Model (AAGUID)", aaguid === UNDISCLOSED ? "Not disclosed" : element("code", "", aaguid)),
  );
}

/** @param {CredentialView} view @param {Actions} actions */
function renaming(view, actions) {
  const input = element("input", "");
  Object.assign(input, { value: view.name ?? "", maxLength: 64, required: true, autocomplete: "off" });
  const save = element("button", "", "Save the name");
  const form = element("form", "inline", element("label", "field", "Name of the passkey", input), save);
  form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    input.value = input.value.trim();
    if (form.reportValidity()) actions.rename(view, input.value);
  });
  return form;
}

/** The passkey that the access token names, by a hash for privacy.
 * @param {CredentialView[]} credentials @param {string} hash base64url of SHA-256 */
export async function findUsed(credentials, hash) {
  const hashes = await Promise.all(credentials.map(({ id }) => hashOf(id)));
  return credentials[hashes.indexOf(hash)];
}

/** @param {string} id base64url */
async function hashOf(id) {
  const binary = atob(id.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const encoded = btoa(String.fromCharCode(...hash));
  return encoded.replaceAll("+", "-").replaceAll("/", "_").replace("=", "");
}
