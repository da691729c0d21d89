/** The signed-out part: a first passkey, signing in, or a passkey by an access pass. */

import { Problem, post, sendAs } from "../common/api.js";
import { signIn } from "../passkeys/ceremonies.js";
import { part } from "../common/elements.js";
import * as notices from "../common/notices.js";
import { register } from "../passkeys/registration.js";
import { perform } from "../common/work.js";

/** A pass was accepted, but expired before the passkey was created. */
class PassOver extends Error {
  name = "PassOver";

  /** @param {Problem & {leftover?: string}} refusal */
  constructor({ leftover }) {
    super();
    this.leftover = leftover;
  }
}

/** @typedef {"register" | "sign-in" | "access-pass"} Mode */

const form = /** @type {HTMLFormElement} */ (part("entry"));
const username = /** @type {HTMLInputElement} */ (part("username"));
const keyName = /** @type {HTMLInputElement} */ (part("first-key-name"));
const accessPass = /** @type {HTMLInputElement} */ (part("access-pass"));

/** @type {(outcome: any) => void} */
let signedIn = () => {};

/** A pass may be valid only once, so a second attempt uses the result of the first one.
 * @type {{username: string, typed: string, bearer: string} | null} */
let redeemed = null;

/** @returns {Mode} */
export const mode = () => form.mode.value;

/** @param {Mode} mode */
export function setMode(mode) {
  form.mode.value = mode;
  for (const piece of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-mode]"))) {
    piece.hidden = !piece.dataset.mode?.split(" ").includes(mode);
    for (const input of piece.querySelectorAll("input")) input.disabled = piece.hidden;
  }
}

async function createFirst() {
  notices.progress("Creating a passkey", "Follow your browser’s dialog.");
  await create({ username: username.value });
}

/** @param {{username?: string, via?: import("../common/api.js").Send}} how */
async function create(how) {
  const { value } = username;
  const find = (/** @type {string} */ credentialId) => findByUse(value, credentialId);
  const made = await register({ account: `name:${value}`, keyName: keyName.value.trim(), find, ...how });
  if (made.csrfToken) return signedIn(made);
  leadToSignIn();
}

/** Without a session, only a sign-in shows whether a passkey was saved.
 * @param {string} name @param {string} credentialId */
async function findByUse(name, credentialId) {
  notices.progress("Signing in with your new passkey", "This shows whether it was saved. Follow your browser’s dialog.");
  try {
    return await signIn(name, { credentialId });
  } catch (error) {
    if (error instanceof Problem && error.slug === "authentication-rejected") return null;
    throw error;
  }
}

async function createWithPass() {
  notices.progress("Checking the access pass", "Then your browser asks you to create a passkey.");
  /** Only when it is needed: the pass is used up if an earlier passkey was saved.
   * @type {import("../common/api.js").Send} */
  const via = async (...request) => sendAs(await redeem(username.value, accessPass.value.trim()))(...request);
  try {
    await create({ via });
  } catch (error) {
    if (!(error instanceof Problem && error.slug === "token-invalid")) throw error;
    redeemed = null;
    throw new PassOver(error);
  }
  redeemed = null;
  accessPass.value = "";
}

/** @param {string} username @param {string} typed */
async function redeem(username, typed) {
  if (redeemed?.username !== username || redeemed.typed !== typed) {
    const { access_token } = await post("access-passes/redeem", { username, accessPass: typed });
    redeemed = { username, typed, bearer: access_token };
  }
  return redeemed.bearer;
}

function leadToSignIn() {
  setMode("sign-in");
  notices.success(
    `Passkey created for ${username.value}`,
    "Your device created a pair of keys, kept the private key and gave the site the public key. Now sign in with it.",
  );
  keyName.value = "";
  part("go").focus();
}

/** @param {string} [name] */
export async function enter(name) {
  notices.progress("Signing in", "Follow your browser’s dialog.");
  signedIn(await signIn(name));
}

const WORK = {
  register: createFirst,
  "sign-in": () => enter(username.value),
  "access-pass": createWithPass,
};

/** @param {(outcome: any) => void} listener called with the result of a sign-in */
export function start(listener) {
  signedIn = listener;
  setMode(mode()); // A reloaded page may have another choice selected.
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    username.value = username.value.trim();
    if (form.reportValidity()) perform(WORK[mode()]); // Otherwise it was only spaces.
  });
  for (const radio of form.mode) radio.addEventListener("change", () => setMode(radio.value));
  part("nameless").addEventListener("click", () => perform(() => enter()));
}
