/**
 * Text with markup from the API, as elements. The API sends clean HTML; this is the second wall: an inert document parses
 * it, and only what is on the list below is built anew, with text as text. Nothing is ever assigned to innerHTML, and the
 * page's policy (Trusted Types) would not let it.
 */
import { h } from "../vendor/preact.js";

const ELEMENTS = new Set(
  "A B BLOCKQUOTE BR CODE DEL EM H1 H2 H3 H4 H5 H6 HR I LI OL P PRE STRONG TABLE TBODY TD TH THEAD TR UL".split(" "),
);
const DROPPED = new Set("SCRIPT STYLE TEMPLATE IFRAME OBJECT EMBED SVG MATH NOSCRIPT".split(" "));
/** Headings of a text rank below the page's own. */
const RANK = { H1: "h3", H2: "h4", H3: "h5", H4: "h6", H5: "h6", H6: "h6" };

const policy = globalThis.trustedTypes?.createPolicy("inert-document", { createHTML: (text) => text });

/** A fragment of HTML as elements of the page. */
export function rich(markup) {
  const parsed = new DOMParser().parseFromString(policy ? policy.createHTML(markup) : markup, "text/html");
  return children(parsed.body);
}

/** Named characters of the API's escaped texts (the tutor's answers) as they are. */
export function plain(escaped) {
  const named = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'", "&#39;": "'", "&amp;": "&" };
  return escaped.replace(/&(?:lt|gt|quot|#x27|#39|amp);/g, (one) => named[one]);
}

function children(node) {
  return [...node.childNodes].map((child) => {
    if (child.nodeType === Node.TEXT_NODE) return child.data;
    if (child.nodeType !== Node.ELEMENT_NODE || DROPPED.has(child.tagName.toUpperCase())) return null;
    const name = child.tagName.toUpperCase();
    if (!ELEMENTS.has(name)) return children(child);
    return h(RANK[name] ?? name.toLowerCase(), attributes(child, name), children(child));
  });
}

function attributes(element, name) {
  if (name === "A") {
    const href = element.getAttribute("href") ?? "";
    return /^(https?:|mailto:)/i.test(href) ? { href, rel: "noopener noreferrer nofollow", target: "_blank" } : {};
  }
  if (name === "OL" && /^\d{1,6}$/.test(element.getAttribute("start") ?? "")) return { start: element.getAttribute("start") };
  return {};
}
