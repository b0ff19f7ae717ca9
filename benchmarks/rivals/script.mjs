// The same script for Node: URL parses, Ajv's compiled validators judge. node script.mjs SCHEMAS CAPTURE
import { createReadStream, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Ajv2020 from "../../ajv/node_modules/ajv/dist/2020.js";

const [schemas, capture] = process.argv.slice(2);
const ajv = new Ajv2020.default({ strict: true });
const judges = new Map();
for (const folder of ["errors", "successes"]) {
  for (const file of readdirSync(join(schemas, folder))) {
    const schema = JSON.parse(readFileSync(join(schemas, folder, file), "utf8"));
    judges.set(file.replace(".json", ""), ajv.compile(schema));
  }
}
const successes = [
  ["code", "authorization_code"],
  ["vehicle_id", "vehicle_reauthentication"],
  ["user_id", "user_connection"],
];
const conforming = {};
for await (const line of createInterface({ input: createReadStream(capture) })) {
  const parameters = Object.fromEntries(new URL(line).searchParams);
  const outcome = parameters.error ?? successes.find(([name]) => name in parameters)?.[1];
  if (judges.get(outcome)?.(parameters)) {
    conforming[outcome] = (conforming[outcome] ?? 0) + 1;
  }
}
console.log(JSON.stringify(Object.fromEntries(Object.entries(conforming).sort())));
