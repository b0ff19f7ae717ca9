// Reads {"schemas": {name: schema}, "cases": [[name, instance]]} on standard input; prints a list of verdicts.
import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";

const { schemas, cases } = JSON.parse(readFileSync(0, "utf8"));
const ajv = new Ajv2020.default({ strict: true, allErrors: true });
for (const [name, schema] of Object.entries(schemas)) {
  ajv.addSchema(schema, name);
}
const verdicts = cases.map(([schema, instance]) => ajv.getSchema(schema)(instance));
console.log(JSON.stringify(verdicts));
