/**
 * A passkey of which it is unknown whether the server saved it. A reload does not forget it, because
 * the page would then assume that there is none. The tab's storage has the data that was sent to the
 * server, which cannot be used to sign in.
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
    // Then it is remembered until the next reload.
  }
}

/** The server's list of passkeys was received. @param {string[]} credentialIds
 * @returns {boolean} whether the list is complete, with no passkey that the server may still save */
export function settleBy(credentialIds) {
  if (made && credentialIds.includes(made.credentialId)) keep(null);
  return made === null;
}

/** The server may still be processing it, and may save it soon.
 * @param {Made} passkey */
export const mayBeUnderWay = ({ sentAt = 0 }) => Math.abs(Date.now() - sentAt) < OVER_AFTER_MS;
