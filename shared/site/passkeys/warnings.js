/** Warnings about accepted sign-ins with a passkey, and what its owner can do. */

const NO_OTHER = "Add another passkey, so that this does not lock you out.";
const ANOTHER = "You can still sign in with your other passkeys.";

/** @type {Record<string, (advice: string) => string>} */
const WARNINGS = {
  "sign-count-unchanged": (advice) =>
    "It works, but its count of sign-ins does not increase. If the count ever falls, it may be " +
    `refused as a copy. ${advice}`,
  "backup-eligibility-appeared": () =>
    "It was created as a passkey of one device, and at a later sign-in reported that it can sync. An update of " +
    "the app that stores it can cause this. If there was no update, remove it and add a new one.",
  "backup-eligibility-vanished": (advice) =>
    "It was created as a passkey that can sync, and at a later sign-in reported that it stays on one device. " +
    `It may be missing on your other devices. ${advice}`,
};

/** @param {string[]} names as the server has them
 * @param {boolean} isOnlyOne whether it is the only active one of its account */
export function describeWarnings(names, isOnlyOne) {
  const advice = isOnlyOne ? NO_OTHER : ANOTHER;
  return names.map((name) => WARNINGS[name]?.(advice) ?? `A sign-in with it was unusual: ${name}.`);
}
