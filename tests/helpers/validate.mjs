// Calls a function of the checker for each line of standard input, {"call", "text", "options"}, and answers each with a line,
// after an empty one.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [module, dataPath] = process.argv.slice(2);
const { lookUp, validate } = await import(pathToFileURL(module));
const { find } = await import(pathToFileURL(module.replace(/check\.js$/, "find.js")));
const functions = { find, lookUp, validate };
const data = JSON.parse(readFileSync(dataPath, "utf8"));
let answers = [];
for await (const line of createInterface({ input: process.stdin })) {
  if (!line) {
    process.stdout.write(answers.map((answer) => `${JSON.stringify(answer)}\n`).join("") + "\n");
    answers = [];
    continue;
  }
  const { call, text, options } = JSON.parse(line);
  try {
    answers.push(await functions[call](text, { ...options, data }));
  } catch (error) {
    answers.push({ error: error instanceof TypeError && error.stack.includes("at expect") ? error.message : error.stack });
  }
}
