/** Every failure as what happened and what to do about it. */

import { Problem } from "../common/api.js";
import { explainBrowser } from "./browser_failures.js";
import { BrowserFailure } from "./ceremonies.js";
import { REFUSALS, UNAVAILABLE } from "./refusals.js";

/** @typedef {{title: string, text: string, again?: string, calm?: boolean}} Message
 * `again` labels a retry button; what is calm is said, and is no alarm */

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
  Unreachable: {
    title: "The server can’t be reached",
    text: "Check your connection, then try again.",
    again: AGAIN,
  },
  NoCookies: {
    title: "The browser kept no cookies",
    text: "Your passkey was accepted, but you stay signed in by cookies only. Allow them for this site; Safari keeps them over https only, even on localhost.",
  },
  PassOver: {
    title: "The access pass has run out",
    text: "After a pass was accepted, ten minutes are left to create the passkey. Ask for a new pass.",
  },
  UnreadableCredential: {
    title: "The passkey could not be used",
    text: "The browser or a password manager handed over a passkey that is not whole. Try without that password manager, or with another device.",
    again: AGAIN,
  },
  Unsettled: {
    title: "It is not known yet whether your passkey was saved",
    text: "Your device made it, but the service gave no clear answer. Try again: the page then asks about this passkey, and makes no second one.",
    again: AGAIN,
  },
  MayBeUnderWay: {
    title: "It is not known yet whether your passkey was saved",
    text: "The service does not have it, but may still be at work on it. Try again in two minutes: the page makes no second one meanwhile.",
    again: AGAIN,
  },
  NotSaved: {
    title: "Your passkey was not saved",
    text: "The service does not have it, so it can’t be used here. Create a new one.",
    again: "Start again",
  },
  SessionOver: {
    title: "Your sign-in has run out",
    text: "The session lived its time, or was ended elsewhere. Sign in once more to go on.",
    calm: true,
  },
  SessionReplaced: {
    title: "Your sign-in was renewed",
    text: "What you asked for was not done meanwhile.",
    again: AGAIN,
    calm: true,
  },
  SignedInElsewhere: {
    title: "You signed in in another tab",
    text: "So you are signed in here too.",
    calm: true,
  },
  SignedInAgain: {
    title: "You signed in once more in another tab",
    text: "This tab goes on with that sign-in. If you asked for something just now, ask once more.",
    calm: true,
  },
  AnotherUser: {
    title: "Somebody else signed in in another tab",
    text: "A browser has one sign-in at a time, so this tab now shows their account. What you asked for last was not done.",
    calm: true,
  },
  AnotherUserSince: {
    title: "Somebody else signed in in another tab",
    text: "A browser has one sign-in at a time, so this tab now shows their account. What you asked for last was done, for the account that was shown before.",
    calm: true,
  },
};

/** What became of a passkey that the server did not keep, by what its error says of it.
 * @type {Record<string, string>} */
const LEFTOVERS = {
  forgotten: "Your device was asked to forget the passkey that it had just made.",
  kept: "Your device may go on listing the passkey that it has just made: it is of no use, so remove it there.",
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

/** The service tells what it counts, and when it goes on. @param {string} detail
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
