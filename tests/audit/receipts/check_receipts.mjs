// Reads from stdin a list of receipts and signatures, and writes what the page's modules say of them.
import { readFileSync } from "node:fs";
import { checkReceipt } from "../../../shared/site/receipts/checking.js";
import { hasSigned, readKey } from "../../../shared/site/receipts/public_key.js";
import { readReceipt } from "../../../shared/site/receipts/receipt.js";

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));

async function check({ receipt, expected }) {
  let read;
  try {
    read = readReceipt(bytes(receipt));
  } catch (error) {
    if (error.name !== "NoReceipt") throw error;
    return { verdict: "no receipt", findings: [] };
  }
  const { verdict, checks } = await checkReceipt(read, expected);
  return { verdict, findings: checks.filter(({ state }) => state !== "good") };
}

async function verify({ key, message, signature }) {
  const read = readKey(bytes(key));
  return read && (await hasSigned(read, bytes(message), bytes(signature)));
}

const { receipts, signatures } = JSON.parse(readFileSync(0, "utf8"));
const told = { receipts: [], signatures: [] };
for (const each of receipts) told.receipts.push(await check(each));
for (const each of signatures) told.signatures.push(await verify(each));
process.stdout.write(JSON.stringify(told));
