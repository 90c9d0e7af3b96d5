/**
 * Which page is shown: what stands behind # in the address. The server knows one page, "/", and the tokens of links in
 * e-mails stand behind # too, where no log sees them.
 */
import { state } from "./state.js";

/** @typedef {{ path: string, query: Record<string, string> }} Place */

/** Where we are. @type {{ value: Place }} */
export const place = state(current());

addEventListener("hashchange", () => place.set(current()));

/** Go to a place: "/documents/7?page=3". `replace` leaves no step back. */
export function go(to, { replace = false } = {}) {
  if (replace) {
    history.replaceState(null, "", `#${to}`);
    place.set(current());
  } else location.hash = to;
}

/** Change the query of this place without a step in the history. */
export const narrow = (query) => go(address(place.value.path, query), { replace: true });

/** A path with a query, for links: address("/quiz", { document: id }). Empty values are left out. */
export function address(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value);
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}

/**
 * The first page whose pattern fits, and what its parameters are: "/documents/:id" and "/documents/7" give { id: "7" }.
 *
 * @template {{ path: string }} P
 * @param {P[]} pages
 * @returns {{ page: P, params: Record<string, string> } | null}
 */
export function match(pages, path) {
  const parts = path.split("/");
  for (const page of pages) {
    const wanted = page.path.split("/");
    if (wanted.length !== parts.length) continue;
    if (!wanted.every((part, at) => part.startsWith(":") || part === parts[at])) continue;
    const named = wanted.flatMap((part, at) => (part.startsWith(":") ? [[part.slice(1), decode(parts[at])]] : []));
    return { page, params: Object.fromEntries(named) };
  }
  return null;
}

function current() {
  const [path, query] = location.hash.slice(1).split("?");
  return { path: path || "/", query: Object.fromEntries(new URLSearchParams(query ?? "")) };
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
