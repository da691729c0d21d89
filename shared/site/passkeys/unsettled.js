/**
 * The passkey of which nobody knows yet whether the server keeps it. A reload does not forget it, as
 * the page would take it for no passkey at all then. It is in the tab's storage: what was sent to the
 * server, which signs nobody in.
 */

/** @typedef {{account: string, rpId: string, credentialId: string, body: object, sentAt?: number}} Made */

const KEY = "touchstone-unsettled";
/** Longer than a finish may run (`functionTimeout` in host.json) and its last write may take. */
const OVER_AFTER_MS = 120_000;

let made = restored();

/** @returns {Made | null} */
function restored() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  } catch {
    return null; // The browser allows no storage.
  }
}

export const current = () => made;

/** @param {Made | null} next */
export function keep(next) {
  made = next;
  try {
    if (next) sessionStorage.setItem(KEY, JSON.stringify(next));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Then it is kept until the next reload.
  }
}

/** The server's list of passkeys was seen. @param {string[]} credentialIds
 * @returns {boolean} whether nothing is missing from it that the server may have soon */
export function settleBy(credentialIds) {
  if (made && credentialIds.includes(made.credentialId)) keep(null);
  return made === null;
}

/** The server may be at work on it, so that what it does not have yet, it may have soon.
 * @param {Made} passkey */
export const mayBeUnderWay = ({ sentAt = 0 }) => Math.abs(Date.now() - sentAt) < OVER_AFTER_MS;
