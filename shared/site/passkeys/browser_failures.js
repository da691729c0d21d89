/**
 * What the names mean that a browser throws when it makes a passkey (WebAuthn L3 section 5.1.3) or
 * asks for one (5.1.4), and those that password managers throw. A calm one is no alarm: the person
 * did it, or it is good as it is.
 */

/** @typedef {import("./messages.js").Message} Message */

const AGAIN = "Try again";

/** @type {Record<string, Message>} what means the same in both calls */
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
    title: "Another passkey request came in between",
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
    title: "This address is not the one the passkeys belong to",
    text: "The service is set up for another site address. Open it there; if this is your own deployment, compare its RP_ID with the address bar.",
  },
  NotReadableError: {
    title: "The browser could not reach your passkeys",
    text: "What keeps them did not answer: the device, a security key or a password manager. Unlock it or plug it in again, then try again.",
    again: AGAIN,
  },
  UnknownError: {
    title: "Your device could not do it",
    text: "The device, security key or password manager reported a fault of its own and does not say which. Try again, or use another one.",
    again: AGAIN,
  },
  EncodingError: {
    title: "The browser could not read the request",
    text: "The service sent something that this browser does not understand. Update the browser, or tell whoever runs the service.",
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
    title: "No passkey was made",
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
    text: "This device can’t make the kind of passkey the service asks for. Try a phone, another device or a security key.",
    again: AGAIN,
  },
  DataError: {
    title: "Your device could not keep the passkey",
    text: "It did not take what belongs to the passkey, such as your name. Nothing was saved. Try another device or a security key.",
    again: AGAIN,
  },
  UnknownError: {
    title: "Your device could not make the passkey",
    text: "The device, security key or password manager reported a fault; perhaps it has no room left. Nothing was saved. Try again, or use another one.",
    again: AGAIN,
  },
};

/** @type {Record<string, Message>} */
const GET = {
  NotAllowedError: {
    title: "Cancelled or timed out",
    text: "The browser’s dialog was closed, its time ran out, or the device could not confirm that it was you. If it offered no passkey, those for this name are on another device, or the name is another one.",
    again: AGAIN,
    calm: true,
  },
  NoCredential: {
    title: "No passkey was chosen",
    text: "The browser closed its dialog without a passkey. If it offered none, those for this name are on another device, or the name is another one.",
    again: AGAIN,
    calm: true,
  },
  InvalidStateError: {
    title: "The browser was not ready",
    text: "It could not ask for a passkey just now. Reload the page, then try again.",
    again: AGAIN,
  },
  ConstraintError: {
    title: "This device can’t confirm it is you",
    text: "Set up a screen lock, fingerprint, face or PIN on it, or use a passkey of another device.",
    again: AGAIN,
  },
  NotSupportedError: {
    title: "This browser can’t ask for these passkeys",
    text: "It does not know the kind that the service asks for. Update the browser, or use a phone or another device.",
    again: AGAIN,
  },
  DataError: {
    title: "Your device could not use the passkey",
    text: "It could not read what belongs to it. Try another passkey or another device.",
    again: AGAIN,
  },
};

/** Other names for the same: options that break the browser's own rules. @type {Record<string, string>} */
const ALIASES = { InvalidCharacterError: "EncodingError" };

/** @type {Message} */
const UNNAMED = {
  title: "The browser could not do it",
  text: "It, or a password manager in it, failed without a reason that this page knows. Try again, or use another browser.",
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
