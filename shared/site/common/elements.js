/** Creates and finds elements of the page. */

/** @param {string} id @returns {any} */
export const part = (id) => document.getElementById(id);

/** @param {string} tag @param {string} className @param {...(Node | string)} children
 * @returns {any} */
export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** @param {Node | string} name @param {Node | string} value */
export function fact(name, value) {
  return element("div", "", element("dt", "", name), element("dd", "", value));
}

/** @param {string} text @param {"good" | "bad" | "plain"} [tone] */
export function tag(text, tone = "plain") {
  const made = element("span", "tag", text);
  made.dataset.tone = tone;
  return made;
}

/** @param {string} text @param {string} about context for people who use a screen reader
 * @param {() => void} pressed */
export function button(text, about, pressed) {
  const made = element("button", "", text, element("span", "visually-hidden", ` ${about}`));
  made.type = "button";
  made.addEventListener("click", pressed);
  return made;
}

/**
 * Replace the items of a list. The focus of an old item moves to the new one with the same
 * `data-id`, or to the list's heading if there is none. It is never lost.
 * @param {HTMLElement} list
 * @param {HTMLElement[]} items
 * @param {HTMLElement} heading
 */
export function replaceItems(list, items, heading) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement?.closest("[data-id]"));
  const held = focused && list.contains(focused) ? focused.dataset.id : undefined;
  list.replaceChildren(...items);
  if (held === undefined) return;
  const same = items.find((item) => item.dataset.id === held);
  const control = /** @type {HTMLElement | null | undefined} */ (same?.querySelector("summary, button, a"));
  (control ?? heading).focus({ preventScroll: true });
}
