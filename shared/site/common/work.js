/** What the user asks for: one thing at a time, with no other WebAuthn request open. */

/** @typedef {{before: () => Promise<boolean>, failed: (error: unknown, again: () => void) =>
 *   Promise<void>, after: () => void}} Surroundings `before` tells whether the work may begin */

/** @type {Surroundings} */
let surroundings;
let busy = false;

/** @param {Surroundings} given what the page does around each piece of work */
export function surround(given) {
  surroundings = given;
}

export const isBusy = () => busy;

/**
 * @param {() => Promise<void>} work
 * @param {() => Promise<void>} [again] what a retry does, when it is not the same work
 */
export async function perform(work, again = work) {
  if (busy) return;
  setBusy(true);
  try {
    if (await surroundings.before()) await work();
  } catch (error) {
    await surroundings.failed(error, () => perform(again));
  } finally {
    setBusy(false);
    surroundings.after();
  }
}

/** The buttons of a question are part of the work, so they stay as they are. @param {boolean} now */
function setBusy(now) {
  busy = now;
  for (const button of document.querySelectorAll("main button")) {
    button.setAttribute("aria-disabled", String(now));
  }
}
