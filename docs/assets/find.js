// Finds the redirects in a pasted text as `connect-errors validate` finds them in a capture: the same ones, or fewer,
// and then it says so. It follows the package's readers (captures/) where a URL alone decides: what a capture has in
// several places - members of JSON, fields of a log, a relative `Location` - is left to the command.

import {
  CapturedURL,
  decodeEscaping,
  endOf,
  get,
  hasOutcome,
  isAtOne,
  load,
  match,
  fullmatch,
  nearest,
  readArgument,
  registered,
  replace,
  search,
  strip,
  tables,
  unescape,
  unwrap,
} from "./check.js";

export const MAX_LENGTH = 1_000_000; // characters that are read
const MAX_WORK = 10_000_000; // characters of the lines of all anchors; each anchor may look through its whole line
const MAX_LINES_BACK = 8;
const MAX_BACK = 2000;
const MAX_HEAD = 300;
const MAX_HEADERS = 16 * 1024;
const MIN_WIDTH = 60; // of a line that may have been broken because it was full
const HARD = ' \t"<>`\x1b\r\n\f\v\xa0\u2028\u2029“”«»„';
const LINE_MARKS = " \t>|\"'`";
const IN_QUERY = "?&#;6fF";
const BEFORE_QUERY = "',;|=";
const BLANKS_AT_END = /[ \t\r]+$/;
const HYPERLINK = /\x1b\]8;[^;\x1b]*;[^\x1b]*\x1b\\/g;
const REFERER = /^(?:http|cs|clientrequest)?refer(?:er|rer)$/;
const OPENERS = { ")": "(", "]": "[", "}": "{" };

/**
 * Find the redirects in a text.
 *
 * @param {string} text
 * @param {object} [options] `redirect_uri`: only what is at it is a redirect; `data`: as `validate` has it
 * @returns {Promise<{redirects: string[], passed_over: object, has_more: boolean}>} the texts to validate, in their order, each
 *   once; how many URLs were passed over, by the reason; whether the command may find more
 */
export async function find(text, options = {}) {
  await load(options.data);
  const whole = strip(strip(text).replace(/^\ufeff/, ""));
  if (isArgument(whole)) return { redirects: [whole], passed_over: {}, has_more: false };
  const finder = new Finder(registered(options.redirect_uri));
  finder.read(whole.slice(0, MAX_LENGTH));
  if (whole.length > MAX_LENGTH) finder.hasMore = true;
  return { redirects: finder.unique(), passed_over: finder.passedOver, has_more: finder.hasMore };
}

/** Whether a text is one redirect, as one would give it to the command. */
function isArgument(text) {
  const read = readArgument(text);
  if (text.includes("\n") || !read.isRedirect) return false;
  const rest = text.slice(text.search(/\s|$/));
  if (match("argument._SCHEME", read.text)) return !/\s["'<([]?[A-Za-z][A-Za-z0-9+.-]*:\/\/\S*[?#]/.test(rest); // another one
  return read.isPartial && !/\s[\w.-]+=/.test(rest) && hasOutcome(new CapturedURL(read.text));
}

class Finder {
  constructor(redirectURIs) {
    this.redirectURIs = redirectURIs;
    this.found = [];
    this.passedOver = {};
    this.hasMore = false;
  }

  read(text) {
    const lines = text.split(/\r?\n/).map(strip).filter((line) => line && !line.startsWith("#"));
    const document = parse(text);
    if (document !== undefined) this.readValue(document, "");
    else if (lines.length > 1 && lines.slice(0, 2).every((line) => fullmatch("detection._URL", line))) this.found = lines;
    else {
      const first = match("detection._COMPLETE", text);
      const isComplete = Boolean(first) && !this.whyNot(new CapturedURL(first.groups.g2));
      new Text(this, text, false, isComplete).read();
    }
  }

  /** Each redirect once: one of those that have the same parameters, in the same place as far as they name it. */
  unique() {
    const kept = [];
    const alike = new Map(); // those kept, by their parameters
    for (const text of this.found) {
      const { text: whole } = readArgument(text);
      const { host, path, parameters, fragmentParameters } = new CapturedURL(whole);
      const pairs = JSON.stringify([...parameters, ...fragmentParameters].map(({ name, value }) => [name, value]).sort());
      const one = { host: host.toLowerCase(), path };
      if (!alike.has(pairs)) alike.set(pairs, []);
      if (alike.get(pairs).some((other) => isSame(one, other))) continue;
      alike.get(pairs).push(one);
      kept.push(text);
    }
    return kept;
  }

  /** Add a URL if it is a redirect, or else count why not. `raw` is how the text has it, where it was copied escaped. */
  add(url, raw = url) {
    if (isCutOff(url)) return;
    let inner = url;
    for (let wrapped = unwrap(new CapturedURL(inner)); wrapped; wrapped = unwrap(new CapturedURL(inner))) inner = wrapped.text;
    const reason = this.whyNot(new CapturedURL(inner));
    const read = readArgument(raw);
    if (reason) this.passedOver[reason] = (this.passedOver[reason] ?? 0) + 1;
    else if (read.text === inner && read.isPartial === /^[/?#]/.test(inner)) this.found.push(raw);
    else this.hasMore = true; // `validate` would take it for another one
  }

  whyNot(url) {
    if (this.redirectURIs.length && isAtOne(url, this.redirectURIs)) return null;
    const reason = whyNot(url);
    if (!this.redirectURIs.length || reason === "connect-url") return reason;
    return reason ? "other-address" : "near-miss";
  }

  /** A redirect URI alone may be a redirect, too, whose parameters are not known. */
  seeAddress(text) {
    this.hasMore ||= this.redirectURIs.some(({ path, host }) => text.includes(path.length > 1 ? path : host));
  }

  readValue(value, key) {
    if (typeof value === "string") this.readString(value, key);
    else if (Array.isArray(value)) value.forEach((one) => this.readValue(one, key));
    else if (value !== null && typeof value === "object") this.readMembers(value);
  }

  readMembers(members) {
    const pair = Object.fromEntries(Object.entries(members).map(([key, value]) => [normal(key), value]));
    const name = pair.name ?? pair.key ?? pair.header;
    if (typeof name === "string" && REFERER.test(normal(name))) return;
    for (const [key, value] of Object.entries(members)) {
      const last = key.slice(key.lastIndexOf(".") + 1);
      if (isName(last) || isName(last.toLowerCase())) this.hasMore = true;
      this.readValue(value, normal(key));
    }
  }

  readString(text, key) {
    if (isName(text)) this.hasMore = true; // its value is another string
    if (REFERER.test(key)) return;
    if (!search("scanner.anchor", `\n${display(text).join("\n")} `)) this.seeAddress(text);
    else if (!fullmatch("walker.WHOLE", text)) new Text(this, text, true).read();
    else if (text.includes("://")) {
      const media = [];
      const url = unescape(text, media);
      this.add(url, media.length ? text : url);
    } else this.hasMore = true; // its host may be in another member
  }
}

const isSame = (one, other) => ["host", "path"].every((part) => !one[part] || !other[part] || one[part] === other[part]);
const isName = (text) => text === "userId" || tables().discriminators.includes(text);
const normal = (name) => name.toLowerCase().replace(/[^a-z0-9]/g, "");

function parse(text) {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Why a URL is not a redirect of Connect; null if it is one (captures/selection.py). */
function whyNot(url) {
  const { discriminators, foreign, undocumented, errors } = tables();
  if (fullmatch("selection.SMARTCAR", url.host) && url.host.toLowerCase() !== "javascript-sdk.smartcar.com") {
    return "connect-url";
  }
  const values = {};
  for (const { name, value } of [...url.parameters, ...url.fragmentParameters]) {
    if (value && !Object.hasOwn(values, name)) values[name] = value;
  }
  const has = (...names) => names.some((name) => Object.hasOwn(values, name));
  const { error, code, vehicle_id: vehicle } = values;
  if (has("error")) {
    const isKnown = errors.includes(error) || get(undocumented, error) || nearest(error, errors, 0.8);
    return isKnown || has("error_description") ? null : "other-error";
  }
  if (has("code")) {
    if (fullmatch("selection.UUID", code)) return null;
    if (match("selection._GOOGLE", code) || has(...foreign)) return "other-provider";
    return has("state") ? null : "other-code";
  }
  const isUser = fullmatch("selection.UUID", values.user_id ?? "") || (has("userId") && has("state"));
  const isVehicle = vehicle && (has("state", "external_id") || fullmatch("selection._IDENTIFIER", vehicle));
  if (isUser || isVehicle) return null;
  return has(...discriminators, "userId") ? "other-identifier" : "other-url";
}

/** The lines of a text as it is displayed (captures/displayed.py): without colors, with quotes for their entities. */
function display(text) {
  return text.split("\n").map((line) => {
    if (!/[\x1b&]/.test(line)) return line;
    const isHTML = (!line.includes('"') || /^\s*</.test(line)) && search("displayed._QUOTE", line);
    return replace("displayed._ESCAPE", line, (escape) => {
      if (escape.startsWith("\x1b")) return "";
      if (!isHTML) return escape;
      return escape === "&amp;" ? "&" : /quot|34|22/.test(escape) ? '"' : "'";
    });
  });
}

/** A text of lines, each of which has a line end before it here, as in the package. */
class Text {
  constructor(finder, text, isString = false, isFirstComplete = false) {
    this.isFirstComplete = isFirstComplete; // no line after the first one belongs to its URL
    this.finder = finder;
    this.lines = display(text).map((line) => `\n${line}`);
    this.isString = isString; // of JSON, whose other members may say more
    this.separator = fullmatch("text._CSV_HEADER", text.split("\n", 1)[0])?.groups.g1;
    this.hasFields = false;
    this.notJSON = -1;
    this.work = 0;
  }

  read() {
    let [row, column] = [0, 0];
    while (row < this.lines.length) {
      const line = this.lines[row];
      if (!column && line.startsWith("\n#Fields:")) this.hasFields = true;
      const found = search("scanner.anchor", `${line}\n`, column);
      if (!found && !column) this.finder.seeAddress(line);
      if (found && (this.work += line.length) > MAX_WORK) {
        this.finder.hasMore = true;
        return;
      }
      if (!found) [row, column] = [row + 1, 0];
      else [row, column] = later(this.readAt(row, found), [row, endOf(found)]);
    }
  }

  /** Read what an anchor is in; the row and column to read on from. */
  readAt(row, anchor) {
    const line = this.lines[row];
    const at = anchor.index;
    const end = [row, line.length];
    if (this.hasFields || anchor[0].endsWith(" base64")) {
      this.finder.hasMore = true;
      return end;
    }
    if (this.readJSON(row) || this.readRequest(line, anchor, at)) return end;
    return this.readContinuation(row, anchor, at) ?? this.readObject(row, anchor, at) ?? this.readURL(row, anchor, at);
  }

  readJSON(row) {
    const line = this.lines[row].slice(1);
    if (row === this.notJSON) return false;
    const hadMore = this.finder.hasMore;
    if (/\{\s*"/.test(line)) this.finder.hasMore = true; // unless it can be parsed
    if (!/[}\]]\s*$/.test(line)) return false;
    for (const start of [line.startsWith("[") ? 0 : -1, line.indexOf("{")]) {
      const value = start < 0 ? undefined : parse(line.slice(start));
      if (value === undefined) continue;
      this.finder.hasMore = hadMore;
      this.finder.readValue(value, "");
      return true;
    }
    this.notJSON = row;
    return false;
  }

  /** Read a request in quotes, as access logs have it: no other URL of its line counts. */
  readRequest(line, anchor, at) {
    const request = search("logs.REQUEST", line);
    if (!request) return false;
    if (endOf(request) >= endOf(anchor)) {
      const target = unescapeLog(request.groups.g1);
      const [url, port] = target.match(/^(?:https:\/\/[^/?#]*(?=(:443)[/?#])|http:\/\/[^/?#]*(?=(:80)[/?#]))/) ?? [""];
      this.finder.add(url ? url + target.slice(url.length + (port ?? ":80").length) : target);
      return true;
    }
    const rest = match("logs._REST", line, endOf(request));
    return Boolean(rest && rest.groups.g2 !== undefined && at < endOf(rest));
  }

  /** Read a URL that starts in a line before. */
  readContinuation(row, anchor, at) {
    if (anchor.groups.g3 !== undefined || at - 1 > MAX_BACK) return null;
    const line = this.lines[row];
    const before = (end) => [...line.slice(1, end)].every((one) => LINE_MARKS.includes(one));
    const found = locate(line, at);
    const goesOn =
      [...line.slice(1, at)].every((one) => `${LINE_MARKS}&?`.includes(one)) ||
      (found.kind === "rest" && before(found.start)) ||
      (found.kind === "query" && found.segment === 1 && fullmatch("url_reader._END_OF_PATH", line.slice(1, found.start)));
    if (!goesOn) return null;
    const start = this.findStart(row);
    if (!start) return null;
    const done = this.readCandidate(start.row, start.found);
    return later(done, [row, endOf(anchor)]) === done ? done : null;
  }

  findStart(row) {
    let distance = 0;
    for (let back = 1; back <= MAX_LINES_BACK && row >= back; back += 1) {
      const whole = this.lines[row - back];
      distance += whole.length;
      if (distance >= MAX_BACK) return null;
      const line = whole.replace(BLANKS_AT_END, "");
      if (search("scanner.SCHEME", line)) {
        const found = locate(line, line.length);
        return found.kind === "url" && found.end === line.length ? { row: row - back, found } : null;
      }
      if (line.length <= 1 || /[^ \t>|] +[^ \t>|]/.test(line.slice(1))) return null;
    }
    return null;
  }

  /** Leave an object of parameters, or a line of fields, to the command. */
  readObject(row, anchor, at) {
    const line = this.lines[row];
    if (anchor.groups.g2 !== undefined) {
      const isInQuery = IN_QUERY.includes(line[at - 1]) || line.slice(at, endOfURL(line, at, at)).includes("&");
      if (isInQuery) return null;
    }
    this.finder.hasMore = true;
    return [row, endOf(anchor)];
  }

  readURL(row, anchor, at) {
    const line = this.lines[row];
    const found = locate(line, at);
    if (found.kind === "query" || found.kind === "rest") {
      const isLocation = roleAfter(headOf(line, found.segment)) === "location";
      if (!isLocation && found.kind === "rest" && IN_QUERY.includes(line[at - 1])) return [row, found.end];
      if (isLocation || this.isString) {
        this.finder.hasMore = true;
        return [row, found.end];
      }
    }
    if (search("messages._REFERER", headOf(line, found.start))) return [row, found.end];
    return this.readCandidate(row, found);
  }

  readCandidate(row, { start, end: stop, kind }) {
    const line = this.lines[row];
    const head = headOf(line, start);
    const role = roleAfter(head);
    const separator = this.separator && start === 1 ? line.slice(start, stop).indexOf(this.separator) : -1;
    const end = separator < 0 ? stop : start + separator;
    if (isDecoded(line, start, end)) {
      this.finder.hasMore = true;
      return [row, end];
    }
    const joined = this.join(row, start, end, role === "location");
    let { text } = joined;
    const place = [joined.row, joined.end];
    const after = this.lines[joined.row][joined.end] ?? "\n";
    if (role === "mention" && " \t\n)\"'".includes(after) && (head.trim() || " \t".includes(after))) {
      text = withoutPunctuation(text);
    } else if (role === "request" && after === " " && !match("messages.MESSAGE", this.lines[joined.row], joined.end)) {
      text = text.replace(/[,;]+$/, "");
    }
    if (role === "location" && kind !== "url" && kind !== "host") {
      this.finder.hasMore = true; // relative to a request
      return place;
    }
    const media = [];
    const url = this.absolute(unescape(text, media), kind, joined);
    const copied = media.filter((one) => get(tables().containers, one) && !search(tables().containers[one], head));
    this.finder.add(url, copied.length ? text : url);
    return place;
  }

  /** Add what precedes a host, a path or a query, as far as the text says it. */
  absolute(url, kind, { row, end }) {
    if (kind === "url") return url;
    if (kind === "host") return withScheme(url);
    const host = kind === "path" && match("messages.MESSAGE", this.lines[row], end) ? this.findHost(row + 1) : "";
    if (host) return withScheme(host + url);
    return /^[/?#]/.test(url) || url.includes("?") ? url : `?${url}`;
  }

  /** Find the `Host` in the headers of a request. */
  findHost(first) {
    let length = 0;
    for (let row = first; row < this.lines.length && length < MAX_HEADERS; row += 1) {
      const line = this.lines[row];
      const header = match("messages._HEADER", line, endOf(match("messages._MARKS", line, 1)));
      if (!header) return "";
      if (["host", "authority"].includes(header.groups.g1.trim().toLowerCase())) return header.groups.g2;
      length += line.length;
    }
    return "";
  }

  /** Join string literals of which each begins or ends where parameters do. */
  joinLiterals(joined) {
    for (;;) {
      const { row, end, text } = joined;
      const [line, next = ""] = this.lines.slice(row, row + 2);
      const found = match("joining._NEXT_LITERAL", line.slice(end) + next);
      if (!found) return joined;
      const start = endOf(found) - (line.length - end);
      if (!/[?&]/.test(next.charAt(start)) && !/[?&]/.test(text.at(-1))) return joined;
      const stop = endOfURL(next, start, start);
      joined = { text: text + next.slice(start, stop), row: row + 1, end: stop };
    }
  }

  /** Join a URL with what goes on from it in the lines after its own (captures/joining.py). */
  join(row, start, end, isHeader) {
    const line = this.lines[row];
    const joined = { text: line.slice(start, end), row, end };
    if (row === 0 && this.isFirstComplete) return joined;
    if (/[^ \t\r]/.test(line.slice(end))) return this.joinLiterals(joined);
    const hasOffsets = OFFSET.test(line.slice(1, start));
    const quote = hasOffsets ? "" : quoteOf(line.slice(1, start)).trimEnd();
    const isDelimited = line[start - 1] === "<" && !line.includes(">", start); // RFC 3986 appendix C
    const content = quoteOf(line.slice(1, start)).length;
    const indentation = content + line.slice(1 + content).search(/[^ \t]|$/);
    const isFolded = Boolean(match("joining._PROPERTY", line.slice(1, start)));
    const rule = { width: line.length - 1, indentation, isHeader, quote, isDelimited, isFolded, fullLines: 1 };
    for (const piece of this.pieces(row + 1, quote, hasOffsets)) {
      if (!goesOn(joined.text, piece, rule)) break;
      rule.fullLines = piece.width === rule.width ? rule.fullLines + 1 : 0;
      const before = isSoft(joined.text) ? joined.text.slice(0, -1) : joined.text;
      Object.assign(joined, { text: before + piece.text, row: piece.row, end: piece.end });
      if (!piece.reachesEnd) break;
    }
    return joined;
  }

  *pieces(first, quote, hasOffsets) {
    for (let row = first; row < this.lines.length; row += 1) {
      const line = this.lines[row];
      if (!line.startsWith(quote, 1) || (hasOffsets && !OFFSET.test(line.slice(1)))) return;
      let content = 1 + (quote || hasOffsets ? quoteOf(line.slice(1)).length : 0);
      while (content < line.length && " \t".includes(line[content])) content += 1;
      const end = endOfURL(line, content, content);
      if (end === content) return;
      const reachesEnd = !line.slice(end).replace(BLANKS_AT_END, "");
      const place = { row, end, indentation: content - 1, width: line.length - 1 };
      yield { ...place, text: line.slice(content, end), reachesEnd, isDelimited: line[end] === ">" };
    }
  }
}

/** What a mail puts before a line that it quotes, and curl's traces before each of theirs. */
const quoteOf = (line) => line.match(/^(?:[ \t]*(?:[>|][ \t]?)+|[0-9a-f]{4,8}: )/)?.[0] ?? "";
const OFFSET = /^[0-9a-f]{4,8}: /;
const isSoft = (url) => url.endsWith("=") && url.includes("=3D");

function goesOn(url, piece, rule) {
  if (match("joining._STARTS_URL", piece.text)) return false;
  rule.isFolded &&= rule.width >= 70 && rule.width < 80 && piece.indentation === rule.indentation + 1;
  if (isSoft(url) || "?&".includes(piece.text[0]) || (rule.isFolded && rule.fullLines)) return true;
  if (rule.isDelimited && (piece.isDelimited || piece.reachesEnd)) return true;
  if (/[?&]$/.test(url) && piece.text.includes("=") && !match("joining._HEADER", piece.text)) return true;
  if (rule.isHeader && piece.reachesEnd && piece.indentation > rule.indentation && !rule.quote) return true;
  return isWrapped(url, piece, rule);
}

/** Whether a line was broken because it was full. */
function isWrapped(url, piece, rule) {
  const isAligned = piece.indentation === rule.indentation && !"/?#".includes(piece.text[0]);
  if (!isAligned || !rule.fullLines || piece.width > rule.width || !fullmatch("joining._UNBROKEN", piece.text)) return false;
  if (!piece.reachesEnd) {
    const named = match("joining._AND_NAME", piece.text);
    return rule.width >= MIN_WIDTH && Boolean(named) && tables().recognized.includes(named.groups.g1);
  }
  if (piece.width === rule.width || rule.fullLines > 1) return true;
  return rule.width >= MIN_WIDTH && Boolean(search("joining._URL_ONLY", piece.text) || halvesName(url, piece.text));
}

/** Whether a line was broken within the name of a parameter. */
function halvesName(url, piece) {
  const equals = piece.indexOf("=");
  const start = Math.max(url.lastIndexOf("&"), url.lastIndexOf("?")) + 1;
  return start > 0 && equals >= 0 && tables().recognized.includes(url.slice(start) + piece.slice(0, equals));
}

const later = (one, other) => (one[0] - other[0] || one[1] - other[1]) < 0 ? other : one;

const headOf = (line, start) => line.slice(Math.max(1, start - MAX_HEAD), start).replace(HYPERLINK, "");

function roleAfter(head) {
  if (search("messages._LOCATION", head)) return "location";
  return search("messages._METHOD", head) ? "request" : "mention";
}

const withScheme = (text) => `${match("scanner._LOOPBACK", text) ? "http" : "https"}://${text}`;

function unescapeLog(text) {
  const named = { "\\b": "\b", "\\n": "\n", "\\r": "\r", "\\t": "\t", "\\v": "\v", "\\f": "\f" };
  const bytes = (run) => decodeEscaping(run.match(/[0-9A-Fa-f]{2}(?=\\|$)/g).map((byte) => parseInt(byte, 16)));
  return replace("logs._ESCAPE", text, (run, { g1 }) => (g1 ? bytes(run) : (named[run] ?? run.slice(1))));
}

// ---- Where a URL starts and ends in its line (captures/scanner.py)

function locate(line, at) {
  let segment = 1 + Math.max(0, ...Array.from(HARD, (one) => line.lastIndexOf(one, at - 1)));
  const sequence = line[segment - 1] === "\x1b" && match("scanner._SEQUENCE", line, segment, at);
  if (sequence) segment = endOf(sequence);
  const [start, kind] = startOf(line, segment, at);
  return { start, end: endOfURL(line, start, at), segment, kind };
}

function startOf(line, start, at) {
  const [begin, kind] = startOfURL(line, start, at);
  const isField = BEFORE_QUERY.includes(line[at - 1]) && (kind === "rest" || !search("scanner._QUERY_MARK", line, begin, at));
  return isField ? [at, "rest"] : [begin, kind]; // what precedes it is another field of the line
}

function startOfURL(line, start, at) {
  let scheme = search("scanner.SCHEME", line, start, at);
  while (scheme) {
    const inner = search("scanner.SCHEME", line, endOf(scheme), at);
    if (!inner || !",;|)('".includes(line[inner.index - 1])) return [scheme.index, "url"];
    scheme = inner;
  }
  const host = search("scanner._HOST", line, start, at);
  const path = search("scanner._PATH", line, start, at);
  if (host && (!path || host.index < path.index)) return [host.index, "host"];
  if (path) return [path.index, "path"];
  for (const mark of "?#") {
    const index = line.slice(0, at).indexOf(mark, start);
    if (index >= 0) return [Math.max(start, index - (line[index - 1] === "\\" ? 1 : 0)), "query"];
  }
  return [start, "rest"];
}

/** The end of the URL that starts at an index, and does not end before `at`. */
function endOfURL(line, start, at) {
  let stop = endOf(match("scanner._BODY", line, start) ?? { index: start, 0: "" });
  const before = line[start - 1] ?? "";
  const cutAt = (index) => {
    if (index >= 0 && index < stop) stop = index;
  };
  const isSeparated = before && ",;|".includes(before) && !search("scanner._OWN_SEMICOLON", line.slice(Math.max(start - 205, 0), start));
  if (before && "'‘’‚‹›".includes(before)) cutAt(search("scanner._CLOSING_QUOTE", line, start, stop)?.index ?? -1);
  else if (isSeparated) {
    let index = line.indexOf(before, Math.max(start, at));
    while (index >= 0 && line.slice(start, index).endsWith("&amp")) index = line.indexOf(before, index + 1);
    cutAt(index);
  } else if (before === "<" || before === "[") cutAt(line.indexOf("|", start));
  for (const bracket of "[{") {
    let index = line.indexOf(bracket, Math.max(start, at));
    while (index >= 0 && index < stop && !match("scanner._MARKUP", line, index)) index = line.indexOf(bracket, index + 1);
    cutAt(index);
  }
  stop = unopened(line, start, stop);
  while (stop > start && "\\'*_~".includes(line[stop - 1])) {
    if (before !== line[stop - 1] && !"\\'".includes(line[stop - 1])) break;
    stop -= 1;
  }
  return stop > start && line.startsWith('^"', stop - 1) ? stop - 1 : stop; // cmd.exe escapes quotes, too
}

/** The first closing bracket that was not opened, or the end. */
function unopened(line, start, stop) {
  const open = [];
  for (let index = start; index < stop; index += 1) {
    if ("([{".includes(line[index])) open.push(line[index]);
    else if (")]}".includes(line[index]) && open.pop() !== OPENERS[line[index]]) return index;
  }
  return stop;
}

/** Whether a URL may be shown decoded, so that spaces are in its description. */
const isDecoded = (line, start, end) => line[end] === " " && /error_(?:description|message)=[^%&]*$/.test(line.slice(start, end));
const isCutOff = (text) => /(?:…|\.\.\.)$/.test(text);

function withoutPunctuation(text) {
  if (isCutOff(text)) return text;
  const stripped = text.replace(/[.,;:!]+$/, "");
  return text === stripped || search("scanner._FULL_STOPS", text) ? text : stripped;
}
