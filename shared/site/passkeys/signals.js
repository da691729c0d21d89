/**
 * Signals to authenticators which passkeys the service has (WebAuthn L3 section 5.1.10), if the browser
 * supports it. It is optional: nothing waits for it, and few callers use its result.
 */

import { settleBy } from "./unsettled.js";

/** @typedef {{rpId: string, userId: string, name: string, displayName: string,
 *   allAcceptedCredentialIds: string[], credentialId?: string}} Signal */

/** @param {string} method @param {object} options
 * @returns {Promise<boolean>} whether the browser accepted it */
async function signal(method, options) {
  const known = /** @type {any} */ (window.PublicKeyCredential);
  try {
    await known[method](options);
    return true;
  } catch {
    return false; // Without the signal, an authenticator shows an old name or an unusable passkey.
  }
}

/** The passkeys and names of the signed-in user only, because an authenticator may delete
 * passkeys that are not in the list. Not sent while one may be missing. @param {Signal} account */
export function signalAccount({ rpId, userId, name, displayName, allAcceptedCredentialIds }) {
  const whole = settleBy(allAcceptedCredentialIds);
  if (whole) signal("signalAllAcceptedCredentials", { rpId, userId, allAcceptedCredentialIds });
  signal("signalCurrentUserDetails", { rpId, userId, name, displayName });
}

/** A passkey that the service does not have, or no longer has.
 * @param {{rpId: string, credentialId: string}} gone */
export function signalUnknown({ rpId, credentialId }) {
  return signal("signalUnknownCredential", { rpId, credentialId });
}
