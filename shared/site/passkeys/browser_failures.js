/**
 * Meanings of the errors that a browser throws when it creates a passkey (WebAuthn L3 section 5.1.3) or
 * requests one (5.1.4), and of those that password managers throw. A calm message is no alarm: the
 * person caused it, or nothing is wrong.
 */

/** @typedef {import("./messages.js").Message} Message */

const AGAIN = "Try again";

/** @type {Record<string, Message>} errors with the same meaning in both calls */
const EITHER = {
  AbortError: {
    title: "Interrupted",
    text: "The browser ended the request before there was an answer. Nothing was changed.",
    again: AGAIN,
    calm: true,
  },
  TimeoutError: {
    title: "Time ran out",
    text: "The browser waited for your device and got no answer. Nothing was changed.",
    again: AGAIN,
    calm: true,
  },
  AnotherRequest: {
    title: "Another passkey request interrupted this one",
    text: "A browser runs one at a time. Close its passkey dialog if one is open, in other tabs too, then try again.",
    again: AGAIN,
    calm: true,
  },
  OperationError: {
    title: "The browser could not do it",
    text: "It started the request and could not finish it. Try again; if that fails too, restart the browser.",
    again: AGAIN,
  },
  SecurityError: {
    title: "The passkeys belong to another address",
    text: "The service is set up for another site address. Open it there; if this is your own deployment, compare its RP_ID with the address bar.",
  },
  NotReadableError: {
    title: "The browser could not reach your passkeys",
    text: "The device, security key or password manager that stores them did not answer. Unlock it or plug it in again, then try again.",
    again: AGAIN,
  },
  UnknownError: {
    title: "Your device could not do it",
    text: "The device, security key or password manager reported an internal fault without details. Try again, or use another one.",
    again: AGAIN,
  },
  EncodingError: {
    title: "The browser could not read the request",
    text: "The service sent something that this browser does not understand. Update the browser, or inform the operator of the service.",
  },
};

/** @type {Record<string, Message>} */
const CREATE = {
  NotAllowedError: {
    title: "Cancelled or timed out",
    text: "The browser’s dialog was closed, its time ran out, or the device could not confirm that it was you. Nothing was saved.",
    again: AGAIN,
    calm: true,
  },
  NoCredential: {
    title: "No passkey was created",
    text: "The browser closed its dialog without a passkey. Nothing was saved.",
    again: AGAIN,
    calm: true,
  },
  InvalidStateError: {
    title: "This device already has a passkey for your account",
    text: "One per device is enough. To add another, choose a different device or a security key.",
    again: AGAIN,
    calm: true,
  },
  ConstraintError: {
    title: "This authenticator can’t confirm it is you",
    text: "Set up a screen lock, fingerprint, face or PIN on it, or use another device.",
    again: AGAIN,
  },
  NotSupportedError: {
    title: "No suitable authenticator",
    text: "This device can’t create the kind of passkey that the service requires. Try a phone, another device or a security key.",
    again: AGAIN,
  },
  DataError: {
    title: "Your device could not save the passkey",
    text: "It did not accept data of the passkey, such as your name. Nothing was saved. Try another device or a security key.",
    again: AGAIN,
  },
  UnknownError: {
    title: "Your device could not create the passkey",
    text: "The device, security key or password manager reported a fault; perhaps its storage is full. Nothing was saved. Try again, or use another one.",
    again: AGAIN,
  },
};

/** @type {Record<string, Message>} */
const GET = {
  NotAllowedError: {
    title: "Cancelled or timed out",
    text: "The browser’s dialog was closed, its time ran out, or the device could not confirm that it was you. If it offered no passkey, your passkeys for this name are on another device, or the name is wrong.",
    again: AGAIN,
    calm: true,
  },
  NoCredential: {
    title: "No passkey was chosen",
    text: "The browser closed its dialog without a passkey. If it offered none, your passkeys for this name are on another device, or the name is wrong.",
    again: AGAIN,
    calm: true,
  },
  InvalidStateError: {
    title: "The browser was not ready",
    text: "It could not request a passkey. Reload the page, then try again.",
    again: AGAIN,
  },
  ConstraintError: {
    title: "This device can’t confirm it is you",
    text: "Set up a screen lock, fingerprint, face or PIN on it, or use a passkey of another device.",
    again: AGAIN,
  },
  NotSupportedError: {
    title: "This browser does not support these passkeys",
    text: "It does not know the kind that the service requires. Update the browser, or use a phone or another device.",
    again: AGAIN,
  },
  DataError: {
    title: "Your device could not use the passkey",
    text: "It could not read the passkey’s data. Try another passkey or another device.",
    again: AGAIN,
  },
};

/** Other names for the same: options that break the browser's own rules. @type {Record<string, string>} */
const ALIASES = { InvalidCharacterError: "EncodingError" };

/** @type {Message} */
const UNNAMED = {
  title: "The browser could not do it",
  text: "It, or a password manager in it, failed for an unknown reason. Try again, or use another browser.",
  again: AGAIN,
};

/** @param {{call: "create" | "get", name: string, message: string}} failure @returns {Message} */
export function explainBrowser({ call, name, message }) {
  const known = meant(name, message);
  return (call === "create" ? CREATE : GET)[known] ?? EITHER[known] ?? UNNAMED;
}

/** Where two requests meet, Chromium ends them with OperationError, and tells so in words alone. @param {string} name @param {string} message */
function meant(name, message) {
  if (name === "OperationError" && message.includes("pending")) return "AnotherRequest";
  return ALIASES[name] ?? name;
}
