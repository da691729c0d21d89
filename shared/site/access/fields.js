/** Fields for the details of a request, made from the JSON Schema of a profile. What has no simple
 * field is written as JSON. The service checks all of it again. */

import { element } from "../common/elements.js";
import { text } from "../common/texts.js";
import { labelled } from "./labelled.js";
import { restoreFields } from "./restore_fields.js";

/** @typedef {{type?: string, title?: string, description?: string, enum?: unknown[], const?: unknown,
 *   minimum?: number, maximum?: number, minLength?: number, maxLength?: number,
 *   properties?: Record<string, Schema>, required?: string[]}} Schema
 * @typedef {{elements: HTMLElement[], read: () => Record<string, unknown>,
 *   load?: () => Promise<void>}} Fields `load` fetches what there is to pick from */

/** What was typed is not JSON. */
export class NotJson extends Error {
  name = "NotJson";
}

/** Kinds that give a token of Entra. */
export const TOKENS = ["azure-sql", "azure-postgresql", "azure-resource-manager", "azure-storage", "entra-token"];
export const CERTIFICATE = "postgresql-certificate";
/** A kind that psql 18 asks for by itself. */
export const CONNECTION = "postgresql-oauth";
/** Kinds whose profile says all: only the reason is asked for. */
const COMPLETE = [...TOKENS, CERTIFICATE];
const MEMBERS = new Set([
  ...["type", "title", "description", "enum", "const", "default", "examples", "format", "pattern"],
  ...["minimum", "maximum", "minLength", "maxLength"],
]);
const TYPES = ["string", "integer", "number", "boolean"];

/** @param {{profile: string, kind: string, schema?: Schema,
 *   restore?: import("./restore_fields.js").Bounds}} offer @param {(work: () => Promise<void>) => void} perform
 * @returns {Fields} */
export function fieldsOf({ profile, kind, schema, restore }, perform) {
  if (COMPLETE.includes(kind)) return { elements: [], read: () => ({}) };
  if (restore) return restoreFields(profile, restore, perform);
  return schema ? fieldsBySchema(schema) : jsonField();
}

/** @param {Schema} schema @returns {Fields} */
function fieldsBySchema(schema) {
  const entries = Object.entries(schema.properties ?? {});
  if (!entries.length || !entries.every(([, each]) => isSimple(each))) return jsonField();
  const made = entries.map(([name, each], index) => fieldOf(index, name, each, schema.required?.includes(name) ?? false));
  return {
    elements: made.flatMap((each) => each.elements),
    read: () => Object.fromEntries(made.flatMap((each) => each.read())),
  };
}

/** @param {Schema} schema */
function isSimple(schema) {
  if (!Object.keys(schema).every((member) => MEMBERS.has(member))) return false;
  return schema.const !== undefined || schema.enum !== undefined || TYPES.includes(schema.type ?? "");
}

/** @param {number} index @param {string} name @param {Schema} schema @param {boolean} required
 * @returns {{elements: HTMLElement[], read: () => [string, unknown][]}} */
function fieldOf(index, name, schema, required) {
  if (schema.const !== undefined) return { elements: [], read: () => [[name, schema.const]] };
  const control = controlOf(schema, required);
  control.id = `detail-${index}`;
  const read = () => {
    const value = valueOf(control, schema, required);
    return value === undefined ? [] : [/** @type {[string, unknown]} */ ([name, value])];
  };
  return { elements: [labelled(control, schema.title ?? name, schema.description, required)], read };
}

/** @param {Schema} schema @param {boolean} required */
function controlOf(schema, required) {
  if (schema.enum) return choice(schema.enum, required);
  if (schema.type === "boolean") return Object.assign(element("input", ""), { type: "checkbox" });
  const made = element("input", "");
  made.required = required;
  made.autocomplete = "off";
  if (schema.type === "string") {
    made.type = "text";
    if (schema.maxLength !== undefined) made.maxLength = schema.maxLength;
    if (schema.minLength !== undefined) made.minLength = schema.minLength;
    return made;
  }
  const { minimum: min = "", maximum: max = "", type } = schema;
  return Object.assign(made, { type: "number", min, max, step: type === "integer" ? 1 : "any" });
}

/** @param {unknown[]} values @param {boolean} required */
function choice(values, required) {
  const options = values.map((value, index) => new Option(typeof value === "string" ? value : JSON.stringify(value), String(index)));
  const made = element("select", "", new Option("", ""), ...options);
  made.required = required;
  return made;
}

/** @param {any} control @param {Schema} schema @param {boolean} required */
function valueOf(control, schema, required) {
  if (schema.enum) return control.value === "" ? undefined : schema.enum[Number(control.value)];
  if (schema.type === "boolean") return control.checked || (required ? false : undefined);
  if (control.value === "") return required ? "" : undefined;
  return schema.type === "string" ? control.value : control.valueAsNumber;
}

/** @returns {Fields} */
function jsonField() {
  const control = Object.assign(element("textarea", "json"), { id: "detail-json", rows: 8, required: true, spellcheck: false });
  return { elements: [labelled(control, text("json"), text("jsonHint"), true)], read: () => parse(control.value) };
}

/** @param {string} typed */
function parse(typed) {
  try {
    return JSON.parse(typed);
  } catch (error) {
    throw new NotJson("", { cause: error });
  }
}
