/** The page itself: which part shows, what the buttons do, and whose token it holds. */

import { Problem, read } from "./api.js";
import * as account from "./account.js";
import * as autofill from "./autofill.js";
import { finishSignIn, register, signIn, unsupported } from "./ceremonies.js";
import { explain } from "./messages.js";
import * as notices from "./notices.js";

/** @param {string} id @returns {any} */
const part = (id) => document.getElementById(id);

const entry = /** @type {HTMLFormElement} */ (part("entry"));
const username = /** @type {HTMLInputElement} */ (part("username"));

/** Who is signed in, and with what. Here and nowhere else: the token is in no storage.
 * @type {{token: string, credentialId: string} | null} */
let session = null;
let busy = false;

/**
 * Run what the user asked for: one thing at a time, with no other WebAuthn request open.
 * @param {() => Promise<void>} work
 * @param {() => Promise<void>} [again] what a retry does, when it is not the same work
 */
async function perform(work, again = work) {
  if (busy) return;
  setBusy(true);
  autofill.stop();
  try {
    await work();
  } catch (error) {
    fail(error, () => perform(again));
  } finally {
    setBusy(false);
    if (!session) autofill.start(choose);
  }
}

/** @param {boolean} now */
function setBusy(now) {
  busy = now;
  for (const button of document.querySelectorAll("button")) {
    button.setAttribute("aria-disabled", String(now));
  }
}

/** @param {unknown} error @param {() => void} again */
function fail(error, again) {
  if (session && error instanceof Problem && error.status === 401) signOut();
  notices.failure(explain(error, !session && entry.mode.value === "sign-in"), again);
}

async function createFirst() {
  const name = username.value;
  notices.progress("Creating a passkey", "Follow your browser’s dialog.");
  await register({ username: name, keyName: part("first-key-name").value.trim() });
  setMode("sign-in");
  notices.success(
    `Passkey created for ${name}`,
    "Your device made a pair of keys, kept the private one and gave the site the public one. Now sign in with it.",
  );
  part("first-key-name").value = "";
  part("go").focus();
}

/** @param {string} [name] */
async function enter(name) {
  notices.progress("Signing in", "Follow your browser’s dialog.");
  welcome(await signIn(name));
}

/** A passkey was picked from the name field's suggestions. @param {PublicKeyCredential} credential */
function choose(credential) {
  perform(async () => welcome(await finishSignIn(credential)), () => enter());
}

/** @param {{access_token: string, expires_in: number, user: any, credential: any}} outcome */
function welcome({ access_token, expires_in, user, credential }) {
  session = { token: access_token, credentialId: credential.id };
  account.showUser(user, credential);
  account.showToken(access_token);
  account.countDown(expires_in, expire);
  showSignedIn(true);
  notices.success(
    "You are signed in",
    "Your device signed a challenge made for this one time; the site checked it with your public key. No secret left your device.",
  );
  refreshKeys();
}

/** Not part of the ceremony before it: that has succeeded, and nobody should wait for a list. */
async function refreshKeys() {
  const asking = session;
  if (!asking) return;
  try {
    const { credentials } = await read("me", asking.token);
    if (session === asking) account.showKeys(credentials, asking.credentialId);
  } catch (error) {
    if (session === asking) fail(error, refreshKeys);
  }
}

async function addAnother() {
  const name = part("another-key-name");
  notices.progress("Adding a passkey", "Follow your browser’s dialog.");
  const view = await register({ keyName: name.value.trim(), token: session?.token });
  name.value = "";
  notices.success("Passkey added", `“${account.titled(view)}” signs you in too from now on.`);
  refreshKeys();
}

/** @param {boolean} signedIn */
function showSignedIn(signedIn) {
  part("intro").hidden = signedIn;
  part("signed-out").hidden = signedIn;
  part("signed-in").hidden = !signedIn;
  part(signedIn ? "welcome" : "title").focus({ preventScroll: true });
  scrollTo(0, 0);
}

function signOut() {
  session = null;
  account.clear();
  setMode("sign-in");
  showSignedIn(false);
  if (!busy) autofill.start(choose);
}

function expire() {
  signOut();
  notices.failure(explain({ name: "TokenExpired" }));
}

/** @param {"register" | "sign-in"} mode */
function setMode(mode) {
  entry.mode.value = mode;
  for (const piece of /** @type {NodeListOf<HTMLElement>} */ (entry.querySelectorAll("[data-mode]"))) {
    piece.hidden = piece.dataset.mode !== mode;
  }
}

entry.addEventListener("submit", (event) => {
  event.preventDefault();
  username.value = username.value.trim();
  if (!entry.reportValidity()) return; // It was all spaces.
  perform(entry.mode.value === "register" ? createFirst : () => enter(username.value));
});
for (const radio of entry.mode) radio.addEventListener("change", () => setMode(radio.value));
part("nameless").addEventListener("click", () => perform(() => enter()));
part("another").addEventListener("submit", (/** @type {Event} */ event) => {
  event.preventDefault();
  perform(addAnother);
});
part("sign-out").addEventListener("click", () => {
  if (busy) return;
  signOut();
  notices.success("Signed out", "The access token is forgotten; your passkey stays on your device.");
});

setMode(entry.mode.value); // A reloaded page may come back with the other choice.
const obstacle = unsupported();
if (obstacle) notices.failure(explain(obstacle));
else autofill.start(choose);
