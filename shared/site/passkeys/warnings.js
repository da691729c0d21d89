/** What was odd about sign-ins with a passkey that were let in, and what its owner can do. */

const NO_OTHER = "Add another passkey, so that this does not lock you out.";
const ANOTHER = "Your other passkeys would still sign you in.";

/** @type {Record<string, (advice: string) => string>} */
const WARNINGS = {
  "sign-count-unchanged": (advice) =>
    "It works, but its count of sign-ins does not go up. Should the count ever go down, it may be " +
    `refused as a copy. ${advice}`,
  "backup-eligibility-appeared": () =>
    "It was made as a passkey of one device, and said at a later sign-in that it can sync. An update of " +
    "what keeps it does that. If you know of none, remove it and add a new one.",
  "backup-eligibility-vanished": (advice) =>
    "It was made as a passkey that can sync, and said at a later sign-in that it stays on one device. " +
    `Don’t count on having it on another one. ${advice}`,
};

/** @param {string[]} names as the server has them @param {boolean} isOnlyOne that signs in to
 * its account */
export function describeWarnings(names, isOnlyOne) {
  const advice = isOnlyOne ? NO_OTHER : ANOTHER;
  return names.map((name) => WARNINGS[name]?.(advice) ?? `A sign-in with it was unusual: ${name}.`);
}
