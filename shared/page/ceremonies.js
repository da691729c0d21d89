/** The two WebAuthn ceremonies: options from the server, a credential from the browser, and back. */

import { Problem, begin, finish } from "./api.js";

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
 * Make a passkey: for a new account by its name, or one more for the account of the token.
 * @param {{username?: string, keyName?: string, token?: string}} whose
 */
export async function register({ username, keyName, token }) {
  requireSupport();
  const { publicKey } = await begin("register/begin", { ...(username && { username }) }, { token });
  const credential = await navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey),
  });
  return finishRegistration(/** @type {PublicKeyCredential} */ (credential), keyName, publicKey.rp.id);
}

/** @param {PublicKeyCredential} credential @param {string | undefined} name @param {string} rpId */
async function finishRegistration(credential, name, rpId) {
  try {
    return await finish("register/finish", { credential: credential.toJSON(), ...(name && { name }) });
  } catch (error) {
    if (error instanceof Problem && LEAVES_AN_ORPHAN.has(error.slug)) {
      await dropOrphan(rpId ?? location.hostname, credential.id);
    }
    throw error;
  }
}

/** Let the authenticator forget a passkey that the server refused, where it can be told.
 * @param {string} rpId @param {string} credentialId */
async function dropOrphan(rpId, credentialId) {
  try {
    await /** @type {any} */ (PublicKeyCredential).signalUnknownCredential?.({ rpId, credentialId });
  } catch {
    // A courtesy to the authenticator: the refusal itself is what the user must hear about.
  }
}

/** Sign in by the browser's own dialog, with the passkeys of a name or, without one, any of this site.
 * @param {string} [username] */
export async function signIn(username) {
  requireSupport();
  const { publicKey } = await begin("authenticate/begin", username ? { username } : {});
  const credential = await navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey),
  });
  return finishSignIn(/** @type {PublicKeyCredential} */ (credential));
}

/** @param {PublicKeyCredential} credential */
export async function finishSignIn(credential) {
  return finish("authenticate/finish", { credential: credential.toJSON() });
}
