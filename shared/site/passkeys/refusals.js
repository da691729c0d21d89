/** Messages for the server's refusals: what happened, and what to do. */

/** @type {Record<string, import("./messages.js").Message>} by the problem's slug */
export const REFUSALS = {
  "ceremony-not-found": {
    title: "That took too long, or was already used",
    text: "Each attempt is valid for a few minutes and only once. Start again.",
    again: "Start again",
  },
  "registration-rejected": {
    title: "The passkey was not accepted",
    text: "The answer of your authenticator failed the server’s checks, so the passkey was not saved. Try again, or use another authenticator.",
    again: "Try again",
  },
  "authentication-rejected": {
    title: "That passkey was not accepted",
    text: "It may belong to another name or have been removed here. Try another passkey, or create a new one.",
    again: "Try again",
  },
  "username-taken": {
    title: "That name is taken",
    text: "If the account is yours, sign in with its passkey. Otherwise choose another name. The new passkey was not saved.",
  },
  "credential-already-registered": {
    title: "This passkey is already registered",
    text: "You can sign in with it.",
  },
  "credential-limit-reached": {
    title: "Your account has the maximum number of passkeys",
    text: "The new one was not saved. Sign in with one of your existing passkeys.",
  },
  "erasure-under-way": {
    title: "An erasure is already pending",
    text: "The erasure of this person’s data was requested, confirmed or started. The list shows its state.",
  },
  "concurrent-use": {
    title: "Two requests at the same time",
    text: "Another request changed the same account at the same time. Try again.",
    again: "Try again",
  },
  "token-required": {
    title: "You cannot register here by yourself",
    text: "Ask the operator of this service for a new account. If you have a passkey here, sign in with it.",
  },
  "token-invalid": {
    title: "Your sign-in has expired",
    text: "Sign in again to continue.",
    calm: true,
  },
  "access-pass-refused": {
    title: "The access pass was not accepted",
    text: "Check the name and the pass. A pass is valid for a limited time and often only once. If it is used up, ask for a new one.",
  },
  "step-up-required": {
    title: "This needs a fresh sign-in",
    text: "Sign out, sign in again, and repeat the request within a few minutes.",
  },
  "last-credential": {
    title: "This is your last passkey",
    text: "Without it you can’t sign in again. Add another one first.",
  },
  "not-permitted": {
    title: "You may not do this",
    text: "Your account does not have that right, or another person must do it.",
  },
  "csrf-refused": {
    title: "This page shows an earlier sign-in",
    text: "Your browser now has another one, perhaps because you signed in again in another tab. Reload this page, then try again.",
  },
  "not-found": {
    title: "That no longer exists",
    text: "It was removed or ended elsewhere. Reload the page to see the current state.",
  },
  "too-many-requests": {
    title: "Too many attempts",
    text: "The service accepts no more of them for now.",
    again: "Try again",
  },
  overloaded: {
    title: "The service has too much to do now",
    text: "Your request was not carried out. This is not your fault.",
    again: "Try again",
  },
  busy: {
    title: "Many people are using an access pass now",
    text: "This is not your fault, and your access pass is still valid.",
    again: "Try again",
  },
  "keys-unavailable": {
    title: "The service can’t reach its keys",
    text: "This is not your fault, and an access pass is still valid.",
    again: "Try again",
  },
  "provider-unavailable": {
    title: "The identity provider does not answer",
    text: "The service could not check your identity there.",
    again: "Try again",
  },
  "storage-unavailable": {
    title: "The service can’t reach its storage",
    text: "Your request may or may not have been carried out. This is not your fault, and it does not use up an access pass.",
    again: "Try again",
  },
};

/** For an unknown problem, which may come from a proxy between the browser and the service.
 * @type {import("./messages.js").Message} */
export const UNAVAILABLE = {
  title: "The service is not available",
  text: "Your request may or may not have been carried out. This is not your fault.",
  again: "Try again",
};
