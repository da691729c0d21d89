/** The two WebAuthn ceremonies: options from the server, a credential from the browser, and back. */

import { Problem, begin, post } from "./api.js";
import { signalUnknown } from "./signals.js";

/** The refusals after which the server surely holds no such credential. An expired ceremony is not
 * among them: a request repeated by the network looks the same, and its key is good. */
const LEAVES_AN_ORPHAN = new Set([
  "credential-limit-reached",
  "malformed-request",
  "registration-rejected",
  "token-invalid",
  "username-taken",
]);

/** Passkeys can't be used here; `name` says why. */
export class Unsupported extends Error {
  /** @param {"InsecureContext" | "NoPasskeys" | "OldBrowser"} name */
  constructor(name) {
    super(name);
    this.name = name;
  }
}

/** @returns {Unsupported | null} */
export function unsupported() {
  if (!window.isSecureContext) return new Unsupported("InsecureContext");
  if (!window.PublicKeyCredential) return new Unsupported("NoPasskeys");
  const { parseCreationOptionsFromJSON, parseRequestOptionsFromJSON } = PublicKeyCredential;
  if (!parseCreationOptionsFromJSON || !parseRequestOptionsFromJSON) return new Unsupported("OldBrowser");
  return null;
}

function requireSupport() {
  const reason = unsupported();
  if (reason) throw reason;
}

/**
 * Make a passkey: for a new account by its name, or one more for the account of who asks.
 * @param {{username?: string, keyName?: string, via?: import("./api.js").Send}} whose
 */
export async function register({ username, keyName, via }) {
  requireSupport();
  const { publicKey } = await begin("register/begin", { ...(username && { username }) }, { via });
  const credential = await navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey),
  });
  return finishRegistration(/** @type {PublicKeyCredential} */ (credential), keyName, publicKey.rp.id);
}

/** @param {PublicKeyCredential} credential @param {string | undefined} name @param {string} rpId */
async function finishRegistration(credential, name, rpId) {
  try {
    return await post("register/finish", { credential: credential.toJSON(), ...(name && { name }) });
  } catch (error) {
    if (error instanceof Problem && LEAVES_AN_ORPHAN.has(error.slug)) {
      await signalUnknown({ rpId: rpId ?? location.hostname, credentialId: credential.id });
    }
    throw error;
  }
}

/** Sign in by the browser's own dialog, with the passkeys of a name or, without one, any of this site.
 * @param {string} [username] @param {string[]} [acrValues] how strong it has to be, if that matters */
export async function signIn(username, acrValues) {
  requireSupport();
  const wanted = { ...(username && { username }), ...(acrValues && { acrValues }) };
  const { publicKey } = await begin("authenticate/begin", wanted);
  const credential = await navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey),
  });
  return finishSignIn(/** @type {PublicKeyCredential} */ (credential));
}

/** The tokens come in cookies, out of this script's reach. @param {PublicKeyCredential} credential
 * @returns {Promise<{csrfToken: string, expires_in: number, user: any, credential: any}>} */
export async function finishSignIn(credential) {
  return post("authenticate/finish", { credential: credential.toJSON(), cookies: true });
}
