/** Every failure as what happened and what to do about it. */

import { Problem } from "./api.js";

/** @typedef {{title: string, text: string, again?: string}} Message `again` labels a retry button */

const AGAIN = "Try again";
const START_AGAIN = "Start again";

/** @type {Record<string, Message>} by the name of what the browser or this page threw */
const FAILURES = {
  InsecureContext: {
    title: "This page was not opened securely",
    text: "Passkeys work only over https (or on localhost). Open the page by its https address.",
  },
  NoPasskeys: {
    title: "This browser has no passkeys",
    text: "Open the page in a current Chrome, Edge, Firefox or Safari, outside of any in-app browser.",
  },
  OldBrowser: {
    title: "This browser is too old for this page",
    text: "It knows passkeys but lacks a part this page needs. Update the browser, or use another.",
  },
  Unreachable: {
    title: "The server can’t be reached",
    text: "Check your connection, then try again.",
    again: AGAIN,
  },
  NotAllowedError: {
    title: "Cancelled or timed out",
    text: "The browser’s dialog was closed, its time ran out, or the device could not confirm that it was you. Nothing was saved.",
    again: AGAIN,
  },
  InvalidStateError: {
    title: "This device already has a passkey for your account",
    text: "One per device is enough. To add another, choose a different device or a security key.",
    again: AGAIN,
  },
  SecurityError: {
    title: "This address is not the one the passkeys belong to",
    text: "The service is set up for another site address. Open it there; if this is your own deployment, compare its RP_ID with the address bar.",
  },
  NotSupportedError: {
    title: "No suitable authenticator",
    text: "This device can’t make the kind of passkey the service asks for. Try a phone, another device or a security key.",
    again: AGAIN,
  },
  ConstraintError: {
    title: "This authenticator can’t confirm it is you",
    text: "Set up a screen lock, fingerprint, face or PIN on it, or use another device.",
    again: AGAIN,
  },
  AbortError: {
    title: "Interrupted",
    text: "Another passkey request took over.",
    again: AGAIN,
  },
  TokenExpired: {
    title: "Your sign-in has run out",
    text: "The access token lived its time. Sign in once more to go on.",
  },
};

/** A browser does not tell a site that it has no passkey for a name: it just lets the user give up.
 * @type {Message} */
const NOT_SIGNED_IN = {
  title: "Cancelled or timed out",
  text: "The browser’s dialog was closed, its time ran out, or the device could not confirm that it was you. If it offered no passkey, check the name, or try without one.",
  again: AGAIN,
};

/** @type {Record<string, Message>} by the problem's slug */
const REFUSALS = {
  "ceremony-not-found": {
    title: "That took too long, or was already used",
    text: "Each attempt is good for a few minutes and only once. Start again for a fresh one.",
    again: START_AGAIN,
  },
  "registration-rejected": {
    title: "The passkey was not accepted",
    text: "What your authenticator sent did not pass the server’s checks, so it was not saved. Try again, or use another authenticator.",
    again: AGAIN,
  },
  "authentication-rejected": {
    title: "That passkey was not accepted",
    text: "It may belong to another name or have been removed here. Try another passkey, or create a new one.",
    again: AGAIN,
  },
  "username-taken": {
    title: "That name is taken",
    text: "If the account is yours, sign in with its passkey. Otherwise choose another name; the passkey just made was not saved.",
  },
  "credential-already-registered": {
    title: "This passkey is already registered",
    text: "There is nothing to add: sign in with it.",
  },
  "credential-limit-reached": {
    title: "Your account has all the passkeys it may have",
    text: "The new one was not saved. Sign in with one of those you have.",
  },
  "concurrent-use": {
    title: "Two requests met",
    text: "The same account was changed at the same moment from elsewhere. Try again.",
    again: AGAIN,
  },
  "token-required": {
    title: "This service takes no newcomers by itself",
    text: "A new account is set up by whoever runs it: ask them. If you have a passkey here, sign in with it.",
  },
  "token-invalid": FAILURES.TokenExpired,
};

/** @param {number} seconds @returns {Message} */
function busy(seconds) {
  const when = seconds ? `in about ${seconds} second${seconds === 1 ? "" : "s"}` : "in a moment";
  return {
    title: "The service is busy",
    text: `Its storage is not available just now. Nothing is wrong on your side: try again ${when}.`,
    again: AGAIN,
  };
}

/** @param {string} reference @returns {Message} */
function unforeseen(reference) {
  const mention = reference ? ` If it goes on, mention ${reference}.` : "";
  return {
    title: "Something went wrong",
    text: `That was not foreseen, and not your doing. Try again.${mention}`,
    again: AGAIN,
  };
}

/** A name can be wrong in ways that only the server knows. @param {string} detail @returns {Message} */
function unfit(detail) {
  return {
    title: "The server could not use that",
    text: `Your name may have up to 64 letters, digits and plain symbols, and no spaces. In the server’s words: ${detail}`,
  };
}

/** @param {Problem} problem @returns {Message} */
function explainRefusal(problem) {
  if (problem.slug === "malformed-request") return unfit(problem.detail);
  if (problem.status === 429 || problem.status === 503) return busy(problem.retryAfter);
  return REFUSALS[problem.slug] ?? unforeseen(problem.instance);
}

/** @param {unknown} error @param {boolean} [signingIn] @returns {Message} */
export function explain(error, signingIn = false) {
  if (error instanceof Problem) return explainRefusal(error);
  const { name } = /** @type {Error} */ (error);
  if (signingIn && name === "NotAllowedError") return NOT_SIGNED_IN;
  return FAILURES[name] ?? unforeseen("");
}
