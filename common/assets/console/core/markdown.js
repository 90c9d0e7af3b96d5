/**
 * Lessons and descriptions are Markdown as their teachers wrote it. This reads what such texts use (headings, lists in lists,
 * quotes, code, tables, emphasis, links) and makes elements of it at once: HTML in a text stays text.
 */
import { h } from "../vendor/preact.js";

const FENCE = /^ {0,3}(```+|~~~+)/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])( *\1){2,}\s*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( *)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const ROW = /^\s*\|.*\|\s*$/;
const DASHES = /^\s*\|?(\s*:?-+:?\s*\|)+\s*:?-*:?\s*\|?\s*$/;
const INLINE =
  /\\([\\`*_{}[\]()#+.!|~>-])|(`+)(.+?)\2(?!`)|!?\[([^\]]*)\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)|<(https?:[^\s>]+)>|(\*\*|__)(?=\S)(.+?)\7|(\*|_)(?=\S)([^*_]+?)\9(?!\w)|~~(.+?)~~|( {2,}|\\)\n/s;
/** Deeper lists and quotes are text: nobody nests so far, and what does is not meant well. */
const DEEPEST = 6;

/** A text in Markdown as elements. */
export const markdown = (text) => blocks(text.replace(/\r\n?/g, "\n").split("\n"), 0);

function blocks(lines, depth) {
  const made = [];
  let at = 0;
  const take = (while_) => {
    const from = at;
    while (at < lines.length && while_(lines[at])) at++;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at];
    const heading = HEADING.exec(line);
    if (!line.trim()) at++;
    else if (FENCE.test(line)) made.push(code(lines, () => at++, () => at));
    else if (heading) {
      made.push(h(`h${Math.min(6, heading[1].length + 2)}`, null, inline(heading[2]))); // the page's own are h1 and h2
      at++;
    } else if (RULE.test(line)) {
      made.push(h("hr"));
      at++;
    } else if (QUOTE.test(line) && depth < DEEPEST) {
      made.push(h("blockquote", null, blocks(take((one) => one.trim() && !FENCE.test(one)).map((one) => one.replace(QUOTE, "")), depth + 1)));
    } else if (ITEM.test(line) && depth < DEEPEST) made.push(list(take(belongsTo(line)), depth));
    else if (ROW.test(line) && DASHES.test(lines[at + 1] ?? "")) made.push(table(take((one) => ROW.test(one))));
    else made.push(h("p", null, inline([lines[at++], ...take((one) => one.trim() && !begins(one))].join("\n"))));
  }
  return made;
}

/** Whether a line ends the paragraph before it. */
const begins = (line) => [FENCE, HEADING, RULE, QUOTE, ITEM].some((one) => one.test(line));

/** The lines of a list: its items, what is indented below them, and empty lines between. */
function belongsTo(first) {
  const indent = ITEM.exec(first)[1].length;
  let wasEmpty = false;
  return (line) => {
    const item = ITEM.exec(line);
    const belongs = !line.trim() || (item && item[1].length >= indent) || /^\s/.test(line) || (!wasEmpty && !begins(line));
    wasEmpty = !line.trim();
    return belongs;
  };
}

function list(lines, depth) {
  const [, indent, mark] = ITEM.exec(lines[0]);
  const items = [];
  for (const line of lines) {
    const item = ITEM.exec(line);
    if (item && item[1].length <= indent.length) items.push([item[3]]);
    else items.at(-1).push(line.replace(new RegExp(`^ {0,${indent.length + mark.length + 1}}`), ""));
  }
  const isLoose = lines.some((line, at) => !line.trim() && at < lines.length - 1);
  const show = (item) => {
    const [first, ...rest] = blocks(item, depth + 1);
    return h("li", null, !isLoose && first?.type === "p" ? [first.props.children, ...rest] : [first, ...rest]);
  };
  return /\d/.test(mark) ? h("ol", { start: Number.parseInt(mark, 10) }, items.map(show)) : h("ul", null, items.map(show));
}

function code(lines, next, at) {
  const [, fence] = FENCE.exec(lines[at()]);
  const kept = [];
  for (next(); at() < lines.length && !lines[at()].trim().startsWith(fence); next()) kept.push(lines[at()]);
  next();
  return h("pre", null, h("code", null, kept.join("\n")));
}

function table(lines) {
  const cells = (line) => line.trim().replace(/^\||\|$/g, "").split(/(?<!\\)\|/);
  const row = (line, name) => h("tr", null, cells(line).map((cell) => h(name, null, inline(cell.trim()))));
  return h("table", null, [h("thead", null, row(lines[0], "th")), h("tbody", null, lines.slice(2).map((line) => row(line, "td")))]);
}

/** Text within a line. Links lead to the web and to mail alone; pictures are links to them. */
function inline(text) {
  const made = [];
  let rest = text;
  for (let found = INLINE.exec(rest); found; found = INLINE.exec(rest)) {
    const [whole, escaped, , quoted, words, href, address, , strong, , em, del, hard] = found;
    made.push(rest.slice(0, found.index));
    if (escaped) made.push(escaped);
    else if (quoted !== undefined) made.push(h("code", null, quoted.trim()));
    else if (href) made.push(link(href, inline(words)));
    else if (address) made.push(link(address, address));
    else if (strong) made.push(h("strong", null, inline(strong)));
    else if (em) made.push(h("em", null, inline(em)));
    else if (del) made.push(h("del", null, inline(del)));
    else if (hard) made.push(h("br"));
    rest = rest.slice(found.index + whole.length);
  }
  return [...made, rest];
}

function link(href, words) {
  if (!/^(https?:|mailto:)/i.test(href)) return h("span", null, words);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, words);
}
