/** A message for every failure: what happened, and what to do. */

import { Problem } from "../common/api.js";
import { explainBrowser } from "./browser_failures.js";
import { BrowserFailure } from "./ceremonies.js";
import { REFUSALS, UNAVAILABLE } from "./refusals.js";

/** @typedef {{title: string, text: string, again?: string, calm?: boolean}} Message
 * `again` labels a retry button; a calm message is shown, but is no alarm */

const AGAIN = "Try again";

/** @type {Record<string, Message>} by the name of the error of the browser or this page */
const FAILURES = {
  InsecureContext: {
    title: "This page was not opened securely",
    text: "Passkeys work only over https (or on localhost). Open the page by its https address.",
  },
  NoPasskeys: {
    title: "This browser has no passkeys",
    text: "Open the page in a current Chrome, Edge, Firefox or Safari, outside of any in-app browser.",
  },
  Unreachable: {
    title: "The server can’t be reached",
    text: "Check your connection, then try again.",
    again: AGAIN,
  },
  NoCookies: {
    title: "The browser stored no cookies",
    text: "Your passkey was accepted, but you stay signed in only with cookies. Allow them for this site. Safari stores them only over https, even on localhost.",
  },
  PassOver: {
    title: "The access pass has expired",
    text: "After a pass is accepted, you have ten minutes to create the passkey. Ask for a new pass.",
  },
  UnreadableCredential: {
    title: "The passkey could not be used",
    text: "The browser or a password manager returned an incomplete passkey. Try without that password manager, or with another device.",
    again: AGAIN,
  },
  Unsettled: {
    title: "It is not known yet whether your passkey was saved",
    text: "Your device created it, but the service gave no clear answer. Try again: the page then asks about this passkey, and creates no second one.",
    again: AGAIN,
  },
  MayBeUnderWay: {
    title: "It is not known yet whether your passkey was saved",
    text: "The service does not have it, but may still be processing it. Try again in two minutes: the page creates no second one meanwhile.",
    again: AGAIN,
  },
  NotSaved: {
    title: "Your passkey was not saved",
    text: "The service does not have it, so it can’t be used here. Create a new one.",
    again: "Start again",
  },
  SessionOver: {
    title: "Your sign-in has expired",
    text: "The session has expired, or was ended elsewhere. Sign in again to continue.",
    calm: true,
  },
  SessionReplaced: {
    title: "Your sign-in was renewed",
    text: "Your request was not carried out.",
    again: AGAIN,
    calm: true,
  },
  SignedInElsewhere: {
    title: "You signed in in another tab",
    text: "You are now signed in here too.",
    calm: true,
  },
  SignedInAgain: {
    title: "You signed in again in another tab",
    text: "This tab continues with that sign-in. If you just made a request, repeat it.",
    calm: true,
  },
  AnotherUser: {
    title: "Somebody else signed in in another tab",
    text: "A browser has one sign-in at a time, so this tab now shows their account. Your last request was not carried out.",
    calm: true,
  },
  AnotherUserSince: {
    title: "Somebody else signed in in another tab",
    text: "A browser has one sign-in at a time, so this tab now shows their account. Your last request was carried out, for the account that was shown before.",
    calm: true,
  },
};

/** The state of a passkey that the server did not save, by its error's `leftover`.
 * @type {Record<string, string>} */
const LEFTOVERS = {
  forgotten: "Your device was asked to delete the new passkey.",
  kept: "Your device may still list the new passkey. It cannot be used, so remove it there.",
};

/** A temporary refusal. @param {Message} message @param {number} seconds @returns {Message} */
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
  const mention = reference ? ` If this continues, mention ${reference}.` : "";
  return {
    title: "Something went wrong",
    text: `This error was unexpected, and is not your fault. Try again.${mention}`,
    again: AGAIN,
  };
}

/** Only the server knows all rules for names. @param {string} detail @returns {Message} */
function unfit(detail) {
  const rule = detail.startsWith("username")
    ? "Your name may have up to 64 letters, digits and plain symbols, and no spaces. "
    : "";
  return { title: "The server could not use that", text: `${rule}The server’s message: ${detail}` };
}

/** The service says what it counts, and when to retry. @param {string} detail
 * @param {number} retryAfter @returns {Message} */
function tooMany(detail, retryAfter) {
  const message = REFUSALS["too-many-requests"];
  return detail ? { ...message, text: detail } : later(message, retryAfter);
}

/** @param {Problem} problem @returns {Message} */
function explainRefusal({ slug, status, detail, instance, retryAfter }) {
  if (slug === "malformed-request") return unfit(detail);
  if (status === 429) return tooMany(detail, retryAfter);
  if (status === 503) return later(REFUSALS[slug] ?? UNAVAILABLE, retryAfter);
  return REFUSALS[slug] ?? unforeseen(instance);
}

/** @param {unknown} error @returns {Message} */
export function explain(error) {
  const { leftover } = /** @type {{leftover?: string}} */ (error);
  const message = explainAlone(error);
  return leftover ? { ...message, text: `${message.text} ${LEFTOVERS[leftover]}` } : message;
}

/** @param {unknown} error @returns {Message} */
function explainAlone(error) {
  if (error instanceof Problem) return explainRefusal(error);
  if (error instanceof BrowserFailure) return explainBrowser(error);
  return FAILURES[/** @type {Error} */ (error).name] ?? unforeseen("");
}
