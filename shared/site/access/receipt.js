/** Saves the receipt of an approval as a file. */

import { element } from "../common/elements.js";
import * as session from "../common/session.js";

/** By way of a request and not of a link: the access token may have to be renewed first.
 * @param {string} id */
export async function saveReceipt(id) {
  const response = await session.send("GET", `approvals/${id}/receipt`);
  const link = element("a", "");
  link.href = URL.createObjectURL(await response.blob());
  link.download = `approval-${id}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}
