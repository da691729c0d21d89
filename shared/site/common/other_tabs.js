/**
 * Other tabs of this browser. They share the session's cookies, so one tab may end the session
 * that another one shows, or replace it.
 */

const channel = window.BroadcastChannel ? new BroadcastChannel("touchstone.session") : null;

/** This tab did so. @param {"started" | "ended"} what */
export function tell(what) {
  channel?.postMessage(what);
}

/** @param {(what?: "started" | "ended") => void} listener called when another tab sends a message, and
 * whenever this tab becomes visible: not every browser supports messages */
export function listen(listener) {
  channel?.addEventListener("message", ({ data }) => listener(data));
  addEventListener("focus", () => listener());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") listener();
  });
}
