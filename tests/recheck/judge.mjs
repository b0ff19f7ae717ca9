// Reads a list of [pattern, flags] on standard input; prints for each how the time grows with the text, or what is wrong.
import { readFileSync } from "node:fs";
import { checkSync } from "recheck";

const patterns = JSON.parse(readFileSync(0, "utf8"));
// Limits are counts of characters alone: a busy machine must not make a pattern slow.
const limits = { timeout: null, attackTimeout: null, incubationTimeout: null, randomSeed: 0 };
const verdicts = patterns.map(([pattern, flags]) => {
  const found = checkSync(pattern, flags, limits);
  return found.status === "safe" ? "safe" : JSON.stringify([found.complexity?.summary, found.attack?.pattern, found.error]);
});
console.log(JSON.stringify(verdicts));
