/** The signed-in part of the page: the account's passkeys and what its access token says. */

import { MEANINGS, MOMENTS, decode } from "./token.js";
import { span, timeElement } from "./times.js";

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
 *   backupState: boolean}} CredentialView */

/** @param {string} id @returns {HTMLElement} */
const part = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {string} tag @param {string} className @param {...(Node | string)} children */
function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** @param {Node | string} name @param {Node | string} value */
function fact(name, value) {
  return element("div", "", element("dt", "", name), element("dd", "", value));
}

/** @param {CredentialView} view */
export const titled = ({ name }) => name || "Unnamed passkey";

/** @param {{username: string, displayName: string}} user @param {CredentialView} used */
export function showUser({ username, displayName }, used) {
  const shown = displayName || username;
  part("welcome").textContent = `Welcome, ${shown}`;
  part("who").textContent = username;
  part("with").textContent = titled(used);
  part("initial").textContent = (Array.from(shown)[0] ?? "").toLocaleUpperCase();
}

/** @param {CredentialView[]} credentials @param {string} usedId the one that signed in */
export function showKeys(credentials, usedId) {
  const oldestFirst = credentials.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt));
  part("keys").replaceChildren(...oldestFirst.map((view) => keyItem(view, view.id === usedId)));
}

/** @param {CredentialView} view @param {boolean} used */
function keyItem(view, used) {
  const title = element("p", "key-name", titled(view), syncTag(view));
  if (used) title.append(element("span", "tag", "Used this time"));
  return element("li", "", title, keyFacts(view));
}

/** @param {CredentialView} view */
function syncTag({ backupEligible, backupState }) {
  const tag = element("span", "tag", "Device-bound");
  if (backupEligible) tag.textContent = backupState ? "Synced" : "Can sync, not backed up yet";
  if (backupState) tag.dataset.tone = "good";
  return tag;
}

/** @param {CredentialView} view */
function keyFacts({ createdAt, lastUsedAt, transports, aaguid }) {
  const reached = transports.map((transport) => REACHED[transport] ?? transport).join(", ");
  return element(
    "dl",
    "facts",
    fact("Created", timeElement(new Date(createdAt))),
    fact("Last used", lastUsedAt ? timeElement(new Date(lastUsedAt)) : "Not yet"),
    fact("Reached through", reached || "Not disclosed"),
    fact("Model (AAGUID)", aaguid === UNDISCLOSED ? "Not disclosed" : element("code", "", aaguid)),
  );
}

/** @param {string} token */
export function showToken(token) {
  const { header, claims } = decode(token);
  part("header").replaceChildren(...Object.entries(header).map(([name, value]) => claim(name, value)));
  part("claims").replaceChildren(...Object.entries(claims).map(([name, value]) => claim(name, value)));
}

/** @param {string} name @param {unknown} value */
function claim(name, value) {
  const meaning = MEANINGS[name];
  const label = element("span", "", element("code", "", name), meaning ? ` ${meaning}` : "");
  return fact(label, claimValue(name, value));
}

/** @param {string} name @param {unknown} value */
function claimValue(name, value) {
  if (MOMENTS.has(name)) return timeElement(new Date(Number(value) * 1000));
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

let ticking = 0;

/**
 * Show how long the token still lives, until it does not.
 * @param {number} seconds its whole life
 * @param {() => void} ended
 */
export function countDown(seconds, ended) {
  const endsAt = Date.now() + seconds * 1000;
  const tick = () => {
    const left = endsAt - Date.now();
    if (left <= 0) return ended();
    part("life").textContent = `Good for another ${span(left)}`;
    /** @type {HTMLProgressElement} */ (part("life-bar")).value = left / 1000 / seconds;
  };
  stopCountDown();
  ticking = setInterval(tick, 1000);
  tick();
}

/** Forget what was shown of an account. */
export function clear() {
  stopCountDown();
  for (const id of ["welcome", "who", "with", "initial", "keys", "header", "claims", "life"]) {
    part(id).replaceChildren();
  }
}

function stopCountDown() {
  clearInterval(ticking);
}
