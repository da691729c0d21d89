/** The server's refusals that have a message of their own: what happened, and what to do. */

import { AGAIN, CALM, PLAIN, START } from "./message.js";

/** @type {Record<string, import("./message.js").Manner>} by the problem's slug */
export const REFUSALS = {
  "ceremony-not-found": START,
  "registration-rejected": AGAIN,
  "authentication-rejected": AGAIN,
  "username-taken": PLAIN,
  "credential-already-registered": PLAIN,
  "credential-limit-reached": PLAIN,
  "erasure-under-way": PLAIN,
  "concurrent-use": AGAIN,
  "token-required": PLAIN,
  "token-invalid": CALM,
  "access-pass-refused": PLAIN,
  "step-up-required": PLAIN,
  "last-credential": PLAIN,
  "not-permitted": PLAIN,
  "access-obstructed": PLAIN,
  "approval-over": CALM,
  "approval-lapsed": PLAIN,
  "approval-limit-reached": PLAIN,
  "csrf-refused": PLAIN,
  "not-found": PLAIN,
  "too-many-requests": AGAIN,
  overloaded: AGAIN,
  busy: AGAIN,
  "keys-unavailable": AGAIN,
  "provider-unavailable": AGAIN,
  "storage-unavailable": AGAIN,
};
