// Reads {source, cases} on standard input, runs the one function that the source exports; prints what it showed and logged.
import { readFileSync } from "node:fs";

const { source, cases } = JSON.parse(readFileSync(0, "utf8"));
const [handle] = Object.values(await import(`data:text/javascript,${encodeURIComponent(source)}`));
const results = cases.map((parameters) => {
  const [shown, logged] = [[], []];
  const returned = handle(parameters, (message) => (shown.push(message), "page"), (line) => logged.push(line));
  return { shown, logged, returned };
});
console.log(JSON.stringify(results));
