/** The browser's ceremonies with passkeys, and the sign-in. */

import { begin, post } from "../common/api.js";
import { authenticationJSON, creationOptions, requestOptions } from "./webauthn_json.js";

/** Passkeys can't be used here; `name` says why. */
export class Unsupported extends Error {
  /** @param {"InsecureContext" | "NoPasskeys"} name */
  constructor(name) {
    super(name);
    this.name = name;
  }
}

/** The browser created or found no passkey; `name` is the name of its error. */
export class BrowserFailure extends Error {
  /** @param {"create" | "get"} call @param {any} cause the thrown value, even undefined */
  constructor(call, cause) {
    super(String(cause?.message ?? ""), { cause });
    this.name = String(cause?.name ?? "");
    this.call = call;
  }
}

/** A browser may also return no passkey and no error. */
class NoCredential extends Error {
  name = "NoCredential";
}

/** @returns {Unsupported | null} */
export function unsupported() {
  if (!window.isSecureContext) return new Unsupported("InsecureContext");
  if (!window.PublicKeyCredential || !navigator.credentials) return new Unsupported("NoPasskeys");
  return null;
}

/** @param {"create" | "get"} call @param {() => CredentialCreationOptions | CredentialRequestOptions} options
 * @returns {Promise<PublicKeyCredential>} */
async function ask(call, options) {
  const reason = unsupported();
  if (reason) throw reason;
  try {
    const credential = await navigator.credentials[call](/** @type {any} */ (options()));
    if (!credential) throw new NoCredential();
    return /** @type {PublicKeyCredential} */ (credential);
  } catch (error) {
    throw new BrowserFailure(call, /** @type {Error} */ (error));
  }
}

/** @param {object} publicKey the server's options */
export const createPasskey = (publicKey) => ask("create", () => ({ publicKey: creationOptions(publicKey) }));

/** @param {object} publicKey the server's options @param {CredentialRequestOptions} [more] */
export function getPasskey(publicKey, more) {
  return ask("get", () => ({ publicKey: requestOptions(publicKey), ...more }));
}

/**
 * Sign in with the browser's dialog, with the passkeys of a name or, without one, any of this site.
 * @param {string} [username]
 * @param {{acrValues?: string[], credentialId?: string}} [demands] the required strength, if
 * any; the only accepted passkey
 */
export async function signIn(username, { acrValues, credentialId } = {}) {
  const wanted = { ...(username && { username }), ...(acrValues && { acrValues }) };
  const { publicKey } = await begin("authenticate/begin", wanted);
  if (credentialId) publicKey.allowCredentials = [{ type: "public-key", id: credentialId }];
  return finishSignIn(await getPasskey(publicKey));
}

/** The tokens arrive in cookies that this script cannot read. @param {PublicKeyCredential} credential
 * @returns {Promise<{csrfToken: string, expires_in: number, user: any, credential: any}>} */
export async function finishSignIn(credential) {
  return post("authenticate/finish", { credential: authenticationJSON(credential), cookies: true });
}
