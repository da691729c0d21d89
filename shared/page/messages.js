/** Every failure as what happened and what to do about it. */

import { Problem } from "./api.js";
import { REFUSALS } from "./refusals.js";

/** @typedef {{title: string, text: string, again?: string}} Message `again` labels a retry button */

const AGAIN = "Try again";

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
  NoCookies: {
    title: "The browser kept no cookies",
    text: "Your passkey was accepted, but what it earned comes in cookies. Allow them for this site; Safari keeps them over https only, even on localhost.",
  },
  PassOver: {
    title: "The access pass has run out",
    text: "After a pass was accepted, ten minutes are left to create the passkey. Ask for a new pass.",
  },
  SessionOver: {
    title: "Your sign-in has run out",
    text: "The session lived its time, or was ended elsewhere. Sign in once more to go on.",
  },
};

/** A browser does not tell a site that it has no passkey for a name: it just lets the user give up.
 * @type {Message} */
const NOT_SIGNED_IN = {
  title: "Cancelled or timed out",
  text: "The browser’s dialog was closed, its time ran out, or the device could not confirm that it was you. If it offered no passkey, check the name, or try without one.",
  again: AGAIN,
};

/** A refusal that passes by itself. @param {Message} message @param {number} seconds @returns {Message} */
function later({ title, text, again }, seconds) {
  return { title, text: `${text} Try again ${when(seconds)}.`, again };
}

/** @param {number} seconds */
function when(seconds) {
  if (!seconds) return "in a moment";
  if (seconds > 90) return `in about ${Math.ceil(seconds / 60)} minutes`;
  return `in about ${seconds} second${seconds === 1 ? "" : "s"}`;
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
  const rule = detail.startsWith("username")
    ? "Your name may have up to 64 letters, digits and plain symbols, and no spaces. "
    : "";
  return { title: "The server could not use that", text: `${rule}In the server’s words: ${detail}` };
}

/** @param {Problem} problem @returns {Message} */
function explainRefusal({ slug, status, detail, instance, retryAfter }) {
  if (slug === "malformed-request") return unfit(detail);
  if (status === 429) return later(REFUSALS["too-many-requests"], retryAfter);
  if (status === 503) return later(REFUSALS[slug] ?? REFUSALS["storage-unavailable"], retryAfter);
  return REFUSALS[slug] ?? unforeseen(instance);
}

/** @param {unknown} error @param {boolean} [signingIn] @returns {Message} */
export function explain(error, signingIn = false) {
  if (error instanceof Problem) return explainRefusal(error);
  const { name } = /** @type {Error} */ (error);
  if (signingIn && name === "NotAllowedError") return NOT_SIGNED_IN;
  return FAILURES[name] ?? unforeseen("");
}
