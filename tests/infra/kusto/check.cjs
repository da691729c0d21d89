// Microsoft's own parser of KQL over our queries. Reads {tables, functions, queries}; prints, for
// each query, what is wrong with it and the columns that it returns.

const library = "./node_modules/@kusto/language-service-next/";
require(`${library}bridge.min.js`);
require(`${library}Kusto.Language.Bridge.min.js`);

const { readFileSync } = require("node:fs");
const { GlobalState, KustoCode, Symbols } = Kusto.Language;
// Bridge.NET numbers the overloads of a constructor.
const newTable = (name, schema) => new Symbols.TableSymbol.$ctor7(name, schema, null);
const newFunction = (name, parameters, body) =>
  new Symbols.FunctionSymbol.$ctor16(name, `(${parameters})`, `{${body}\n}`, null);

function workspace({ tables, functions }) {
  const members = [
    ...Object.entries(tables).map(([name, columns]) => newTable(name, schema(columns))),
    ...functions.map(({ name, parameters, body }) => newFunction(name, parameters, body)),
  ];
  return GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor("workspace", members));
}

function schema(columns) {
  const texts = Object.entries(columns).map(([name, type]) => `${name}:${type}`);
  return `(${texts.join(", ")})`;
}

function check(text, globals) {
  const code = KustoCode.ParseAndAnalyze(text, globals);
  const columns = code.ResultType?.Columns ?? [];
  return {
    diagnostics: list(code.GetDiagnostics()).map((each) => `${each.Start}: ${each.Message}`),
    columns: Object.fromEntries(list(columns).map(({ Name, Type }) => [Name, Type.Name])),
  };
}

function list(enumerable) {
  const found = [];
  for (const each = Bridge.getEnumerator(enumerable); each.moveNext(); ) found.push(each.Current);
  return found;
}

const given = JSON.parse(readFileSync(0, "utf8"));
const globals = workspace(given);
const checked = Object.entries(given.queries).map(([name, text]) => [name, check(text, globals)]);
console.log(JSON.stringify(Object.fromEntries(checked)));
