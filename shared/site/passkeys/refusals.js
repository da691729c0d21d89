/** What the server declines, as what happened and what to do about it. */

/** @type {Record<string, import("./messages.js").Message>} by the problem's slug */
export const REFUSALS = {
  "ceremony-not-found": {
    title: "That took too long, or was already used",
    text: "Each attempt is good for a few minutes and only once. Start again for a fresh one.",
    again: "Start again",
  },
  "registration-rejected": {
    title: "The passkey was not accepted",
    text: "What your authenticator sent did not pass the server’s checks, so it was not saved. Try again, or use another authenticator.",
    again: "Try again",
  },
  "authentication-rejected": {
    title: "That passkey was not accepted",
    text: "It may belong to another name or have been removed here. Try another passkey, or create a new one.",
    again: "Try again",
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
  "erasure-under-way": {
    title: "It is asked for or under way already",
    text: "Somebody asked for the erasure of this person, confirmed it, or it has begun. The list shows how far it is.",
  },
  "concurrent-use": {
    title: "Two requests met",
    text: "The same account was changed at the same moment from elsewhere. Try again.",
    again: "Try again",
  },
  "token-required": {
    title: "This service takes no newcomers by itself",
    text: "A new account is set up by whoever runs it: ask them. If you have a passkey here, sign in with it.",
  },
  "token-invalid": {
    title: "Your sign-in has run out",
    text: "Sign in once more to go on.",
    calm: true,
  },
  "access-pass-refused": {
    title: "The access pass was not accepted",
    text: "Check the name and the pass. A pass is good for a limited time and often only once; if it is used up, ask for a new one.",
  },
  "step-up-required": {
    title: "This needs a fresh sign-in",
    text: "Sign out, sign in again, and do it within a few minutes.",
  },
  "last-credential": {
    title: "This is your last passkey",
    text: "Without it you can’t sign in again. Add another one first.",
  },
  "not-permitted": {
    title: "You may not do this",
    text: "Your account does not have that right, or somebody else has to do it.",
  },
  "csrf-refused": {
    title: "This page shows an earlier sign-in",
    text: "It is not the one that your browser has now, perhaps because you signed in again in another tab. Reload this page, then try again.",
  },
  "not-found": {
    title: "That is not there any more",
    text: "It was removed or ended elsewhere. Reload the page to see how things are now.",
  },
  "too-many-requests": {
    title: "Too many attempts",
    text: "The service takes no more of them for now.",
    again: "Try again",
  },
  busy: {
    title: "Many people use an access pass just now",
    text: "Nothing is wrong on your side, and your access pass is as good as before.",
    again: "Try again",
  },
  "keys-unavailable": {
    title: "The service can’t reach its keys",
    text: "Nothing is wrong on your side, and an access pass is as good as before.",
    again: "Try again",
  },
  "provider-unavailable": {
    title: "The identity provider does not answer",
    text: "The service could not ask it who you are.",
    again: "Try again",
  },
  "storage-unavailable": {
    title: "The service can’t reach its storage",
    text: "What you asked for may have been done, or not. Nothing is wrong on your side, and an access pass is not used up by this.",
    again: "Try again",
  },
};

/** Of no known kind: it may come from something between the browser and the service.
 * @type {import("./messages.js").Message} */
export const UNAVAILABLE = {
  title: "The service is not available just now",
  text: "What you asked for may have been done, or not. Nothing is wrong on your side.",
  again: "Try again",
};
