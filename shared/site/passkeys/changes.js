/** Changes to the user's account, and the questions before some of them. */

import { Problem } from "../common/api.js";
import { signIn } from "./ceremonies.js";
import { titled } from "./credentials.js";
import * as notices from "../common/notices.js";
import { tell } from "../common/other_tabs.js";
import { ask } from "../common/question.js";
import { register } from "./registration.js";
import * as session from "../common/session.js";
import { signalAccount, signalUnknown } from "./signals.js";

/** @typedef {import("./credentials.js").CredentialView} CredentialView
 * @typedef {<T>(change: () => Promise<T>) => Promise<T>} Confirmed */

/** @param {unknown} error @param {string} slug */
const isRefusal = (error, slug) => error instanceof Problem && error.slug === slug;

/** @param {unknown} error */
export const wantsFreshSignIn = (error) => isRefusal(error, "step-up-required");

/**
 * Let the user confirm their identity. The new session replaces the one before.
 * @param {string} username
 * @param {string} sessionBefore
 * @returns {Promise<string>} which passkey was used
 */
export async function signInAfresh(username, sessionBefore) {
  await ask({
    title: "Confirm that it is you",
    text: "This change needs a fresh sign-in with one of your passkeys, and with your fingerprint, face or PIN.",
    yes: "Confirm with a passkey",
    no: "Cancel",
  });
  notices.progress("Confirming that it is you", "Follow your browser’s dialog.");
  const { csrfToken, expires_in, credential } = await signIn(username, { acrValues: ["aal2"] });
  session.start(csrfToken, expires_in * 1000);
  tell("started");
  session.send("DELETE", `sessions/${sessionBefore}`).catch(() => {}); // Otherwise it expires.
  return credential.id;
}

/** @param {string} account @param {string} keyName @returns {Promise<CredentialView>} */
export function add(account, keyName) {
  return register({ account, keyName, via: session.send, find: findOwn });
}

/** @param {string} credentialId */
async function findOwn(credentialId) {
  const { credentials } = await session.read();
  return credentials.find(({ id }) => id === credentialId) ?? null;
}

/** @param {CredentialView} view @param {string} name */
export async function rename({ id }, name) {
  await session.send("PATCH", `credentials/${id}`, { body: { name } });
}

/** @param {CredentialView} view @param {Confirmed} confirmed */
export async function remove(view, confirmed) {
  await ask({
    title: `Remove “${titled(view)}”?`,
    text: "It can no longer sign you in, and its sessions end. If the browser supports it, your device is asked to delete it.",
    yes: "Remove it",
    no: "Keep it",
  });
  const { signal } = await removeAsked(view, confirmed);
  signalUnknown(signal);
  signalAccount(signal);
}

/** @param {CredentialView} view @param {Confirmed} confirmed */
async function removeAsked({ id }, confirmed) {
  const path = `credentials/${id}`;
  try {
    return await confirmed(() => sendRemoval(path));
  } catch (error) {
    if (!isRefusal(error, "last-credential")) throw error;
  }
  await ask({
    title: "This is your last passkey",
    text: "Without it you can’t sign in to this account again, unless the operator of the service gives you an access pass. It is safer to add another passkey first.",
    yes: "Remove my last passkey",
    no: "Keep it",
  });
  return confirmed(() => sendRemoval(`${path}?lastCredential=remove`));
}

/** @param {string} path */
async function sendRemoval(path) {
  return (await session.send("DELETE", path)).json();
}

/** @param {import("../home/link_list.js").LinkView} view @param {Confirmed} confirmed */
export async function removeLink({ id, issuer }, confirmed) {
  await ask({
    title: "Remove this link?",
    text: `The user of ${issuer} will not be able to add passkeys to your account. Passkeys that were already added stay.`,
    yes: "Remove it",
    no: "Keep it",
  });
  await confirmed(() => session.send("DELETE", `links/${id}`));
}

export function askToEndAll() {
  return ask({
    title: "Sign out everywhere?",
    text: "Every session of your account ends, this one too, and no application stays connected. You can sign in again with your passkeys.",
    yes: "Sign out everywhere",
    no: "Cancel",
  });
}
