/**
 * Telling authenticators what the service holds (WebAuthn L3 section 5.1.10), where the browser can.
 * A courtesy: nothing waits for it, and whether it worked is of use to few.
 */

import { settleBy } from "./unsettled.js";

/** @typedef {{rpId: string, userId: string, name: string, displayName: string,
 *   allAcceptedCredentialIds: string[], credentialId?: string}} Signal */

/** @param {string} method @param {object} options
 * @returns {Promise<boolean>} whether the browser took it */
async function signal(method, options) {
  const known = /** @type {any} */ (window.PublicKeyCredential);
  try {
    await known[method](options);
    return true;
  } catch {
    return false; // An authenticator that cannot be told shows an old name, or a passkey of no use.
  }
}

/** The passkeys and names of who is signed in; of nobody else, as an authenticator may delete the
 * passkeys that are not in the list: not while one may be missing there. @param {Signal} account */
export function signalAccount({ rpId, userId, name, displayName, allAcceptedCredentialIds }) {
  const whole = settleBy(allAcceptedCredentialIds);
  if (whole) signal("signalAllAcceptedCredentials", { rpId, userId, allAcceptedCredentialIds });
  signal("signalCurrentUserDetails", { rpId, userId, name, displayName });
}

/** A passkey that the service does not hold, or not any more.
 * @param {{rpId: string, credentialId: string}} gone */
export function signalUnknown({ rpId, credentialId }) {
  return signal("signalUnknownCredential", { rpId, credentialId });
}
