// What one would write for Node: lines are streamed, URLSearchParams parses, Ajv's compiled validators judge.
// node modes.mjs SCHEMAS CAPTURE (urls | log | text | jsonl | container) (summary | jsonl) [--show-values] [--state=S] [--redirect-uri=U]
import { createReadStream, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Ajv2020 from "../../tests/ajv/node_modules/ajv/dist/2020.js";

const [schemas, capture, input, output, ...options] = process.argv.slice(2);
const option = (name) => options.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3);
const showsValues = options.includes("--show-values");
const expectedState = option("state");
const redirectUri = option("redirect-uri");
const redirectPath = redirectUri && new URL(redirectUri).pathname;

const ajv = new Ajv2020.default({ strict: true, allErrors: output === "jsonl" });
const judges = new Map();
for (const [folder, kind] of [["errors", "error"], ["successes", "success"]]) {
  for (const file of readdirSync(join(schemas, folder))) {
    const schema = JSON.parse(readFileSync(join(schemas, folder, file), "utf8"));
    judges.set(file.replace(".json", ""), { kind, validate: ajv.compile(schema) });
  }
}
const successes = [
  ["code", "authorization_code"],
  ["vehicle_id", "vehicle_reauthentication"],
  ["user_id", "user_connection"],
];
const shown = new Set(["error", "error_description", "status_code", "error_message", "make", "model", "year"]);
const request = /"[A-Z]+ (\S+) HTTP\/[0-9.]+"/;
const address = /https?:\/\/[^\s"'<>]+/;
const deciding = /[?&](?:error|code|vehicle_id|user_id)=/;

// The URL of a line, or undefined where it has no redirect.
function found(line) {
  if (input === "urls") {
    return line;
  }
  let url;
  if (input === "log") {
    url = request.exec(line)?.[1];
  } else if (input === "text") {
    url = address.exec(line)?.[0];
  } else if (input === "container") {
    url = request.exec(JSON.parse(line).log)?.[1];
  } else {
    const entry = JSON.parse(line).request;
    url = entry && `https://${entry.host}${entry.uri}`;
  }
  return url && deciding.test(url) ? url : undefined;
}

function masked(url, question) {
  if (question < 0) {
    return url;
  }
  const pieces = url.slice(question + 1).split("&").map((piece) => {
    const equals = piece.indexOf("=");
    const name = equals < 0 ? piece : piece.slice(0, equals);
    return equals < 0 || equals === piece.length - 1 || shown.has(name) ? piece : `${name}=***`;
  });
  return `${url.slice(0, question)}?${pieces.join("&")}`;
}

let redirects = 0;
let conforming = 0;
let place = 0;
const outcomes = {};
let pending = [];
function flush() {
  process.stdout.write(pending.join(""));
  pending = [];
}

createInterface({ input: createReadStream(capture, { highWaterMark: 1 << 18 }), crlfDelay: Infinity })
  .on("line", (line) => {
    place += 1;
    const url = found(line);
    if (url === undefined) {
      return;
    }
    const question = url.indexOf("?");
    const base = question < 0 ? url : url.slice(0, question);
    const isThere = !redirectUri || base === redirectUri || base === redirectPath;
    if (!isThere && input !== "urls") {
      return;
    }
    const parameters = {};
    for (const [name, value] of new URLSearchParams(question < 0 ? "" : url.slice(question + 1))) {
      if (value && !Object.hasOwn(parameters, name)) {
        parameters[name] = value;
      }
    }
    const outcome = parameters.error ?? successes.find(([name]) => Object.hasOwn(parameters, name))?.[1];
    const judge = judges.get(outcome);
    const conforms =
      (judge?.validate(parameters) ?? false) &&
      isThere &&
      (expectedState === undefined || parameters.state === expectedState);
    redirects += 1;
    conforming += conforms ? 1 : 0;
    const name = judge ? outcome : null;
    if (output === "summary") {
      outcomes[name] = (outcomes[name] ?? 0) + 1;
      return;
    }
    const findings = judge
      ? (judge.validate.errors ?? []).map((error) => ({
          rule: error.keyword,
          parameter: error.params.missingProperty ?? error.instancePath.slice(1),
          message: error.message,
        }))
      : [{ rule: "unknown", parameter: "error", message: "no schema is called so" }];
    if (!isThere) {
      findings.push({ rule: "redirect-uri", parameter: null, message: "another address" });
    }
    if (expectedState !== undefined && parameters.state !== expectedState) {
      findings.push({ rule: "state", parameter: "state", message: "another state" });
    }
    const values = showsValues
      ? parameters
      : Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, shown.has(key) ? value : "***"]));
    pending.push(
      `${JSON.stringify({
        line: place,
        url: showsValues ? url : masked(url, question),
        outcome: name,
        kind: judge?.kind ?? ("error" in parameters ? "error" : null),
        conforms,
        parameters: values,
        findings,
      })}\n`,
    );
    if (pending.length >= 256) {
      flush();
    }
  })
  .on("close", () => {
    if (output === "summary") {
      console.log(JSON.stringify({ redirects, conforming, outcomes }));
    } else {
      flush();
    }
  });
