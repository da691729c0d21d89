/**
 * The signed-in session. Its tokens are in cookies that no script can read. Only the token that proves
 * to the server that a request is from this page (X-CSRF-Token) is kept here.
 */

import { Problem, send as sendPlainly, timeLeft } from "./api.js";

const MARGIN_MS = 30_000;

/** The session has ended, here or elsewhere. */
export class SessionOver extends Error {
  name = "SessionOver";
}

/** The session could not start: the browser did not store its cookies. */
export class NoCookies extends SessionOver {
  name = "NoCookies";
}

/** The browser has the cookies of another session, which another tab started. */
export class SessionReplaced extends Error {
  name = "SessionReplaced";
}

/** @typedef {import("../passkeys/credentials.js").CredentialView} CredentialView
 * @typedef {import("../passkeys/signals.js").Signal} Signal
 * @typedef {{authTime: string, expiresAt: string, amr: string[], acr: string, aal: number,
 *   scope: string, roles: string[], session: string, credential: string}} TokenView
 * @typedef {{user: {id: string, username: string, displayName: string},
 *   credentials: CredentialView[], links: import("../home/link_list.js").LinkView[], signal: Signal, token: TokenView, lifetime: number}} Account */

/** @type {{csrfToken: string, renewAt: number} | null} */
let open = null;
/** @type {Promise<void> | null} */
let renewing = null;
let renewal = 0;
/** Increases when a session is forgotten, so that a late answer does not restore it. */
let era = 0;
/** @type {(error?: unknown) => void} */
let renewed = () => {};

export const isOpen = () => open !== null;

/** @param {(error?: unknown) => void} listener called after an automatic renewal, or its failure */
export function onRenewal(listener) {
  renewed = listener;
}

/** @param {string} csrfToken @param {number} lifetime of the access token, in milliseconds */
export function start(csrfToken, lifetime) {
  const delay = Math.max(lifetime - MARGIN_MS, lifetime / 2);
  open = { csrfToken, renewAt: Date.now() + delay };
  clearTimeout(renewal);
  renewal = setTimeout(renewIfDue, delay);
}

export function forget() {
  open = null;
  era += 1;
  clearTimeout(renewal);
}

/** Send with the cookies; repeat with new ones if the access token has expired.
 * @type {import("./api.js").Send} */
export async function send(method, path, parts) {
  const ask = () => sendPlainly(method, path, { ...parts, csrfToken: open?.csrfToken });
  try {
    return await ask();
  } catch (error) {
    if (!hasRunOut(error)) throw error;
  }
  await renew();
  return ask();
}

/** @param {unknown} error */
function hasRunOut(error) {
  return error instanceof Problem && ["token-invalid", "token-required"].includes(error.slug);
}

/** A refresh token is single-use, so requests that need a new one share it. */
function renew() {
  renewing ??= exchange().finally(() => (renewing = null));
  return renewing;
}

async function exchange() {
  const mine = era;
  try {
    const response = await sendPlainly("POST", "token", { form: { grant_type: "refresh_token" } });
    const { csrfToken, expires_in } = await response.json();
    if (mine !== era) return;
    const replaced = open !== null && open.csrfToken !== csrfToken; // Each session has its own.
    start(csrfToken, expires_in * 1000);
    if (replaced) throw new SessionReplaced();
  } catch (error) {
    if (error instanceof Problem && error.status === 400) throw new SessionOver();
    throw error;
  }
}

/** A hidden page sends no requests; it renews when it becomes visible again, as after sleep. */
function renewIfDue() {
  if (!open || Date.now() < open.renewAt || document.visibilityState !== "visible") return;
  renew().then(() => renewed(), renewed);
}

document.addEventListener("visibilitychange", renewIfDue);

/** The account of this session, and the claims of the access token. @returns {Promise<Account>} */
export async function read() {
  const mine = era;
  const response = await send("GET", "me");
  const { csrfToken, ...account } = await response.json();
  const lifetime = timeLeft(response, account.token.expiresAt);
  if (mine !== era) throw new SessionOver();
  start(csrfToken, lifetime);
  return { ...account, lifetime };
}

/** The account of this session, or null if there is none. The access token lasts for minutes, and the
 * session for longer. */
export async function find() {
  try {
    return await read();
  } catch (error) {
    const nobody = error instanceof SessionOver || (error instanceof Problem && error.status === 401);
    if (!nobody) throw error;
    forget();
    return null;
  }
}

/** End the session: the server deletes the cookies. */
export async function end() {
  await renewing?.catch(() => {}); // Its new cookies would arrive after the deletion of the old ones.
  await sendPlainly("POST", "revoke", { form: {} });
  forget();
}
