/**
 * Other tabs of this browser. They share the session's cookies, so one of them may end the session
 * that another one shows, or put another in its place.
 */

const channel = window.BroadcastChannel ? new BroadcastChannel("touchstone.session") : null;

/** This tab did so. @param {"started" | "ended"} what */
export function tell(what) {
  channel?.postMessage(what);
}

/** @param {(what?: "started" | "ended") => void} listener called when another tab told something, and
 * whenever this tab is looked at again: not every browser has a way to tell */
export function listen(listener) {
  channel?.addEventListener("message", ({ data }) => listener(data));
  addEventListener("focus", () => listener());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") listener();
  });
}
