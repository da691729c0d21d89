/** Follows an approval: the service answers when something changes. */

import { Problem, Unreachable } from "../common/api.js";
import * as session from "../common/session.js";

/** @typedef {import("./state.js").Approval} Approval
 * @typedef {{changed: (approval: Approval) => void, failed: (error: unknown) => void}} Listener */

const WAIT = { Prefer: "wait=20" };
/** Too many may wait already: then the answer comes at once. */
const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;

/** @param {string} id @param {Record<string, string>} [headers] @param {AbortSignal} [signal] */
export async function look(id, headers, signal) {
  const response = await session.send("GET", `approvals/${id}`, { headers, signal });
  const approval = response.status === 304 ? null : /** @type {Approval} */ (await response.json());
  return { approval, version: response.headers.get("ETag") ?? "" };
}

/** @type {AbortController | undefined} */
let following;

export function stop() {
  following?.abort();
  following = undefined;
}

/** Until it is stopped, or fails for good. @param {string} id @param {string} version that is shown
 * @param {Listener} listener */
export async function follow(id, version, { changed, failed }) {
  stop();
  const mine = (following = new AbortController());
  let pause = PAUSE_MS;
  while (!mine.signal.aborted) {
    await visible();
    const rested = rest(pause);
    try {
      const found = await look(id, { ...WAIT, "If-None-Match": version }, mine.signal);
      if (mine.signal.aborted) return;
      if (found.approval) changed(found.approval);
      version = found.version || version;
      pause = PAUSE_MS;
    } catch (error) {
      if (mine.signal.aborted) return;
      if (!mayPass(error)) return failed(error);
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    }
    await rested;
  }
}

/** @param {unknown} error */
const mayPass = (error) => error instanceof Unreachable || (error instanceof Problem && [429, 503].includes(error.status));

/** @param {number} milliseconds */
const rest = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A hidden page sends no requests. */
async function visible() {
  while (document.visibilityState !== "visible") {
    await new Promise((resolve) => document.addEventListener("visibilitychange", resolve, { once: true }));
  }
}
