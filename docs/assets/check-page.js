// The form that checks redirects, on the page of the checker and on the home page. What was pasted is only ever text.

import { load, lookUp, nextStep, tables, validate } from "./check.js";
import { find, MAX_LENGTH } from "./find.js";

const PAUSE = 300; // milliseconds without a key, after which what was typed is checked
const MAX_REDIRECTS = 20;
const COMMAND = "connect-errors validate FILE";
const NAMELESS = { error: "unknown error", request: "Connect URL" };

document.querySelectorAll(".ce-check").forEach(start);

function start(form) {
  const text = form.querySelector("textarea");
  const result = form.querySelector(".ce-check-result");
  const status = form.querySelector("[role=status]");
  let timer;
  let latest = 0;

  async function check() {
    clearTimeout(timer);
    latest += 1;
    const turn = latest;
    const shown = await reports(text.value, options(form)).catch((error) => [element("p", error.message, "ce-verdict")]);
    if (turn !== latest) return;
    result.replaceChildren(...shown);
    status.textContent = spoken(result);
  }

  function checkSoon() {
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE);
  }

  form.addEventListener("input", checkSoon);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) check();
  });
  form.hidden = false;
  load().catch(() => {}); // so that it works offline from here on; a check says what is wrong
}

function options(form) {
  const given = {};
  form.querySelectorAll("input[data-option]").forEach((field) => {
    if (field.value) given[field.dataset.option] = field.value;
  });
  return given;
}

async function reports(text, given) {
  if (!text.trim()) return [];
  await load();
  const { redirects, passed_over: passedOver, has_more: hasMore } = await find(text, given);
  if (!redirects.length && !Object.keys(passedOver).length && !hasMore) {
    const meanings = await lookUp(text.trim());
    if (meanings.length) return Promise.all(meanings.map((one) => meaning(one, meanings.length === 1)));
  }
  const shown = [];
  for (const one of redirects.slice(0, MAX_REDIRECTS)) shown.push(await report(await validate(one, given), redirects.length > 1));
  if (!redirects.length) shown.push(element("p", "No redirect was found.", "ce-verdict"));
  const isCut = hasMore && text.length > MAX_LENGTH;
  return [...shown, ...remarks(redirects.length, passedOver, hasMore, isCut)];
}

/** A name or a message alone is not a redirect, but a question. */
async function meaning({ code, sentence, isGuess }, isOnly) {
  const block = element("section", "", "ce-good");
  const next = await nextStep(code);
  const answer = isOnly && !isGuess ? await whatNext(code, "error") : pageLink(next.page, `All about ${code}`);
  block.append(element("p", sentence, "ce-verdict"), answer);
  return block;
}

/** What is not reported, so that nothing is passed over in silence. */
function remarks(count, passedOver, hasMore, isCut) {
  const made = Object.entries(passedOver).map(([reason, number]) => {
    const who = number === 1 ? "other URL passed over: it" : "other URLs passed over: each";
    return [`${number} ${who} ${tables().reasons[reason].replace("--redirect-uri", "the redirect URI")}.`];
  });
  if (count > MAX_REDIRECTS) made.push([`${count - MAX_REDIRECTS} more redirects: `, ["code", COMMAND], " checks them all."]);
  if (isCut) made.push(["This page reads the first million characters: ", ["code", COMMAND], " reads all of them."]);
  else if (hasMore) {
    const what = "This page reads URLs. Something here looks like a redirect in another form, or in parts: ";
    made.push([what, ["code", COMMAND], " reads those, too."]);
  } else if (!count && !made.length) made.push(["Nothing here has the parameters of one: error, code, vehicle_id or user_id."]);
  return made.map((parts) => {
    const line = element("p");
    line.append(...parts.map((part) => (typeof part === "string" ? part : element(...part))));
    return line;
  });
}

/** What a screen reader says of a result: its verdicts alone. */
function spoken(result) {
  const verdicts = [...result.querySelectorAll(".ce-verdict")].map((one) => one.textContent);
  const count = result.querySelectorAll("section > pre").length;
  return `${count > 1 ? `${count} redirects. ` : ""}${verdicts.join(count > 1 ? ". " : " ")}`;
}

async function report(redirect, isOneOfMany) {
  const { findings, outcome, kind, notes } = redirect;
  const block = element("section", "", redirect.conforms ? "ce-good" : "ce-bad");
  block.append(element("p", verdict(redirect), "ce-verdict"), markedURL(redirect));
  if (notes.length) block.append(list(notes.map((note) => element("li", `Note: ${note}.`))));
  if (findings.length) block.append(list(findings.map(findingItem)));
  if (redirect.conforms && !isOneOfMany) block.append(definitions(Object.entries(redirect.parameters)));
  if (outcome && !isOneOfMany) block.append(await whatNext(outcome, kind));
  return block;
}

function verdict({ conforms, findings, kind, outcome }) {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const counts = [counted(errors, "error"), counted(findings.length - errors, "warning")].filter(Boolean);
  const name = outcome ?? NAMELESS[kind] ?? "no outcome";
  const judged = outcome ? ` ${conforms ? "conforms" : "does not conform"}` : "";
  return `${conforms ? "✓" : "✗"} ${name}${judged}${counts.length ? `: ${counts.join(", ")}` : ""}`;
}

const counted = (count, noun) => (count ? `${count} ${noun}${count === 1 ? "" : "s"}` : "");

/** The URL, one parameter on a line, with the place of each finding marked. */
function markedURL({ url, findings }) {
  const places = findings.filter(({ start }) => start !== null);
  const cuts = new Set([0, url.length, ...places.flatMap(({ start, end }) => [start, end])]);
  for (const { index } of url.matchAll(/[?&#]/g)) cuts.add(index);
  const code = element("code");
  const sorted = [...cuts].sort((one, other) => one - other);
  sorted.forEach((start, index) => {
    const end = sorted[index + 1] ?? start;
    const piece = url.slice(start, end);
    if (start && /^[?&#]/.test(piece)) code.append("\n");
    const empty = places.find((one) => one.start === start && one.end === start);
    if (empty) code.append(element("mark", "\u2038", `ce-${empty.severity}`));
    const over = places.filter((one) => one.start <= start && end <= one.end && start < end);
    const severity = over.some((one) => one.severity === "error") ? "error" : "warning";
    code.append(over.length ? element("mark", piece, `ce-${severity}`) : piece);
  });
  const box = element("pre");
  box.append(code);
  return box;
}

function findingItem({ severity, message, rule, help, advice }) {
  const item = element("li", "", `ce-${severity}`);
  const link = element("a", rule);
  link.href = help;
  const advised = element("div");
  advised.append(element("strong", "help: "), advice);
  item.append(element("strong", `${severity}: `), `${message} [`, link, "]", advised);
  return item;
}

async function whatNext(outcome, kind) {
  const next = await nextStep(outcome);
  if (kind !== "error") return element("p", next.summary);
  const [title, body, button] = next.message;
  const rows = [
    ["What happened", next.summary],
    ["Next step", next.next_step],
    ["Who acts", next.who_acts],
    ["Retry", next.retry],
  ];
  const terms = definitions(rows);
  const message = element("dd");
  message.append(element("strong", title), element("br"), body, element("br"), `[${button}]`);
  terms.append(element("dt", "Tell the user"), message);
  const block = element("div");
  block.append(terms, pageLink(next.page, "All about this error"));
  return block;
}

function pageLink(address, text) {
  const link = element("a", text);
  link.href = address;
  const line = element("p");
  line.append(link);
  return line;
}

function definitions(rows) {
  const terms = element("dl");
  for (const [term, text] of rows) terms.append(element("dt", term), element("dd", text));
  return terms;
}

function list(items) {
  const made = element("ul");
  made.append(...items);
  return made;
}

function element(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}
