/** Checks a receipt that a person picks or drops. Nothing of it leaves the browser. */

import { part } from "../common/elements.js";
import { text } from "../common/texts.js";
import { checkReceipt } from "../receipts/checking.js";
import { MOST_BYTES, NoReceipt, readReceipt } from "../receipts/receipt.js";
import { isKey } from "./note.js";
import { hideResult, showResult, showVerdict } from "./receipt_view.js";
import { visible } from "./receipt_words.js";

/** @typedef {import("../receipts/checking.js").Expected} Expected */

/** What was picked last. @type {File | null} */
let picked = null;
/** Increases with each check, so that a late result is dropped. */
let turn = 0;

/** Some lines of a field. @param {string} id @returns {string[]} */
const linesIn = (id) => part(id).value.split(/\s+/).filter(Boolean);

/** @returns {Expected} */
const expected = () => ({
  rpId: part("receipt-rp-id").value.trim(),
  origins: linesIn("receipt-origins"),
  approvers: Number(part("receipt-approvers").value) || 0,
  keys: linesIn("receipt-keys"),
});

async function check() {
  if (!picked) return;
  turn += 1;
  const mine = turn;
  const [file, compared] = [picked, expected()];
  hideResult();
  showVerdict(text("checking", { file: visible(file.name) }), "plain");
  const told = await outcome(file, compared);
  if (mine === turn) told();
}

/** @param {File} file @param {Expected} compared @returns {Promise<() => void>} what shows it */
async function outcome(file, compared) {
  try {
    if (!(await areKeys(compared.keys))) return () => showVerdict(text("noKey"), "bad");
    const receipt = readReceipt(await bytesOf(file));
    const result = await checkReceipt(receipt, compared);
    return () => showResult(receipt, result, compared);
  } catch (error) {
    const named = { file: visible(file.name) };
    if (error instanceof NoReceipt) return () => showVerdict(text("noReceipt", named), "bad");
    if (/** @type {Error} */ (error).name === "NotReadableError") return () => showVerdict(text("notReadable", named), "bad");
    return () => {
      showVerdict(text("cannotCheck"), "bad");
      throw error;
    };
  }
}

/** What it is compared with at first: this service. */
function compareWithThisService() {
  const { rpId, origins } = part("receipts").dataset;
  part("receipt-rp-id").value = rpId;
  part("receipt-origins").value = origins.split(" ").join("\n");
}

/** No more than a receipt has: a file may be larger than the memory. @param {File} file */
const bytesOf = async (file) => new Uint8Array(await file.slice(0, MOST_BYTES + 1).arrayBuffer());

/** @param {string[]} keys */
const areKeys = async (keys) => (await Promise.all(keys.map(isKey))).every(Boolean);

/** @param {FileList | null | undefined} files */
function pick(files) {
  if (!files?.length) return;
  picked = files[0];
  check();
}

compareWithThisService();
part("receipt-file").addEventListener("change", () => pick(part("receipt-file").files));
part("receipt-form").addEventListener("change", (/** @type {Event} */ { target }) => {
  if (target !== part("receipt-file")) check();
});
part("receipt-form").addEventListener("submit", (/** @type {Event} */ event) => {
  event.preventDefault();
  check();
});
/** A browser opens a file that is dropped elsewhere on the page, and leaves the page. */
for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());
part("receipts").addEventListener("drop", (/** @type {DragEvent} */ { dataTransfer }) => pick(dataTransfer?.files));
// A file may have been picked before this script was there.
pick(part("receipt-file").files);
