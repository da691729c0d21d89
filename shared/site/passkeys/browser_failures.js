/**
 * Meanings of the errors that a browser throws when it creates a passkey (WebAuthn L3 section 5.1.3) or
 * requests one (5.1.4), and of those that password managers throw. A calm message is no alarm: the
 * person caused it, or nothing is wrong.
 */

import { AGAIN, CALM_AGAIN, PLAIN, message } from "./message.js";

/** @typedef {import("./message.js").Manner} Manner */

/** @type {Record<string, Manner>} errors with the same meaning in both calls */
const EITHER = {
  AbortError: CALM_AGAIN,
  TimeoutError: CALM_AGAIN,
  AnotherRequest: CALM_AGAIN,
  OperationError: AGAIN,
  SecurityError: PLAIN,
  NotReadableError: AGAIN,
  UnknownError: AGAIN,
  EncodingError: PLAIN,
};

/** @type {Record<string, Manner>} */
const CREATE = {
  NotAllowedError: CALM_AGAIN,
  NoCredential: CALM_AGAIN,
  InvalidStateError: CALM_AGAIN,
  ConstraintError: AGAIN,
  NotSupportedError: AGAIN,
  DataError: AGAIN,
  UnknownError: AGAIN,
};

/** @type {Record<string, Manner>} */
const GET = {
  NotAllowedError: CALM_AGAIN,
  NoCredential: CALM_AGAIN,
  InvalidStateError: AGAIN,
  ConstraintError: AGAIN,
  NotSupportedError: AGAIN,
  DataError: AGAIN,
};

/** Other names for the same: options that break the browser's own rules. @type {Record<string, string>} */
const ALIASES = { InvalidCharacterError: "EncodingError" };

/** @param {{call: "create" | "get", name: string, message: string}} failure
 * @returns {import("./message.js").Message} */
export function explainBrowser({ call, name, message: words }) {
  const known = meant(name, words);
  const ofCall = call === "create" ? CREATE : GET;
  if (known in ofCall) return message(`${call}.${known}`, ofCall[known]);
  if (known in EITHER) return message(`either.${known}`, EITHER[known]);
  return message("unknown.browser", AGAIN);
}

/** Where two requests meet, Chromium ends them with OperationError, and tells so in words alone. @param {string} name @param {string} words */
function meant(name, words) {
  if (name === "OperationError" && words.includes("pending")) return "AnotherRequest";
  return ALIASES[name] ?? name;
}
