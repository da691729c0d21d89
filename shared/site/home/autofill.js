/** Passkeys offered in the name field: a conditional request, which is kept open and renewed. */

import { begin } from "../common/api.js";
import { getPasskey, unsupported } from "../passkeys/ceremonies.js";

const MARGIN_MS = 30_000; // Time between the choice of a passkey and its unlocking.

/** @typedef {(credential: PublicKeyCredential) => void} Chosen */

/** @type {{controller: AbortController, chosen: Chosen, renewAt: number} | null} */
let open = null;
let renewal = 0;

/**
 * Offer passkeys in the name field from now on.
 * @param {Chosen} chosen
 */
export function start(chosen) {
  stop();
  const controller = new AbortController();
  open = { controller, chosen, renewAt: Infinity };
  // The user did not start this request, so its failures are not shown. The buttons still work.
  offer(controller.signal, chosen).catch(() => {});
}

/** Close the request: a browser allows one at a time, and a dialog is about to open. */
export function stop() {
  open?.controller.abort();
  open = null;
  clearTimeout(renewal);
}

/** @param {AbortSignal} signal @param {Chosen} chosen */
async function offer(signal, chosen) {
  if (unsupported() || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  if (signal.aborted) return;
  const { publicKey, lifetime } = await begin("authenticate/begin", {}, { signal });
  if (signal.aborted) return;
  renewIn(Math.max(lifetime - MARGIN_MS, MARGIN_MS));
  chosen(await getPasskey(publicKey, { mediation: "conditional", signal }));
}

/** @param {number} delay */
function renewIn(delay) {
  if (open) open.renewAt = Date.now() + delay;
  renewal = setTimeout(renewIfDue, delay);
}

/** A hidden page sends no requests; it renews when it becomes visible again, as after sleep. */
function renewIfDue() {
  if (open && Date.now() >= open.renewAt && document.visibilityState === "visible") start(open.chosen);
}

document.addEventListener("visibilitychange", renewIfDue);
