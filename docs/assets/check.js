// Checks a redirect of Smartcar Connect as `connect-errors validate` does: the same findings, words and places.
//
//   import { validate } from "https://connect-errors.github.io/assets/check.js";
//   const redirect = await validate("https://example.com/callback?error=access_denied", { state: "0facda3319" });
//
// No dependencies. The schemas, rules, words and regular expressions are data, `check.json`, which the build of the site
// makes from the Python package; the logic here follows that package function by function, and tests hold the two
// together. What else is exported is for find.js, which finds the redirects in a text. Texts are UTF-16 here: lengths are counted in code points, and places are those in the masked URL, which is
// ASCII. A lone surrogate U+DC80 to U+DCFF is a byte that is not UTF-8.

let data;
let loading;

/**
 * Check one redirect: a URL or a part of one, as it was pasted, escaped or wrapped.
 *
 * @param {string} text
 * @param {object} [options]
 * @param {string|string[]} [options.redirect_uri] the registered redirect URIs, of which it must be at one
 * @param {string} [options.state] the state that was sent
 * @param {string} [options.expect] the outcome that it must have
 * @param {object} [options.data] the content of check.json; without it, it is fetched from next to this file
 * @returns {Promise<object>} the redirect of the JSON output, version 1, masked
 * @throws {TypeError} an option that means nothing; the message says why
 */
export async function validate(text, options = {}) {
  await load(options.data);
  const expectation = expect(options);
  return toJSON(judge(readRedirect(text), expectation));
}

/** What to do about an outcome: summary, next step, who acts, whether to retry, the message to show, its page. */
export async function nextStep(outcome, options = {}) {
  await load(options.data);
  const success = get(data.successes, outcome);
  return get(data.next, outcome) ?? (success ? { summary: success.description } : null);
}

/**
 * The errors that a name or a message means, as `connect-errors explain` finds them: in any case, with any separators, or
 * in part; or else the code nearest to it. Of each the code, what to say, and whether it is only a guess.
 */
export async function lookUp(text, options = {}) {
  await load(options.data);
  if (text.length > data.limits.query) return [];
  const codes = Object.keys(data.errors);
  const names = [...codes.map((code) => [code, code]), ...Object.entries(data.names)];
  const wordings = codes.flatMap((code) => documented(code).map((wording) => [wording, code]));
  const asked = wordsOf(text);
  const keys = [asked.join(""), asked.join("").replace(/^smartcar/, "")];
  let found = names.filter(([name]) => keys.includes(wordsOf(name).join("")));
  if (!found.length) found = [...wordings, ...names].filter(([name]) => sharePhrase(wordsOf(name), asked));
  if (found.length) {
    const first = new Map(found.reverse().map(([name, code]) => [code, name]));
    return codes
      .filter((code) => first.has(code))
      .map((code) => ({ code, sentence: meaning(text, first.get(code), code), isGuess: false }));
  }
  const code = nearest(asked.join("_"), codes, 0.6);
  return code ? [{ code, sentence: `Did you mean ${code}?`, isGuess: true }] : [];
}

const documented = (code) => wordingsOf({ schema: data.errors[code] });
const wordsOf = (text) => findAll("lookup._WORD", text).map(([word]) => word.toLowerCase());

/** Whether one text contains the other, of two words or more. */
function sharePhrase(ours, theirs) {
  const [one, other] = [ours, theirs].map((words) => ` ${words.join(" ")} `);
  return Math.min(ours.length, theirs.length) > 1 && (one.includes(other) || other.includes(one));
}

function meaning(text, name, code) {
  const hint = get(data.tables.undocumented, name);
  if (text.includes(code)) return `${code} is an error code of Connect.`;
  if (hint) return `${name}: ${hint}`;
  if (documented(code).includes(name)) return `"${name}" is a documented error_description of ${code}.`;
  return `In a redirect, this error is ${code}.`;
}

/** Load the data once; later calls take what is there. */
export async function load(given) {
  if (data) return;
  if (given) {
    data = given;
    return;
  }
  loading ??= fetch(new URL("../check.json", import.meta.url)).then((response) => {
    if (!response.ok) throw new Error(`check.json cannot be loaded (${response.status})`);
    return response.json();
  });
  try {
    data ??= await loading;
  } catch (error) {
    loading = undefined; // the next call tries again
    throw error;
  }
}

/** Whether a URL has a parameter that decides the outcome. */
export function hasOutcome(url) {
  return [...url.parameters, ...url.fragmentParameters].some((one) => data.tables.discriminators.includes(one.name));
}

export const tables = () => data.tables;

/** Whether a URL is at one of the registered redirect URIs, whatever its query has. */
export const isAtOne = (url, redirectURIs) => redirectURIs.some((one) => !differingParts(url, one).length);

// ---- Regular expressions and texts, as Python has them

const compiled = new Map();

function regex(name, flags) {
  const key = `${flags} ${name}`;
  let found = compiled.get(key);
  if (!found) {
    const source = data.patterns[name] ?? name; // one of a table is given itself
    found = new RegExp(flags === "full" ? `(?:${source})(?![\\s\\S])` : source, flags === "full" ? "uy" : flags);
    compiled.set(key, found);
  }
  return found;
}

function run(name, flags, text, start, end) {
  const expression = regex(name, flags);
  expression.lastIndex = start;
  return expression.exec(end < text.length ? text.slice(0, end) : text);
}

export const search = (name, text, start = 0, end = text.length) => run(name, "gu", text, start, end);
export const match = (name, text, start = 0, end = text.length) => run(name, "uy", text, start, end);
export const fullmatch = (name, text) => run(name, "full", text, 0, text.length);
export const replace = (name, text, by) => text.replace(regex(name, "gu"), (...all) => by(all[0], all.at(-1)));
export const endOf = (found) => found.index + found[0].length;
const spanOf = (found) => [found.index, endOf(found)];

function findAll(name, text, start = 0, end = text.length) {
  const expression = regex(name, "gu");
  expression.lastIndex = start;
  const all = [];
  const until = text.slice(0, end);
  for (let found = expression.exec(until); found; found = expression.exec(until)) {
    all.push(found);
    if (!found[0]) expression.lastIndex += 1;
  }
  return all;
}

export const get = (table, key) => (Object.hasOwn(table, key) ? table[key] : undefined);
const isASCII = (text) => !/[^\0-\x7f]/.test(text);
const isPrintable = (text) => !/[\p{C}\p{Z}]/u.test(text.replaceAll(" ", ""));
const lengthOf = (text) => (/[\ud800-\udfff]/.test(text) ? [...text].length : text.length);
const codePoint = (character) => `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
const grouped = (number) => String(number).replace(/\B(?=(?:\d{3})+$)/g, ",");
const lowerFirst = (text) => text[0].toLowerCase() + text.slice(1);
const casefold = (text) => Array.from(text, (one) => get(data.casefold, one) ?? one.toLowerCase()).join("");

const BLANK = "\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const BLANKS_AT_START = new RegExp(`^[${BLANK}]+`);
const BLANKS_AT_END = new RegExp(`[${BLANK}]+$`);
const rstrip = (text) => text.replace(BLANKS_AT_END, "");
const lstrip = (text) => text.replace(BLANKS_AT_START, "");
export const strip = (text) => lstrip(rstrip(text));

function stripCharacters(text, characters) {
  let start = 0;
  let end = text.length;
  while (start < end && characters.includes(text[start])) start += 1;
  while (start < end && characters.includes(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

/** The index of the character with a number, in code points. */
function indexOfCharacter(text, number) {
  if (!/[\ud800-\udfff]/.test(text.slice(0, number))) return number;
  return [...text].slice(0, number).join("").length;
}

const firstCharacters = (text, number) => text.slice(0, indexOfCharacter(text, number));

/** Split at the first separator: what is before it, the separator if it is there, the rest. */
function partition(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text, "", ""] : [text.slice(0, at), separator, text.slice(at + separator.length)];
}

function compareTexts(one, other) {
  if (one === other) return 0;
  const [ours, theirs] = [[...one], [...other]];
  for (let index = 0; index < Math.min(ours.length, theirs.length); index += 1) {
    const difference = ours[index].codePointAt(0) - theirs[index].codePointAt(0);
    if (difference) return difference;
  }
  return ours.length - theirs.length;
}

// ---- UTF-8 and percent-encoding (encoding.py)

function encodeUTF8(text, byteOf = () => null) {
  const bytes = [];
  for (const character of text) {
    const point = character.codePointAt(0);
    const byte = byteOf(point);
    if (byte !== null) bytes.push(byte);
    else if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else {
      bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    }
  }
  return bytes;
}

const isByte = (point) => point >= 0xdc80 && point <= 0xdcff;
const encodeEscaped = (text) => encodeUTF8(text, (point) => (isByte(point) ? point - 0xdc00 : null));

/** Decode UTF-8; `bad` gives the text for each longest part of a sequence that is broken, by its place. */
function decodeUTF8(bytes, bad) {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at];
    if (byte < 0x80) {
      text += String.fromCharCode(byte);
      at += 1;
      continue;
    }
    let more = byte >= 0xc2 && byte <= 0xdf ? 1 : byte >= 0xe0 && byte <= 0xef ? 2 : byte >= 0xf0 && byte <= 0xf4 ? 3 : 0;
    if (!more) {
      text += bad(at, at + 1);
      at += 1;
      continue;
    }
    let point = byte & (0x3f >> more);
    let least = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
    let most = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
    let end = at + 1;
    for (; more && end < bytes.length && bytes[end] >= least && bytes[end] <= most; more -= 1, end += 1) {
      point = (point << 6) | (bytes[end] & 63);
      [least, most] = [0x80, 0xbf];
    }
    text += more ? bad(at, end) : String.fromCodePoint(point);
    at = end;
  }
  return text;
}

const decodeReplacing = (bytes) => decodeUTF8(bytes, () => "\ufffd");
export const decodeEscaping = (bytes) =>
  decodeUTF8(bytes, (start, end) => bytes.slice(start, end).map((byte) => String.fromCharCode(0xdc00 + byte)).join(""));

const isHexadecimal = (byte) =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);

function unquoteBytes(bytes) {
  const found = [];
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === 0x25 && isHexadecimal(bytes[at + 1]) && isHexadecimal(bytes[at + 2])) {
      found.push(parseInt(String.fromCharCode(bytes[at + 1], bytes[at + 2]), 16));
      at += 2;
    } else found.push(bytes[at]);
  }
  return found;
}

/** Decode percent escapes, each run of ASCII for itself, as `urllib.parse.unquote` does. */
function unquote(text, decoder = decodeReplacing) {
  if (!text.includes("%")) return text;
  return text.replace(/[\0-\x7f]+/g, (run) => (run.includes("%") ? decoder(unquoteBytes(encodeUTF8(run))) : run));
}

const unquotePlus = (text) => unquote(text.replaceAll("+", " "));

/** Decode a raw name or value as browsers do. */
function decode(raw) {
  const text = raw.replaceAll("+", " ");
  if (!text.includes("%") && isASCII(text)) return text;
  return decodeReplacing(unquoteBytes(encodeEscaped(replace("encoding._UNENCODABLE", text, () => "\ufffd"))));
}

/** The place of the first broken percent escape, or byte that is not UTF-8. */
function findMalformed(raw, start = 0, end = raw.length) {
  if (isASCII(raw) && !search("encoding._NOT_ASCII", raw, start, end)) return null;
  const spans = ["encoding._BROKEN_ESCAPE", "encoding._UNENCODABLE"]
    .map((name) => search(name, raw, start, end))
    .filter(Boolean)
    .map(spanOf);
  for (const run of findAll("encoding._BYTES", raw, start, end)) {
    let broken = null;
    decodeUTF8(unquoteBytes(encodeEscaped(run[0])), (first, stop) => {
      broken ??= [first, stop];
      return "";
    });
    if (broken) {
      const places = findAll("encoding._BYTE", run[0]).map(spanOf);
      spans.push([run.index + places[broken[0]][0], run.index + places[broken[1] - 1][1]]);
      break;
    }
    if (!isASCII(run[0]) && !findAll("encoding._OF_ONE_KIND", run[0]).every(([raw]) => isUTF8(raw))) {
      spans.push(spanOf(run)); // bytes of the text that only escapes beside them make characters
      break;
    }
  }
  return spans.sort((one, other) => one[0] - other[0] || one[1] - other[1])[0] ?? null;
}

function isUTF8(raw) {
  let isBroken = false;
  decodeUTF8(unquoteBytes(encodeEscaped(raw)), () => {
    isBroken = true;
    return "";
  });
  return !isBroken;
}

/** The place in the raw text of the character of the decoded text that starts at an index. */
function placeOfCharacter(raw, decoded, index) {
  let start = 0;
  let end = 0;
  for (const character of decoded.slice(0, index) + String.fromCodePoint(decoded.codePointAt(index))) {
    start = end;
    if (match("encoding._BYTE", raw, end)) {
      encodeUTF8(character).forEach(() => (end += raw[end] === "%" ? 3 : 1));
    } else end += character.length;
  }
  return [start, end];
}

// ---- URLs (url.py, host.py)

export class CapturedURL {
  constructor(text) {
    this.text = text;
    this.tooLong = 3 * text.length > data.limits.bytes && encodeUTF8(text).length > data.limits.bytes;
    const { g1: scheme, g2: whole, g3: path, g4: query } = match("url._PARTS", text).groups;
    this.scheme = scheme ?? null;
    const start = scheme === undefined ? 0 : scheme.length + 3;
    this.authoritySpan = [start, start + whole.length];
    const authority = whole.slice(whole.lastIndexOf("@") + 1);
    const closing = authority.lastIndexOf("]") + 1;
    const [host, , port] = partition(authority.slice(closing), ":");
    this.host = authority.slice(0, closing) + host;
    this.port = port;
    this.path = path;
    const queryStart = this.authoritySpan[1] + path.length;
    const fragmentStart = queryStart + query.length;
    this.baseSpan = [0, queryStart];
    this.querySpan = [Math.min(queryStart + 1, fragmentStart), fragmentStart];
    this.fragmentSpan = [Math.min(fragmentStart + 1, text.length), text.length];
    this.problem = this.findProblem();
  }

  get isOriginForm() {
    return this.text.startsWith("/") && !this.text.startsWith("//");
  }

  get isPartial() {
    if (this.scheme !== null) return false;
    return this.isOriginForm || /^[?#]/.test(this.text) || Boolean(match("url._FROM_HOST", this.text));
  }

  get userInfo() {
    if (!this.text.includes("@")) return null;
    const start = this.authoritySpan[0];
    let end = this.authoritySpan[1];
    const authority = this.text.slice(start, end);
    if (this.problem && !this.isOriginForm) end = this.text.length;
    else if (authority.includes(":") && !authority.includes("@")) end = this.baseSpan[1];
    const found = this.text.slice(0, end).lastIndexOf("@");
    return found < start ? null : [start, found];
  }

  get parameters() {
    this.ownParameters ??= parametersOf(this.text, ...this.querySpan);
    return this.ownParameters;
  }

  get fragmentParameters() {
    if (!this.ownFragmentParameters) {
      let start = this.routeSpan[1];
      start += this.text.startsWith("?", start) ? 1 : 0;
      this.ownFragmentParameters = parametersOf(this.text, start, this.fragmentSpan[1]);
    }
    return this.ownFragmentParameters;
  }

  get routeSpan() {
    const [start, end] = this.fragmentSpan;
    const route = match("url._ROUTE", this.text, start, end);
    if (route) return [start, endOf(route) - 1];
    return [start, this.text.startsWith("/", start) && !search("url._PAIR", this.text, start, end) ? end : start];
  }

  findProblem() {
    const later = this.scheme === null && search("url._LATER_SCHEME", this.text);
    if (later) return ["there is text before its scheme", [0, later.index]];
    const bad = search("url._SPACE_OR_CONTROL", this.text, ...this.baseSpan);
    if (bad) return ["it has a space or a control character before its query", spanOf(bad)];
    if (this.scheme === null) return ["it does not start with a scheme such as https://", this.baseSpan];
    const problem = this.findAuthorityProblem();
    return problem && [problem, this.authoritySpan];
  }

  findAuthorityProblem() {
    const scheme = this.scheme.toLowerCase();
    const isSpecial = data.tables.special.includes(scheme);
    if (!this.host) return !isSpecial && /[^/]/.test(this.path) ? null : "it has no host";
    if (this.text.slice(...this.authoritySpan).includes("\\")) {
      return "it has a backslash before its path, which browsers read as a slash";
    }
    const problem = findHostProblem(this.host, isSpecial);
    if (problem) return problem;
    if (this.port && (!fullmatch("url._PORT", this.port) || Number(this.port) > data.limits.port)) {
      return "its port is not a number up to 65535";
    }
    return null;
  }
}

function parametersOf(text, from, until) {
  const end = Math.min(until, data.limits.bytes);
  const found = [];
  for (let start = from; start < end; ) {
    const ampersand = text.indexOf("&", start);
    const stop = ampersand < 0 || ampersand > end ? end : ampersand;
    if (start < stop) {
      const equals = text.slice(0, stop).indexOf("=", start);
      const [nameEnd, valueStart] = equals < 0 ? [stop, stop] : [equals, equals + 1];
      found.push({
        name: decode(text.slice(start, nameEnd)),
        value: decode(text.slice(valueStart, stop)),
        start,
        valueStart,
        end: stop,
        span: [start, stop],
        valueSpan: [valueStart, stop],
      });
    }
    start = stop + 1;
  }
  return found;
}

/** Remove the dot segments of a path (RFC 3986 §5.2.4). */
function removeDotSegments(path) {
  const kept = [];
  const segments = path.split("/").slice(1);
  for (const segment of segments) {
    if (segment === "..") kept.pop();
    else if (segment !== ".") kept.push(segment);
  }
  if ([".", ".."].includes(segments.at(-1))) kept.push("");
  return `/${kept.join("/")}`;
}

function findHostProblem(host, isSpecial) {
  if (host.startsWith("[")) return isIPv6(host) ? null : "its host is not an IPv6 address in brackets";
  if (search("host._FORBIDDEN", host)) return "its host has a character that is not allowed in a host";
  if (!isSpecial) return null;
  if (host.includes("%")) return "its host is percent-encoded";
  if (search("host._ENDS_WITH_NUMBER", host) && !fullmatch("host._IPV4", host)) {
    return "its host ends with a number, but is not an IPv4 address of four decimal numbers";
  }
  if (isASCII(host) && !host.toLowerCase().includes("xn--")) return null;
  const labels = host.split(".").map((label) => decodeLabel(label.toLowerCase()));
  if (labels.every((label) => label !== null && isLabel(label)) && hasOneDirection(labels)) return null;
  return "its host has a character that browsers replace or reject";
}

/** Decode a label, if it is in Punycode (RFC 3492); null if that is broken. */
function decodeLabel(label) {
  if (!label.startsWith("xn--")) return label;
  const encoded = label.slice(4);
  const hyphen = encoded.lastIndexOf("-");
  if (label.length > data.limits.label || !isASCII(label) || hyphen === 0) return null;
  const points = Array.from(encoded.slice(0, Math.max(hyphen, 0)), (one) => one.charCodeAt(0));
  const digits = encoded.slice(hyphen + 1);
  if (!digits) return null;
  let [point, at, bias, isFirst] = [128, 0, 72, true];
  for (let index = 0; index < digits.length; ) {
    const before = at;
    let weight = 1;
    for (let step = 36; ; step += 36) {
      const digit = digits.charCodeAt(index);
      index += 1;
      const value = digit >= 97 && digit <= 122 ? digit - 97 : digit >= 48 && digit <= 57 ? digit - 22 : NaN;
      if (Number.isNaN(value)) return null;
      at += value * weight;
      const threshold = Math.min(Math.max(step - bias, 1), 26);
      if (value < threshold) break;
      weight *= 36 - threshold;
    }
    const count = points.length + 1;
    let delta = isFirst ? Math.floor((at - before) / 700) : Math.floor((at - before) / 2);
    isFirst = false;
    delta += Math.floor(delta / count);
    for (bias = 0; delta > 455; bias += 36) delta = Math.floor(delta / 35);
    bias += Math.floor((36 * delta) / (delta + 38));
    point += Math.floor(at / count);
    at %= count;
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return null;
    points.splice(at, 0, point);
    at += 1;
  }
  return String.fromCodePoint(...points);
}

/** Whether browsers leave each character of a label as it is (UTS 46). */
function isLabel(label) {
  if (isASCII(label)) return true;
  if (casefold(label).normalize("NFKC") !== label || search("host._IGNORED", label)) return false;
  return /^[\p{Ll}\p{Lo}\p{Lm}]/u.test(label) && /^[\0-\x7f\p{Ll}\p{Lo}\p{Lm}\p{Mn}\p{Mc}]*$/u.test(label);
}

/** Whether no label mixes directions, in a host that has letters from right to left (RFC 5893 §2). */
function hasOneDirection(labels) {
  if (!labels.some((label) => search("host.right_to_left", label))) return true;
  const isFromRight = (one) => Boolean(fullmatch("host.right_to_left", one));
  return labels.every((label) => fullmatch("host._FROM_LEFT", label) || [...label].every(isFromRight));
}

function isIPv6(host) {
  const address = host.slice(1).replace(/\]$/, "");
  let parts = address.split(":");
  if (address.includes("%") || address.includes("/") || parts.length < 3) return false;
  if (parts.at(-1).includes(".")) {
    const isIPv4 = /^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}$/.test(parts.at(-1));
    if (!isIPv4) return false;
    parts = [...parts.slice(0, -1), "0", "0"];
  }
  if (parts.length > 9 || !parts.every((part) => /^[0-9A-Fa-f]{0,4}$/.test(part))) return false;
  const empty = parts.slice(1, -1).flatMap((part, index) => (part ? [] : [index + 1]));
  if (empty.length > 1) return false;
  if (!empty.length) return parts.length === 8 && parts[0] !== "" && parts[7] !== "";
  let [high, low] = [empty[0], parts.length - empty[0] - 1];
  if (parts[0] === "" && --high) return false;
  if (parts.at(-1) === "" && --low) return false;
  return high + low < 8;
}

// ---- What a person gives as a redirect (argument.py, escapes.py, rewriters.py)

const OPENING = "\"'`<“\u2018«„";

function readRedirect(given) {
  const { text, isPartial, media, notes } = readArgument(given);
  return { url: new CapturedURL(text), mustBeAbsolute: !isPartial, media, notes };
}

export function readArgument(given) {
  const read = { text: given, isPartial: false, isRedirect: true, media: [], notes: [] };
  if (lengthOf(given) > data.limits.text) return { ...read, isRedirect: Boolean(match("argument._SCHEME", given)) };
  const { notes } = read;
  let [text, media] = unwrapped(given, notes);
  for (let layer = 0; layer < data.limits.layers; layer += 1) {
    const inner = search("rewriters._INNER", text, "https://".length) && unwrap(new CapturedURL(text));
    if (!inner) break;
    notes.push(`the URL was extracted from a link wrapped by ${inner.rewriter}`);
    const [next, more] = unwrapped(inner.text, notes);
    text = next;
    media = [...media, ...more];
  }
  if (match("argument._SECOND_QUERY", text)) {
    notes.push("everything after the second ? is part of a value: parameters are separated by &");
  }
  if (match("argument._SCHEME", text)) return { ...read, text, media };
  const found = partOf(text);
  if (found) return { ...read, text: found[0], isPartial: true, media, notes: [...notes, found[1]] };
  return { ...read, isRedirect: given.includes("://"), notes: [] };
}

/** Take a text out of quotes, links and escapes, as often as there are any; what had escaped it comes second. */
function unwrapped(given, notes) {
  let text = given;
  const media = [];
  for (let layer = 0; layer < data.limits.layers; layer += 1) {
    const before = text;
    text = unescape(withoutMarks(text), media);
    if (match("argument._ENCODED_SCHEME", text)) {
      text = unquote(text, decodeEscaping);
      notes.push("the URL was percent-encoded as a whole");
    }
    if (text === before) break;
  }
  return [withoutSentence(text, notes), media];
}

function withoutMarks(given) {
  let text = stripCharacters(given, " \t\r\n\f\v");
  if (!text) return "";
  for (const link of ["argument._MARKDOWN_LINK", "argument._LABELLED_LINK"]) {
    const found = match(link, text);
    if (found) return lengthOf(text.slice(endOf(found))) <= 1 ? found.groups.g1 : text;
  }
  if (OPENING.includes(text[0]) || "([{".includes(text[0])) {
    if (",;.".includes(text.at(-1))) text = text.slice(0, -1);
    if (text.length > 1 && data.tables.pairs.includes(text[0] + text.at(-1))) return text.slice(1, -1);
    return OPENING.includes(text[0]) ? text.slice(1) : text;
  }
  return text;
}

/** Take away what follows a URL in a sentence: words without a parameter, or punctuation, unless in a free text. */
function withoutSentence(given, notes) {
  let text = given;
  const [url, space, rest] = partition(text, " ");
  if (!search("argument._PAIR", url)) return text;
  if (space && !search("argument._MORE_PARAMETERS", rest) && !search("argument._FREE_TEXT_AT_END", url)) {
    notes.push("the text after the space was left out");
    text = url;
  }
  const mark = get(data.tables.punctuation, text.slice(-1));
  if (mark && !(mark === "period" && search("argument._FREE_TEXT_AT_END", text))) {
    notes.push(`the ${mark} at the end was left out`);
    text = text.slice(0, -1);
  }
  return text;
}

/** A part of a URL with parameters, and what is said about it; null where it is none. */
function partOf(text) {
  const names = findAll("argument._PAIR", text).map((found) => found.groups.g1);
  if (!names.length) return null;
  if (/^[?#]/.test(text)) return [text, "only a query was given: the address is not checked"];
  if (text.startsWith("/") && !text.startsWith("//")) {
    if (!/[?#]/.test(text)) return null;
    return [text, "only a path was given: scheme and host are not checked"];
  }
  if (match("argument._HOST", text)) {
    return [text.replace(/^\/\//, ""), "no scheme was given, so it is not checked"];
  }
  const isKnown = names.some((name) => data.tables.recognized.includes(name));
  if (isKnown && !search("argument._NOT_IN_PARAMETERS", partition(text, "=")[0])) {
    return [`?${text}`, "only parameters were given: the address is not checked"];
  }
  return null;
}

/** Undo the escapes of every medium that left its marks, the outermost first, and add their names to `media`. */
export function unescape(given, media) {
  let text = given;
  if (!/[\\&^]|=3/.test(text)) return text;
  for (const [medium, sign, raw] of data.tables.marks) {
    if (!search(sign, text) || (raw && search(raw, text))) continue;
    text = UNESCAPING[medium](text);
    if (!media.includes(medium)) media.push(medium);
  }
  return text;
}

const UNESCAPING = {
  html: (text) => replace("escapes._HTML", text, reference),
  json: (text) =>
    replace("escapes._JSON", text, (_, { g1, g2, g3, g4: slash }) =>
      slash ?? String.fromCharCode(...[g1 ?? g3, g2 ?? []].flat().map((unit) => parseInt(unit, 16))),
    ),
  log: (text) =>
    replace("escapes._BYTES", text, (run) =>
      decodeEscaping(run.match(/[0-9A-Fa-f]{2}(?=\\|$)/g).map((byte) => parseInt(byte, 16))),
    ),
  shell: (text) => replace("escapes._BACKSLASHED", text, (_, { g1 }) => g1),
  cmd: (text) => replace("escapes._CARET", text, (_, { g1 }) => g1),
  markdown: (text) => replace("escapes._MARKDOWN", text, (_, { g1 }) => g1),
  mail: (text) => {
    const joined = replace("escapes._SOFT_LINE_END", text, () => "").replaceAll("%", "%25");
    const quoted = replace("escapes._QUOTED", joined, (_, { g1 }) => `%${g1}`);
    return decodeEscaping(unquoteBytes(encodeEscaped(quoted)));
  },
};

let references;

/** What the character references of HTML mean, by name. */
function characterReferences() {
  if (!references) {
    const words = data.entities.split(" ");
    references = new Map(words.flatMap((names, at) => (at % 2 ? names.split(",").map((name) => [name, words[at - 1]]) : [])));
  }
  return references;
}

/** One character reference of HTML, as `html.unescape` reads it. */
function reference(whole, { g1: name }) {
  if (name) return characterReferences().get(name) ?? whole;
  const digits = whole.slice(2, -1);
  const number = /^x/i.test(digits) ? parseInt(digits.slice(1), 16) : parseInt(digits, 10);
  const known = get(data.tables.references, number);
  if (known !== undefined) return known;
  if ((number >= 0xd800 && number <= 0xdfff) || number > 0x10ffff) return "\ufffd";
  return isInvalid(number) ? "" : String.fromCodePoint(number);
}

function isInvalid(number) {
  const isControl = (number >= 0x1 && number <= 0x8) || number === 0xb || (number >= 0xe && number <= 0x1f);
  const isNoCharacter = (number >= 0xfdd0 && number <= 0xfdef) || (number & 0xfffe) === 0xfffe;
  return isControl || (number >= 0x7f && number <= 0x9f) || isNoCharacter;
}

/** Take out the URL that a link rewriter has wrapped; null where none has. */
export function unwrap(url) {
  const proofpoint = match("rewriters._PROOFPOINT", url.text);
  if (proofpoint) {
    const { g1: wrapped, g2: replaced } = proofpoint.groups;
    return { text: restored(wrapped, replaced), rewriter: "Proofpoint" };
  }
  const intent = match("rewriters._INTENT", url.text);
  if (intent) return { text: `${intent.groups.g2}:${intent.groups.g1}`, rewriter: "Android" };
  const host = url.host.toLowerCase();
  for (const [rewriter, pattern, path, names] of data.tables.rewriters) {
    if (!url.path.startsWith(path) || !fullmatch(pattern, host)) continue;
    for (const name of names) {
      const text = rewrittenValue(url, name);
      if (text && match("rewriters._SCHEME", text)) return { text, rewriter };
    }
  }
  const hyphenated = host === "urldefense.proofpoint.com" && rewrittenValue(url, "u");
  if (hyphenated) {
    const escaped = replace("rewriters._HYPHENATED", hyphenated, (_, { g1 }) => `%${g1}`).replaceAll("_", "/");
    const text = unquote(escaped, decodeEscaping);
    if (match("rewriters._SCHEME", text)) return { text, rewriter: "Proofpoint" };
  }
  return null;
}

/** Put the characters back that Proofpoint replaced by `*`, and a run of n by `**` and the digit n - 2 of base64. */
function restored(url, replaced) {
  let characters;
  try {
    const bytes = atob(replaced.replaceAll("-", "+").replaceAll("_", "/"));
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    characters = Array.from(decoder.decode(Uint8Array.from(bytes, (one) => one.charCodeAt(0))));
  } catch {
    return url;
  }
  return replace("rewriters._STAR", url, (star, { g1: digit }) => {
    const count = digit ? data.words.BASE64.indexOf(digit) + 2 : 1;
    return characters.splice(0, count).join("") || star;
  });
}

function rewrittenValue(url, name) {
  const found = url.parameters.find((one) => one.name === name);
  return found && unquote(url.text.slice(...found.valueSpan), decodeEscaping);
}

// ---- What may be shown (secrets.py, redaction.py, copying.py, escaping.py, naming.py)

const MASK = "***";
const IDENTIFIERS = ["secrets._UUID", "secrets._VIN", "secrets._HEXADECIMAL"];
const ENTITIES = { amp: "&", quot: '"', apos: "'", lt: "<", gt: ">" };
const isShown = (name) => data.tables.shown.includes(name);
const isRecognized = (name) => data.tables.recognized.includes(name);

function looksLikeWords(text) {
  if (lengthOf(text) > data.limits.words) return false;
  const parts = text.split(regex("secrets._SEPARATOR", "u")).filter(Boolean);
  const isNumber = (part) => /^\p{Nd}+$/u.test(part);
  const numbers = parts.filter(isNumber).join("");
  const numbered = parts.filter((part) => !/^\p{L}+$/u.test(part) && !isNumber(part)).length;
  if (lengthOf(numbers) > data.limits.digits || numbered > data.limits.numbered) return false;
  return parts.every(isWord) && !IDENTIFIERS.some((pattern) => search(pattern, text));
}

function isWord(part) {
  if (!fullmatch("secrets._WORD", part) || search("secrets._CONSONANTS", part)) return false;
  return findAll("secrets._HUMP", part).length <= 1 + Math.floor(lengthOf(part) / 5);
}

/** The places of all that looks like a secret, also where it is encoded once or more; sorted, and apart. */
function findSecrets(text) {
  const found = [];
  let decoded = text;
  let places = null;
  for (let level = 0; level < data.limits.levels; level += 1) {
    const moved = places;
    for (const [start, end] of scan(decoded)) {
      if (start < end) found.push(moved ? [moved[start], moved[end]] : [start, end]);
    }
    if (!search("secrets._ESCAPE", decoded)) return joined(found);
    [decoded, places] = decodeLevel(decoded, places);
  }
  return [[0, text.length]];
}

/** Join the places that overlap or touch. */
function joined(spans) {
  const found = [];
  for (const [start, end] of [...spans].sort((one, other) => one[0] - other[0] || one[1] - other[1])) {
    const before = found.at(-1);
    if (before && start <= before[1]) before[1] = Math.max(before[1], end);
    else found.push([start, end]);
  }
  return found;
}

/** Decode one level, byte by byte, and find where each character of it, and its end, was in the original. */
function decodeLevel(text, places = null) {
  const before = places ?? Array.from({ length: text.length + 1 }, (_, index) => index);
  let decoded = "";
  const moved = [];
  let end = 0;
  for (const found of findAll("secrets._ESCAPE", text)) {
    decoded += text.slice(end, found.index);
    for (let index = end; index < found.index; index += 1) moved.push(before[index]);
    const { g1: hexadecimal, g2: number, g3: entity } = found.groups;
    const point = hexadecimal ? parseInt(hexadecimal, 16) : Number(number) % 256;
    decoded += entity ? ENTITIES[entity.toLowerCase()] : String.fromCharCode(point);
    moved.push(before[found.index]);
    end = endOf(found);
  }
  decoded += text.slice(end);
  for (let index = end; index < before.length; index += 1) moved.push(before[index]);
  return [decoded, moved];
}

function* scan(text) {
  for (const pattern of [...IDENTIFIERS, "secrets._PHONE", "secrets._AUTHORIZATION"]) {
    yield* findAll(pattern, text).map(spanOf);
  }
  if (/[=:]/.test(text)) yield* pairValues(text);
  for (const found of findAll("secrets._RUN", text)) yield* token(text, ...spanOf(found));
  if (!text.includes("@")) return;
  for (const { 0: address, index } of findAll("secrets._AT", text)) {
    const slashes = address.indexOf("//") + 2;
    const at = address.lastIndexOf("@");
    yield [index + (slashes > 1 && slashes <= at ? slashes : 0), index + at];
  }
}

/** Find a token in a run of its characters: from the first part that is not a word to the last one. */
function* token(text, start, end) {
  const parts = findAll("secrets._ALPHANUMERIC", text, start, end).filter(
    ([part]) => !isWord(part) && !fullmatch("secrets._TIME", part),
  );
  if (parts.some(([part]) => part.length >= data.limits.part)) yield [parts[0].index, endOf(parts.at(-1))];
}

function* pairValues(text) {
  const maskedUpTo = { _REST: 0, _VALUE: 0 };
  for (const found of findAll("secrets._PAIR", text)) {
    const { g1: name, g2: separator } = found.groups;
    if (isShown(name.toLowerCase())) continue;
    if (search("secrets._HEADER", name)) {
      yield [endOf(found), text.length];
      continue;
    }
    const isSecret = Boolean(search("secrets.secret_name", name));
    if (separator === ":" && !isSecret) continue;
    const pattern = isSecret && separator !== ":" && separator.replaceAll("=", "") === "" ? "_REST" : "_VALUE";
    const isQuoted = pattern === "_VALUE" && "\"'`\\".includes(text.slice(endOf(found), endOf(found) + 1));
    if (endOf(found) < maskedUpTo[pattern] && !isQuoted) continue; // it is the end of an earlier value
    const value = match(`secrets.${pattern}`, text, endOf(found));
    if (!value) continue;
    if (value.groups.g1 === undefined) maskedUpTo[pattern] = endOf(value);
    yield [endOf(value) - (value.groups.g1 ?? value.groups.g2 ?? value[0]).length, endOf(value)];
  }
}

/** A copy in printable ASCII without `##`, made piece by piece, that knows where each piece came from. */
class Copy {
  constructor(original) {
    this.original = original;
    this.pieces = [];
    this.starts = [0];
    this.copiedStarts = [0];
  }

  get text() {
    return this.pieces.join("");
  }

  keep(end) {
    while (this.starts.at(-1) < end) {
      const at = this.starts.at(-1);
      const found = search("copying._UNPRINTABLE", this.original, at, end);
      const stop = found ? found.index : end;
      if (stop > at) this.add(stop, this.original.slice(at, stop));
      for (const character of found ? found[0] : "") {
        this.add(this.starts.at(-1) + character.length, percentEncoded(character));
      }
    }
  }

  mask(end) {
    if (this.starts.at(-1) < end) this.add(end, MASK);
  }

  add(end, piece) {
    this.pieces.push(piece);
    this.starts.push(end);
    this.copiedStarts.push(this.copiedStarts.at(-1) + piece.length);
  }

  /** Move a place to where it is in the copy; it grows where it touches a part of a mask. */
  moved([start, end]) {
    const first = this.index(start, 0);
    return [first, start === end ? first : this.index(end, 1)];
  }

  index(index, isEnd) {
    if (index >= this.starts.at(-1)) return this.copiedStarts.at(-1);
    let piece = -1;
    for (const start of this.starts) {
      if (start > index - isEnd) break;
      piece += 1;
    }
    const isWhole = this.pieces[piece].length === this.starts[piece + 1] - this.starts[piece];
    if (this.pieces[piece] === MASK || !isWhole) return this.copiedStarts[piece + isEnd];
    return this.copiedStarts[piece] + index - this.starts[piece];
  }
}

function percentEncoded(character) {
  const point = character.codePointAt(0);
  const isLone = point >= 0xd800 && point <= 0xdfff;
  const bytes = isByte(point) ? [point - 0xdc00] : encodeUTF8(isLone ? "\ufffd" : character);
  return bytes.map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join("");
}

function copyOf(url) {
  const copy = new Copy(url.text);
  const shown = indexOfCharacter(url.text, data.limits.shown);
  let end = url.tooLong ? Math.min(url.baseSpan[1], shown) : url.text.length;
  for (const [start, stop] of joined([...secretsOf(url)])) {
    if (stop > end) {
      end = Math.min(start, end);
      break;
    }
    copy.keep(start);
    copy.mask(stop);
  }
  copy.keep(end);
  copy.mask(url.text.length);
  return copy;
}

/** The places of all that is masked: whatever is not known to be harmless. They may overlap. */
function* secretsOf(url) {
  const { text } = url;
  let end = url.baseSpan[1];
  if (url.scheme === null && !url.isPartial) {
    yield [0, text.length];
    return;
  }
  if (url.tooLong) end = Math.min(end, indexOfCharacter(text, 2 * data.limits.shown));
  if (url.scheme && !looksLikeWords(url.scheme)) {
    const application = match("redaction._APPLICATION_SCHEME", text);
    yield [application ? endOf(application) : 0, url.scheme.length];
  }
  const [start, stop] = url.authoritySpan;
  if ((url.problem && !url.isPartial) || !fullmatch("redaction._HOST", url.host)) yield [start, stop];
  else {
    const authority = text.slice(start, stop);
    for (const pattern of IDENTIFIERS) {
      yield* findAll(pattern, authority).map((found) => [start + found.index, start + endOf(found)]);
    }
  }
  const { userInfo } = url;
  if (userInfo) yield userInfo;
  yield* inPath(text, Math.max(stop, userInfo ? userInfo[1] + 1 : 0), end);
  if (url.tooLong) return;
  for (const parameter of url.parameters) yield* inParameter(text, parameter);
  yield* inPath(text, ...url.routeSpan);
  for (const parameter of url.fragmentParameters) yield* inParameter(text, parameter);
}

function* inParameter(text, { name, span, valueSpan }) {
  if (isShown(name)) {
    const [start, end] = valueSpan;
    for (const found of findInQuery(text.slice(start, end))) yield [start + found[0], start + found[1]];
  } else yield isRecognized(name) || shownName(name) !== MASK ? valueSpan : span;
}

function findInQuery(raw) {
  const text = raw.replaceAll("+", " ");
  if (!raw.includes("%")) return findSecrets(text);
  const [decoded, places] = decodeLevel(text);
  return findSecrets(decoded).map(([start, end]) => [places[start], places[end]]);
}

function decodesToWords(segment) {
  return decode(segment).split(regex("redaction._BETWEEN_WORDS", "u")).every(looksLikeWords);
}

/** Mask the segments of a path that do not look like words; of one with matrix parameters these alone. */
function* inPath(text, from, end) {
  for (let start = from; start < end; ) {
    const slash = text.slice(0, end).indexOf("/", start);
    const stop = slash < 0 ? end : slash;
    const segment = text.slice(start, stop);
    if (!looksLikeWords(segment) && !(segment.includes("%") && decodesToWords(segment))) {
      const head = segment.includes("@") ? null : match("redaction._HEAD", segment);
      yield [start + (head && looksLikeWords(head[0]) ? endOf(head) + 1 : 0), stop];
    }
    start = stop + 1;
  }
}

function shownName(name) {
  const plain = name.replace(/^(?:amp;)+/, "");
  return isRecognized(plain) || looksLikeWords(plain) ? name : MASK;
}

function shownValue(name, value) {
  if (!isShown(name)) return value ? MASK : "";
  let shown = "";
  let end = 0;
  for (const [start, stop] of findSecrets(value)) {
    shown += value.slice(end, start) + MASK;
    end = stop;
  }
  return shown + value.slice(end);
}

function shownPart(url, start, end) {
  const copy = copyOf(url);
  return copy.text.slice(...copy.moved([start, end]));
}

function shownComponent(url, name) {
  const text = url[name];
  let [start, end] = url.baseSpan;
  if (name === "path") [, start] = url.authoritySpan;
  else if (name !== "scheme") {
    [start, end] = url.authoritySpan;
    start = url.text.slice(0, end).lastIndexOf(text);
    if (start < url.authoritySpan[0]) start = -1;
  }
  return shownPart(url, start, start + text.length);
}

function shownArgument(text) {
  if (text.includes("://")) return copyOf(new CapturedURL(text)).text;
  return replace("redaction._WORDS", text, (word) => {
    const plain = stripCharacters(word, "\"'`()[],.:;?!");
    const option = match("redaction._OPTION", plain);
    const bare = option ? plain.slice(endOf(option)) : plain;
    if (!plain || fullmatch("redaction._NUMBER", plain) || looksLikeWords(bare)) return word;
    const start = word.indexOf(plain);
    return `${word.slice(0, start)}***${word.slice(start + plain.length)}`;
  });
}

function kindAndLength(text) {
  if (!text) return "it is empty";
  const start = lstrip(text);
  const kind = /^[{[]/.test(start) ? "JSON" : start.startsWith("?") ? "a query" : "text";
  const length = lengthOf(text);
  return length === 1 ? `${kind}, 1 character` : `${kind}, ${grouped(length)} characters`;
}

/** Make a text fit for a message: printable, and not too long. */
function shorten(text) {
  const { shown } = data.limits;
  const short = lengthOf(text) <= shown ? text : `${firstCharacters(text, shown)}…`;
  const printable = Array.from(short, (one) => (isPrintable(one) ? one : escaped(one))).join("");
  return replace("escaping._INVISIBLE", printable, escaped).replaceAll("##", "#\\x23");
}

function escaped(character) {
  const known = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[character];
  if (known) return known;
  const hexadecimal = character.codePointAt(0).toString(16);
  if (hexadecimal.length <= 2) return `\\x${hexadecimal.padStart(2, "0")}`;
  return hexadecimal.length <= 4 ? `\\u${hexadecimal.padStart(4, "0")}` : `\\U${hexadecimal.padStart(8, "0")}`;
}

const quoted = (text) => (fullmatch("naming._WORD", text) ? text : `"${text}"`);
const named = ({ name }) => (name ? quoted(shorten(shownName(name))) : "a parameter without a name");

// ---- Hints (hints.py, placeholders.py, suggestion.py)

function hintAboutParameter({ name }) {
  const known = get(data.tables.hints, name);
  if (known) return `: ${known}`;
  if (Object.values(data.requests).some((request) => parametersIn(request).includes(name))) {
    return ": it is a parameter of the Connect URL";
  }
  if (fullmatch("hints._ANALYTICS", name)) return ": analytics and advertising tools add it";
  if (name.startsWith("amp;")) return ": the URL is escaped for HTML, with &amp; instead of &";
  return suggestion(name, data.tables.recognized);
}

function hintAboutError(code) {
  const known = get(data.tables.undocumented, code);
  if (known) return `: ${known}`;
  if (data.tables.oauth_errors.includes(code)) return ": OAuth defines it (RFC 6749 §4.1.2.1), but Smartcar does not";
  const what = placeholder(code);
  if (what) return `: it is ${what}; leave the parameter out if there is no error`;
  const separated = match("hints._OTHER_SEPARATOR", code);
  if (separated && get(data.errors, separated.groups.g1)) {
    return ": only & separates parameters";
  }
  return suggestion(code, Object.keys(data.errors));
}

/** Whether a parameter is a documented wording whose `error_description=` was lost. */
function isWording(parameter, outcome) {
  if (parameter.valueStart !== parameter.end) return false;
  return wordingsOf(outcome).some((wording) => casefold(wording) === casefold(parameter.name));
}

const isMasked = (value) => Boolean(search("placeholders._MASK", value));

function placeholder(value) {
  if (isMasked(value)) return "masked: whatever recorded it hid the value";
  const known = get(data.tables.no_value, casefold(value));
  if (known) return known;
  if (fullmatch("placeholders._OBJECT", value)) {
    return "[object …], which JavaScript writes for an object converted to a string";
  }
  if (fullmatch("placeholders._TEMPLATE", value)) return "a template variable that was not filled in";
  return fullmatch("placeholders._SAMPLE", value) ? "a placeholder from documentation" : null;
}

function endsWithStrayQuote(value) {
  const last = value.slice(-1);
  const opening = get(data.tables.quotes, last);
  if (opening === undefined || lengthOf(value) === 1) return false;
  return opening === last ? (value.split(opening).length - 1) % 2 === 1 : !value.includes(opening);
}

const looksLikeTestValue = (value) => Boolean(search("placeholders._TEST_VALUE", casefold(value)));

/** The nearest choice, as the end of a sentence; nothing where none is near. */
function suggestion(name, choices) {
  const found = nearest(name, choices, 0.6);
  return found === null ? "" : `; did you mean ${found}?`;
}

/** The nearest choice; null where none is near (difflib.get_close_matches, n=1). */
export function nearest(name, choices, likeness) {
  const word = [...firstCharacters(name, data.limits.name).toLowerCase()];
  let best = null;
  for (const choice of choices) {
    const score = ratio([...choice], word);
    const isBetter = best === null || score > best[0] || (score === best[0] && compareTexts(choice, best[1]) > 0);
    if (score >= likeness && isBetter) best = [score, choice];
  }
  return best && best[1];
}

function ratio(ours, theirs) {
  const length = ours.length + theirs.length;
  return length ? (2 * matches(ours, theirs)) / length : 1;
}

/** The characters in the matching blocks of difflib's SequenceMatcher, for less than 200 characters. */
function matches(ours, theirs) {
  const places = new Map();
  theirs.forEach((one, index) => places.set(one, [...(places.get(one) ?? []), index]));
  const queue = [[0, ours.length, 0, theirs.length]];
  let count = 0;
  while (queue.length) {
    const [low, high, otherLow, otherHigh] = queue.pop();
    let [at, otherAt, size] = [low, otherLow, 0];
    let lengths = new Map();
    for (let index = low; index < high; index += 1) {
      const next = new Map();
      for (const other of places.get(ours[index]) ?? []) {
        if (other < otherLow || other >= otherHigh) continue;
        const length = (lengths.get(other - 1) ?? 0) + 1;
        next.set(other, length);
        if (length > size) [at, otherAt, size] = [index - length + 1, other - length + 1, length];
      }
      lengths = next;
    }
    if (!size) continue;
    count += size;
    if (low < at && otherLow < otherAt) queue.push([low, at, otherLow, otherAt]);
    if (at + size < high && otherAt + size < otherHigh) queue.push([at + size, high, otherAt + size, otherHigh]);
  }
  return count;
}

// ---- Schemas (catalog.py)

const parametersIn = (schema) => Object.keys(schema.properties).filter((name) => schema.properties[name] !== false);
const forbiddenIn = (schema) => Object.keys(schema.properties).filter((name) => schema.properties[name] === false);
const wordingsOf = (outcome) => outcome.schema.properties.error_description?.examples ?? [];

/** Evaluate the keywords that the schemas use: what is not met, in the order of the schema, without the values. */
function* violations(schema, instance, parameter = null) {
  if (schema === true) return;
  if (schema === false) {
    yield { keyword: null, parameter: null };
    return;
  }
  const isText = typeof instance === "string";
  const isWrong = {
    type: (value) => (value === "string") !== isText,
    const: (value) => instance !== value,
    enum: (values) => !values.includes(instance),
    pattern: (value) => isText && !new RegExp(value, "u").test(instance),
    minLength: (value) => isText && lengthOf(instance) < value,
    maxLength: (value) => isText && lengthOf(instance) > value,
    anyOf: (schemas) => !schemas.some((one) => violations(one, instance).next().done),
  };
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === "properties") {
      for (const [name, one] of Object.entries(value)) {
        if (Object.hasOwn(instance, name)) yield* violations(one, instance[name], name);
      }
    } else if (keyword === "additionalProperties") {
      for (const name of Object.keys(instance)) {
        if (!Object.hasOwn(schema.properties, name)) yield* violations(value, instance[name], name);
      }
    } else if (keyword === "required") {
      for (const name of value) if (!Object.hasOwn(instance, name)) yield { keyword, parameter };
    } else if (isWrong[keyword]?.(value)) yield { keyword, parameter };
  }
}

/** The outcome of decoded parameters; null for an unknown error or for no outcome at all. */
function outcomeOf(values) {
  const discriminator = data.tables.discriminators.find((name) => get(values, name));
  if (discriminator === "error") {
    const schema = get(data.errors, values.error);
    return schema ? { name: values.error, kind: "error", schema } : null;
  }
  const discriminatorOf = (schema) => data.tables.discriminators.find((name) => schema.required.includes(name));
  const decided = ([, schema]) => discriminatorOf(schema) === discriminator;
  const success = discriminator && Object.entries(data.successes).find(decided);
  return success ? { name: success[0], kind: "success", schema: success[1] } : null;
}

// ---- The redirect URI (address.py)

const PARTS = ["scheme", "host", "port", "path"];
const schemeOf = (url) => (url.scheme ?? "").toLowerCase();
const pairOf = ({ name, value }) => JSON.stringify([name, value]);

function countPairs(parameters) {
  const counts = new Map();
  for (const one of parameters) counts.set(pairOf(one), (counts.get(pairOf(one)) ?? 0) + 1);
  return counts;
}

/** Compare a URL with the redirect URI that is nearest to it; null where none is registered. */
function compare(url, parameters, registered) {
  const compared = registered.map((one) => ({
    url,
    registered: one,
    parts: differingParts(url, one),
    absent: absentParameters(parameters, one),
  }));
  const isNearer = (one, other) => one.parts.length - other.parts.length || one.absent.length - other.absent.length;
  return compared.sort(isNearer)[0] ?? null;
}

function differingParts(url, registered) {
  if (url.text.slice(...url.baseSpan) === registered.text.slice(...registered.baseSpan)) return [];
  const [ours, theirs] = [normalized(url, registered), normalized(registered, registered)];
  return PARTS.filter((_, index) => ours[index] !== null && ours[index] !== theirs[index]);
}

function withoutOwnQuery(parameters, registered) {
  if (!registered.parameters.length) return parameters;
  const own = countPairs(registered.parameters);
  return parameters.filter((one) => {
    const count = own.get(pairOf(one)) ?? 0;
    if (count) own.set(pairOf(one), count - 1);
    return !count;
  });
}

function absentParameters(given, registered) {
  const counts = countPairs(given);
  const own = countPairs(registered.parameters);
  return registered.parameters.filter((one) => own.get(pairOf(one)) > (counts.get(pairOf(one)) ?? 0));
}

function normalized(url, registered) {
  if (!url.host && url.scheme === null) return [null, null, null, url.path ? pathOf(url, registered) : null];
  return [schemeOf(url) || schemeOf(registered), hostOf(url), portOf(url, registered), pathOf(url, registered)];
}

function hostOf(url) {
  const scheme = schemeOf(url);
  if (scheme !== "" && get(data.tables.ports, scheme) === undefined) return url.host;
  return url.host.replace(/[A-Z]/g, (one) => one.toLowerCase());
}

function portOf(url, registered = null) {
  const port = url.port.replace(/^0+/, "") || url.port.slice(0, 1);
  const scheme = schemeOf(url) || (registered ? schemeOf(registered) : "");
  return port === get(data.tables.ports, scheme) ? "" : port;
}

function pathOf(url, registered) {
  const upper = replace("address._ESCAPE", url.path, (escape) => escape.toUpperCase());
  const path = replace("address._UNRESERVED_ESCAPE", upper, (escape) => unquote(escape));
  const scheme = schemeOf(url) || schemeOf(registered);
  return get(data.tables.ports, scheme) === undefined ? path : removeDotSegments(path || "/");
}

/** The first part that differs: what is wrong, and what helps; null where nothing does. */
function differenceOf({ url, registered, parts, absent }) {
  const { words } = data;
  if (parts.includes("scheme")) {
    const message = `its scheme is ${shownOf(url, "scheme")}, but the registered one is ${shownOf(registered, "scheme")}`;
    const isBehindProxy = schemeOf(url) === "http" && schemeOf(registered) === "https" && hostOf(url) !== "localhost";
    return [message, isBehindProxy ? words._PROXY_REMEDY : words._GENERAL_REMEDY];
  }
  if (parts.includes("host")) {
    let message = `its host is ${shownOf(url, "host")}, but the registered one is ${shownOf(registered, "host")}`;
    if (casefold(url.host) === casefold(registered.host)) {
      message += "; they differ only in case, which matters in a custom scheme";
    }
    const isPlain = (schemeOf(url) || schemeOf(registered)) === "http";
    return [message, isPlain && hostOf(url) !== "localhost" ? words._LOCALHOST_REMEDY : words._GENERAL_REMEDY];
  }
  if (parts.includes("port")) {
    const [given, wanted] = [url, registered].map((one) => portOf(one) || "the default");
    return [`its port is ${shorten(given)}, but the registered one is ${wanted}`, words._GENERAL_REMEDY];
  }
  if (parts.includes("path")) return pathDifference(url, registered);
  return absent.length ? queryDifference(url, absent[0]) : null;
}

function shownOf(url, part) {
  const shown = shownComponent(url, part);
  return shorten(part === "host" && url.port ? `${shown}:${shownComponent(url, "port")}` : shown);
}

function pathDifference(url, registered) {
  const [ours, theirs] = [pathOf(url, registered), pathOf(registered, registered)];
  const [given, wanted] = [url, registered].map((one) => shownOf(one, "path") || "empty");
  const [hint, remedy] = pathHint(ours, theirs);
  return [`its path is ${given}, but the registered one is ${wanted}${hint}`, data.words[remedy]];
}

function pathHint(ours, theirs) {
  const bare = (path) => replace("address._SPACE_AT_END", path, () => "");
  if (ours === `${theirs}/`) return [": it has a trailing slash", "_GENERAL_REMEDY"];
  if (`${ours}/` === theirs) return [": it lacks the trailing slash", "_GENERAL_REMEDY"];
  if (bare(ours) === bare(theirs)) return [": only a trailing space differs", "_GENERAL_REMEDY"];
  if (casefold(ours) === casefold(theirs)) return [": they differ only in case", "_GENERAL_REMEDY"];
  if (ours !== "/" && theirs.endsWith(ours)) return [": it lacks the prefix", "_PREFIX_REMEDY"];
  if (theirs !== "/" && ours.endsWith(theirs)) return [": it has an extra prefix", "_PREFIX_REMEDY"];
  return ["", "_GENERAL_REMEDY"];
}

function queryDifference(url, absent) {
  const name = shorten(shownName(absent.name));
  const given = url.parameters.find((one) => one.name === absent.name)?.value;
  const remedy = data.words._QUERY_REMEDY;
  if (given === undefined) return [`${name} of the registered redirect URI's own query is missing`, remedy];
  let hint = "";
  if (strip(given) === strip(absent.value)) {
    hint = `: ${given !== strip(given) ? "this one" : "the registered one"} has a space at its beginning or end`;
  } else if (given.replace(/\/+$/, "") === absent.value.replace(/\/+$/, "")) hint = ": only a trailing slash differs";
  else if (casefold(given) === casefold(absent.value)) hint = ": they differ only in case";
  return [`${name} differs from the registered redirect URI's own query${hint}`, remedy];
}

/** Why Smartcar would not take a redirect URI, as the end of a sentence; null where nothing is known. */
function registrationProblem(uri) {
  const [scheme, host, , path] = normalized(uri, uri);
  if (scheme === "http" && host !== "localhost") return "it accepts plain http only for localhost; use https";
  if (host !== data.words.JAVASCRIPT_SDK_HOST) return null;
  if (match("address._OUTDATED_PAGE", path ?? "")) {
    return "this version of the JavaScript SDK's page is outdated; the path is /v2/redirect";
  }
  const origin = uri.parameters.find((one) => one.name === "app_origin")?.value;
  if (origin === undefined) return "the JavaScript SDK's page needs app_origin, such as app_origin=https://example.com";
  if (origin !== strip(origin)) return "app_origin has a space at its beginning or end";
  if (fullmatch("address._ORIGIN", origin)) return null;
  return "app_origin must be an origin, without a path, as the JavaScript SDK's postMessage requires";
}

// ---- The state (state.py)

const QUOTES = "'\"`\u2018\u2019\u201c\u201d";

function stateDifference(sent, received) {
  if (sent === received || sent === (openEnvelope(received) || received)) return null;
  return `state is not the one that was sent${firstDifference(sent, received)}`;
}

/** The application's own state in an envelope of the JavaScript SDK; empty where it has none, null where it is none. */
function openEnvelope(state) {
  if (!fullmatch("state._ENVELOPE", state)) return null;
  const characters = state.replace(/[ -]/g, "+").replaceAll("_", "/").replace(/=+$/, "");
  let content;
  try {
    const bytes = Array.from(atob(characters), (one) => one.charCodeAt(0));
    content = JSON.parse(
      decodeUTF8(bytes, () => {
        throw new SyntaxError("not UTF-8");
      }),
    );
  } catch {
    return null;
  }
  const isObject = content !== null && typeof content === "object" && !Array.isArray(content);
  if (!isObject || !Object.hasOwn(content, "instanceId")) return null;
  const inner = get(content, "originalState");
  return typeof inner === "string" ? inner : "";
}

function firstDifference(sent, received) {
  for (const difference of differences(sent, received)) return difference;
  return "";
}

function* differences(sent, received) {
  yield* otherCharacters(sent, received);
  if (received.includes("%") && [unquote(received), unquotePlus(received)].includes(sent)) {
    yield ": it is percent-encoded twice; encode it once";
  }
  if (sent.includes("%") && [unquote(sent), unquotePlus(sent)].includes(received)) {
    yield ": the one that was sent was given percent-encoded; give it decoded";
  }
  yield* otherEdges(sent, received);
  if (casefold(sent) === casefold(received)) yield ": they differ only in case";
  yield* partsOfStates(sent, received);
  yield* envelopes(sent, received);
  const bare = (state) => casefold(replace("state._NOT_ALPHANUMERIC", unquotePlus(state), () => ""));
  const isEncoded = search("state._NOT_ALPHANUMERIC", sent + received) && lengthOf(sent) >= data.limits.common;
  if (isEncoded && bare(sent) === bare(received)) {
    yield ": it has the same letters and digits, but was re-encoded on the way";
  }
}

function* otherCharacters(sent, received) {
  const [ours, theirs] = [[...sent], [...received]];
  if (ours.length !== theirs.length) return;
  const differing = ours.map((one, index) => one + theirs[index]).filter((_, index) => ours[index] !== theirs[index]);
  const pairs = [...new Set(differing)].sort(compareTexts);
  if (pairs.length === 1 && pairs[0] === "+ ") yield "; a + became a space: send it as %2B";
  else if (pairs.length && pairs.every((pair) => /^[ -/:-@[-`{-~]{2}$/.test(pair))) {
    const shown = (one) => (one === " " ? "a space" : one);
    const changes = pairs.map(([one, other]) => `${shown(one)} came back as ${shown(other)}`);
    if (changes.length === new Set(pairs.map(([one]) => one)).size) yield `: ${changes.join(" and ")}`;
  }
}

function* otherEdges(sent, received) {
  const which = (stripped) => (stripped.length < sent.length ? "the one that was sent" : "the one that came back");
  if (strip(sent) === strip(received)) {
    const what = (sent + received).includes("\n") ? "line break" : "space";
    yield `: ${which(strip(sent))} has a ${what} at its beginning or end`;
  }
  const bare = stripCharacters(sent, QUOTES);
  if (bare === stripCharacters(received, QUOTES)) yield `: ${which(bare)} has a quote at its beginning or end`;
  if (sent.replace(/=+$/, "") === received.replace(/=+$/, "")) {
    yield ": the = signs at its end (base64 padding) differ; send them as %3D";
  }
}

function* partsOfStates(sent, received) {
  const isLong = (state) => lengthOf(state) >= data.limits.common;
  if (received && sent.startsWith(received)) {
    const after = sent[received.length];
    if (after === "&" || after === "#") {
      yield `: it ends where the one that was sent has ${after}; send that as ${after === "&" ? "%26" : "%23"}`;
    }
    if (isLong(received)) yield ": its end was cut off";
  }
  if (isLong(sent) && received.startsWith(sent)) yield ": something was added at its end";
  if (isLong(received) && sent.endsWith(received)) yield ": its beginning was cut off";
  if (isLong(sent) && received.endsWith(sent)) yield ": something was added at its beginning";
}

function* envelopes(sent, received) {
  const inner = openEnvelope(received);
  if (inner === "") yield ": it is the JavaScript SDK's envelope, without an originalState";
  if (inner !== null) {
    yield `: the originalState of the JavaScript SDK's envelope differs${firstDifference(sent, inner)}`;
  }
  if (openEnvelope(sent) === received) {
    yield ": the one that was sent is the JavaScript SDK's envelope, and its originalState came back";
  }
}

// ---- The Connect URL (connect_url.py)

function isConnectURL(url) {
  return url.host.toLowerCase() === data.words.CONNECT_HOST && Boolean(match("connect_url._PATH", url.path));
}

function* requestFindings(url, sound) {
  const base = url.baseSpan;
  const opening = "this URL opens Connect; the redirect is Connect's answer to it";
  yield finding("connect-url", opening, null, base);
  const request = get(data.requests, match("connect_url._PATH", url.path).groups.g1.toLowerCase());
  if (!request) return;
  const remedy = data.words._REMEDY;
  const filled = [...sound].filter(([, one]) => one.value).map(([name, one]) => [name, one.value]);
  const wrong = wrongParameters(request, Object.fromEntries(filled));
  for (const name of wrong) yield requestFinding(request, sound.get(name), name, base);
  const given = sound.get("redirect_uri");
  const problem = given?.value && !wrong.has("redirect_uri") && registrationProblem(new CapturedURL(given.value));
  if (problem) {
    const message = `redirect_uri cannot be registered with Smartcar: ${problem}`;
    yield finding("invalid-value", message, "redirect_uri", given.valueSpan, remedy);
  }
  for (const [name, parameter] of sound) {
    if (parametersIn(request).includes(name)) continue;
    const hint = isRecognized(name) ? ": it is a parameter of a redirect" : suggestion(name, parametersIn(request));
    const message = `${named(parameter)} is not a parameter of this Connect URL${hint}`;
    yield finding("unrecognized-parameter", message, name, parameter.span, data.words._UNKNOWN_REMEDY);
  }
}

function wrongParameters(request, values) {
  const names = new Set();
  for (const { keyword, parameter } of violations(request, values)) {
    if (keyword === "required") request.required.filter((name) => !get(values, name)).forEach((name) => names.add(name));
    else if (keyword === "anyOf") names.add("client_id");
    else if (parameter) names.add(parameter);
  }
  return names;
}

function requestFinding(request, given, name, base) {
  const remedy = data.words._REMEDY;
  if (!given) {
    const wanted = name === "client_id" ? "client_id or application_id" : name;
    return finding("missing-parameter", `the Connect URL requires ${wanted}`, name, base, remedy);
  }
  if (!given.value) {
    const message = `the Connect URL requires ${name}, but it has no value`;
    return finding("empty-parameter", message, name, given.span, remedy);
  }
  const what = placeholder(given.value);
  let message = `${name} must be ${lowerFirst(partition(request.properties[name].description, ".")[0])}`;
  if (["client_id", "application_id"].includes(name) && given.value.startsWith("client_")) {
    message = `${name} is the id of an API client (client_…): Connect requires the application's UUID`;
  } else if (what) message = `${name} is ${what}`;
  return finding("invalid-value", message, name, given.valueSpan, remedy);
}

// ---- The judgement (judge/)

export const registered = (given = []) => (Array.isArray(given) ? given : [given]).map((one) => new CapturedURL(one));

function expect(options) {
  const redirectURIs = registered(options.redirect_uri);
  for (const uri of redirectURIs) {
    if (uri.problem) {
      const hint = rstrip(uri.text) === uri.text ? "" : "; remove the space at its end";
      throw new TypeError(`the redirect URI is not an absolute URL: ${uri.problem[0]}${hint}`);
    }
    if (uri.text.includes("#")) throw new TypeError("a redirect URI cannot have a fragment (RFC 6749 §3.1.2)");
  }
  const outcome = options.expect ?? null;
  const outcomes = [...Object.keys(data.errors), ...Object.keys(data.successes)];
  if (outcome !== null && !outcomes.includes(outcome)) {
    const hint = suggestion(outcome, outcomes) || `; the outcomes are ${outcomes.join(", ")}`;
    throw new TypeError(`there is no outcome called ${quoted(shorten(shownArgument(outcome)))}${hint}`);
  }
  return { redirectURIs, state: options.state ?? null, outcome };
}

function finding(rule, message, parameter, [start, end], remedy = null) {
  return { rule, message, parameter, start, end, advice: remedy ?? data.rules[rule][1] };
}

function judge(redirect, expectation) {
  const { url } = redirect;
  if (url.tooLong) return unreadable(redirect, "too-long", "the URL is longer than 64 KiB", null);
  if (redirect.mustBeAbsolute && url.problem) {
    const [problem, span] = url.problem;
    const isNone = url.scheme === null && !url.isOriginForm;
    const what = `not an absolute URL: ${problem}${isNone ? ` (${kindAndLength(url.text)})` : ""}`;
    return unreadable(redirect, "not-a-url", what, span);
  }
  return new Judgement(redirect, expectation).report();
}

function unreadable(redirect, rule, message, span) {
  const found = [...escapes(redirect), finding(rule, message, null, span ?? [null, null])];
  return { redirect, outcome: null, kind: null, parameters: new Map(), findings: found };
}

function* escapes({ url, media }) {
  if (!media.length) return;
  const names = media.map((medium) => data.tables.media[medium]).join(" and ");
  yield finding("escaped-copy", `the URL is escaped for ${names}; it is checked unescaped`, null, url.baseSpan);
}

class Judgement {
  constructor(redirect, expectation) {
    const { url } = redirect;
    const decides = ({ name, value }) => value && data.tables.discriminators.includes(name);
    this.redirect = redirect;
    this.url = url;
    this.expectation = expectation;
    let { parameters } = url;
    this.isInFragment = !parameters.some(decides) && url.fragmentParameters.some(decides);
    if (this.isInFragment) parameters = [...parameters, ...url.fragmentParameters];
    this.all = firstOfEach(parameters);
    this.comparison = compare(url, parameters, expectation.redirectURIs);
    this.parameters = this.comparison ? withoutOwnQuery(parameters, this.comparison.registered) : parameters;
    this.first = firstOfEach(this.parameters);
    const filled = [...this.first].filter(([, one]) => one.value).map(([name, one]) => [name, one.value]);
    this.values = Object.fromEntries(filled);
    this.outcome = outcomeOf(this.values);
    const discriminator = data.tables.discriminators.find((name) => get(this.values, name));
    this.discriminator = discriminator === undefined ? null : this.first.get(discriminator);
    this.nameless = this.findNamelessWording();
  }

  report() {
    const broken = [...this.encodingFindings()];
    const unsound = new Set(broken.map(([parameter]) => parameter));
    const sound = new Map([...this.first].filter(([, one]) => !unsound.has(one)));
    const findings = [...escapes(this.redirect), ...broken.map(([, found]) => found), ...this.repetitions()];
    if (isConnectURL(this.url)) {
      findings.push(...requestFindings(this.url, sound));
      return this.reportOf(null, "request", findings);
    }
    findings.push(...this.outcomeFindings(sound));
    if (this.outcome && this.discriminator) findings.push(...this.schemaFindings(sound));
    findings.push(...this.unrecognized(sound));
    const aboutValues = findings.filter(({ rule }) => rule === "invalid-value" || rule === "unknown-error");
    const wrong = new Set(aboutValues.map(({ parameter }) => parameter));
    for (const parameter of sound.values()) {
      if (isRecognized(parameter.name)) findings.push(...this.warnings(parameter, wrong.has(parameter.name)));
    }
    findings.push(...this.unmetExpectations(sound));
    const kind = this.outcome?.kind ?? (get(this.values, "error") ? "error" : null);
    return this.reportOf(this.outcome?.name ?? null, kind, findings);
  }

  reportOf(outcome, kind, findings) {
    const ranks = Object.keys(data.rules);
    const rank = ({ rule }) => ranks.indexOf(rule);
    findings.sort(
      (one, other) =>
        one.start - other.start ||
        one.end - other.end ||
        rank(one) - rank(other) ||
        compareTexts(one.message, other.message),
    );
    return { redirect: this.redirect, outcome, kind, parameters: this.all, findings: [...mostOf(findings)] };
  }

  *encodingFindings() {
    const { text, baseSpan } = this.url;
    const isWellFormed = !findMalformed(text);
    const inBase = isWellFormed ? null : findMalformed(text, ...baseSpan);
    if (inBase) yield [null, this.malformed(inBase)];
    for (const parameter of this.parameters) {
      const span = isWellFormed ? null : findMalformed(text, ...parameter.span);
      if (span) {
        yield [parameter, this.malformed(span, parameter)];
        continue;
      }
      const found = this.find("raw_text._CONTROL", ...parameter.span);
      if (!found) continue;
      const what = isShown(parameter.name) ? `the control character ${found[0]}` : "a control character";
      const message = `${named(parameter)} has ${what}`;
      yield [parameter, finding("forbidden-character", message, parameter.name, found[1])];
    }
  }

  malformed(span, parameter = null) {
    const isEscape = this.url.text[span[0]] === "%" && !match("raw_text._ESCAPE", this.url.text, span[0]);
    const what = isEscape ? "a percent sign not followed by two hexadecimal digits" : "bytes that are not UTF-8";
    const message = `${parameter ? named(parameter) : "the address"} has ${what}`;
    return finding("malformed-encoding", message, parameter?.name ?? null, span);
  }

  *repetitions() {
    if (this.parameters.length === this.first.size) return;
    const byName = new Map();
    for (const one of this.parameters) byName.set(one.name, [...(byName.get(one.name) ?? []), one]);
    for (const [name, [, second, ...more]] of byName) {
      if (!second) continue;
      const message = `${named(second)} appears ${more.length + 2} times; only the first value is checked`;
      yield finding("duplicate-parameter", message, name, second.span);
    }
  }

  *outcomeFindings(sound) {
    if (!this.discriminator) {
      const names = data.tables.discriminators;
      const message = `none of ${names.slice(0, -1).join(", ")} and ${names.at(-1)} has a value`;
      yield finding("no-outcome", message, null, this.url.querySpan);
      return;
    }
    if (!this.outcome) yield* this.unknownError(sound.has("error"));
    if (this.isInFragment) {
      const message = "the outcome is in the fragment (after #), which browsers never send to a server";
      yield finding("parameters-in-fragment", message, this.discriminator.name, this.url.fragmentSpan);
    }
  }

  *unknownError(isSound) {
    const { value, valueSpan } = this.discriminator;
    if (isSound) {
      const code = quoted(shorten(shownValue("error", value)));
      const message = `${code} is not an error code that Connect documents${hintAboutError(value)}`;
      yield finding("unknown-error", message, "error", valueSpan);
    }
    const [known, ...others] = Object.values(data.errors).map(forbiddenIn);
    for (const name of known.filter((one) => others.every((names) => names.includes(one)))) {
      if (!get(this.values, name)) continue;
      const message = `an error must not come with ${name}`;
      yield finding("conflicting-outcome", message, name, this.first.get(name).span);
    }
  }

  *schemaFindings(sound) {
    const { schema } = this.outcome;
    const done = new Set();
    for (const { keyword, parameter } of violations(schema, this.values)) {
      let names = [parameter];
      if (keyword === "required") names = schema.required.filter((name) => !get(this.values, name));
      else if (keyword === null) names = forbiddenIn(schema).filter((name) => get(this.values, name));
      for (const name of names) {
        if (done.has(name) || (!sound.has(name) && this.first.has(name))) continue;
        done.add(name);
        yield this.schemaFinding(name, keyword);
      }
    }
  }

  schemaFinding(name, keyword) {
    const { outcome, discriminator } = this;
    const given = name === null ? undefined : this.first.get(name);
    if (name === null) {
      const message = `${outcome.name} does not meet ${keyword} of its schema`;
      return finding("invalid-value", message, null, discriminator.span);
    }
    if (keyword === null) {
      const message = `${outcome.name} must not come with ${name}`;
      return finding("conflicting-outcome", message, name, (given ?? discriminator).span);
    }
    if (keyword !== "required") {
      const constraint = lowerFirst(outcome.schema.properties[name].description.replace(/\.$/, ""));
      const message = `${name} must be ${constraint}${aboutValue(given)}`;
      return finding("invalid-value", message, name, (given ?? discriminator).valueSpan);
    }
    const message = `${outcome.name} requires ${name}`;
    if (given) return finding("empty-parameter", `${message}, but it has no value`, name, given.span);
    if (name === "error_description" && this.nameless) {
      const what = `${message}: its text appears without error_description= before it`;
      return finding("missing-parameter", what, name, this.nameless.span);
    }
    return finding("missing-parameter", message, name, discriminator.span);
  }

  *unrecognized(sound) {
    const known = new Set(this.nameless ? [this.nameless.name] : []);
    if (this.url.host.toLowerCase() === data.words.JAVASCRIPT_SDK_HOST) known.add("app_origin");
    const unknown = [...sound.values()].filter(({ name }) => !isRecognized(name) && !known.has(name));
    unknown.sort((one, other) => one.start - other.start);
    for (const [index, parameter] of unknown.entries()) {
      const hint = index < data.limits.findings ? hintAboutParameter(parameter) : "";
      const message = `${named(parameter)} is not a Connect parameter${hint}`;
      yield finding("unrecognized-parameter", message, parameter.name, parameter.span);
    }
  }

  findNamelessWording() {
    if (!this.outcome || this.first.has("error_description")) return null;
    return [...this.first.values()].find((one) => isWording(one, this.outcome)) ?? null;
  }

  *warnings(parameter, isWrong) {
    const { name, value, valueSpan } = parameter;
    const what = placeholder(value);
    if (what) {
      const remedy = isMasked(value) ? data.words.MASK_REMEDY : null;
      if (!isWrong) yield finding("placeholder-value", `${name} is ${what}`, name, valueSpan, remedy);
      return;
    }
    if (endsWithStrayQuote(value) && !(name === "state" && value === this.expectation.state)) {
      const message = `${name} ends with a quote, probably one that was around the URL`;
      yield finding("placeholder-value", message, name, valueSpan);
      return;
    }
    const wordings = this.outcome && name === "error_description" ? wordingsOf(this.outcome) : [];
    const isDocumented = wordings.includes(value);
    if (wordings.length && value && !isDocumented) {
      yield finding("undocumented-wording", "no page documents this error_description", name, valueSpan);
    }
    const charset = get(data.patterns, `oauth.${name}`) && `oauth.${name}`;
    const found = charset && search(charset, value) && this.find(charset, ...valueSpan);
    if (found) {
      const message = `${name} has ${charactersOutside(charset, name, value)}`;
      const documented = isDocumented ? "; Smartcar documents this wording" : "";
      yield finding("outside-oauth-charset", message + documented, name, found[1]);
    }
    if (search("values._ESCAPE", value) && new CapturedURL(value).scheme === null) {
      yield finding("double-encoded", `${name} is still percent-encoded after decoding`, name, valueSpan);
    }
  }

  *unmetExpectations(sound) {
    const { state: sent, outcome } = this.expectation;
    const place = this.discriminator ? this.discriminator.span : this.url.querySpan;
    const difference = this.comparison && differenceOf(this.comparison);
    if (difference) yield finding("redirect-uri-mismatch", difference[0], null, this.url.baseSpan, difference[1]);
    if (sent !== null) {
      const state = this.first.get("state");
      const how = state && sound.has("state") && !isMasked(state.value) && stateDifference(sent, state.value);
      if (sent && !state?.value) {
        yield finding("state-mismatch", "no state came back", "state", state ? state.span : place);
      } else if (how) yield finding("state-mismatch", how, "state", state.valueSpan);
    }
    if (outcome && this.outcome?.name !== outcome) {
      const given = this.outcome?.name ?? (this.discriminator ? "an unknown error" : "no outcome");
      const message = `${outcome} was expected, not ${given}`;
      yield finding("unexpected-outcome", message, this.discriminator?.name ?? null, place);
    }
  }

  /** Find a character in the decoded text of a place; its code point and its place. */
  find(pattern, start, end) {
    const raw = this.url.text.slice(start, end);
    const decoded = decode(raw);
    const found = search(pattern, decoded);
    if (!found) return null;
    const span = placeOfCharacter(raw, decoded, found.index);
    return [codePoint(found[0]), [start + span[0], start + span[1]]];
  }
}

/** The first of each name; one without a value counts only where no other is (RFC 6749 §3.1). */
function firstOfEach(parameters) {
  const first = new Map();
  for (const one of parameters) {
    if (!first.has(one.name) || (one.value && !first.get(one.name).value)) first.set(one.name, one);
  }
  return first;
}

function aboutValue(given) {
  if (!given) return "";
  const what = placeholder(given.value);
  if (what) return `; it is ${what}`;
  return looksLikeTestValue(given.value) ? "; it looks like a test value" : "";
}

function charactersOutside(charset, name, value) {
  const found = [...new Set(findAll(charset, value).map(([character]) => character))];
  const what = `${found.length === 1 ? "a character" : "characters"} outside RFC 6749's character set`;
  if (!isShown(name)) return what;
  const names = found.slice(0, data.limits.characters).map(codePoint);
  if (found.length > names.length) names.push(`${found.length - names.length} more`);
  return `${what}: ${names.join(", ")}`;
}

/** Leave out what a rule finds too often; the last finding that is shown counts the others. */
function* mostOf(findings) {
  const most = data.limits.findings;
  const counts = new Map();
  for (const one of findings) {
    const count = (counts.get(one.rule) ?? 0) + 1;
    counts.set(one.rule, count);
    const more = count === most ? findings.filter(({ rule }) => rule === one.rule).length - most : 0;
    if (more) yield { ...one, message: `${one.message}; this rule is broken ${more > 1 ? `${grouped(more)} more times` : "once more"}` };
    else if (count <= most) yield one;
  }
}

// ---- The JSON output, version 1 (report.py, formats/json.py)

function toJSON({ redirect, outcome, kind, parameters, findings }) {
  const copy = copyOf(redirect.url);
  const shown = findings.map((one) => {
    const [start, end] = one.start === null ? [null, null] : copy.moved([one.start, one.end]);
    return {
      rule: one.rule,
      severity: data.rules[one.rule][0],
      parameter: one.parameter && shownName(one.parameter),
      message: one.message,
      advice: one.advice,
      start,
      end,
      help: `${data.site}reference/rules/#${one.rule}`,
    };
  });
  const masked = [...parameters.values()].map(({ name, value }) => [shownName(name), shownValue(name, value)]);
  return {
    source: "argument",
    line: 1,
    column: 1,
    pointer: null,
    url: copy.text,
    outcome,
    kind,
    conforms: shown.every(({ severity }) => severity !== "error"),
    parameters: Object.fromEntries(masked),
    notes: redirect.notes,
    findings: shown,
  };
}
