/** The user's requests: one at a time, with no other WebAuthn request open. */

/** @typedef {{before: () => Promise<boolean>, failed: (error: unknown, again: () => void) =>
 *   Promise<void>, after: () => void}} Surroundings `before` returns whether the work may begin */

/** @type {Surroundings} */
let surroundings;
let busy = false;

/** @param {Surroundings} given the page's actions before and after each piece of work */
export function surround(given) {
  surroundings = given;
}

export const isBusy = () => busy;

/**
 * @param {() => Promise<void>} work
 * @param {() => Promise<void>} [again] the work of a retry, if it differs
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

/** The buttons of a question are part of the work, so they are not disabled. @param {boolean} now */
function setBusy(now) {
  busy = now;
  for (const button of document.querySelectorAll("main button")) {
    button.setAttribute("aria-disabled", String(now));
  }
}

/**
 * Each button does what its `data-act` names.
 *
 * @param {Record<string, () => Promise<void>>} acts
 */
export function bindActs(acts) {
  for (const each of document.querySelectorAll("[data-act]")) {
    const act = acts[/** @type {HTMLElement} */ (each).dataset.act ?? ""];
    each.addEventListener("click", () => {
      if (each.getAttribute("aria-disabled") !== "true") perform(act);
    });
  }
}
