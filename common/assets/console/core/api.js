/**
 * The one way to the API.
 *
 * The access token (15 minutes) is in this module's memory and nowhere else; the refresh token is in an HttpOnly cookie
 * that no script can read and that is sent to /v1/login alone (DESIGN: `{"session": "cookie"}`). A token about to expire
 * is renewed before a request; one that was refused is renewed once, and the request is made again.
 *
 *     const page = await api.get("/v1/documents", { page_size: 20 });
 *     await api.post("/v1/posts", { title, body });      // throws a Problem when refused
 */
import { Problem } from "./problem.js";
import { state } from "./state.js";

/** Seconds before its end at which a token counts as spent: the clocks of two machines differ. */
const MARGIN = 30;

/** Whether the last request reached the server: false shows the banner of the offline state. */
export const reachable = state(true);

/** Called when the session has ended: logged out elsewhere, expired, revoked. */
export const ended = state(0);

let access = null; // { token, until }
let renewing = null;
let ahead = 0; // milliseconds by which the server's clock is ahead of this one, to the second

/** The server's time in milliseconds: what it says of its own times is judged by its own clock. */
export const now = () => Date.now() + ahead;

/** Keep the tokens of an answer (bodies.Tokens of the API). */
export function keep(tokens) {
  access = { token: tokens.access_token, until: Date.now() + 1000 * (tokens.expires_in - MARGIN) };
}

/** Forget the access token. */
export function forget() {
  access = null;
}

export const get = (path, query) => call("GET", path, { query });
export const post = (path, body) => call("POST", path, { body });
export const put = (path, body) => call("PUT", path, { body });
export const patch = (path, body) => call("PATCH", path, { body });
export const remove = (path, body) => call("DELETE", path, { body });

/**
 * A POST that must not be done twice. Where its answer is lost on the way it is sent once more with the same
 * Idempotency-Key, and the server answers what it answered before.
 */
export async function postOnce(path, body) {
  const key = [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(16).padStart(8, "0")).join("");
  try {
    return await call("POST", path, { body, key });
  } catch (problem) {
    if (problem.code !== "unreachable") throw problem;
    return call("POST", path, { body, key });
  }
}

/** Without credentials: registering, logging in, the links in e-mails. */
export const anonymous = (method, path, body) => call(method, path, { body, isAnonymous: true });

/**
 * A POST whose answer is a stream of Server-Sent Events (EventSource only knows GET). `tell(name, data)` hears each event
 * but the last; resolves with the data of `done`, throws the Problem of `error`.
 */
export async function stream(path, body, tell, signal) {
  const response = await authorised("POST", path, { body, signal, accept: "text/event-stream" });
  for await (const { name, data } of events(response.body)) {
    if (name === "done") return data;
    if (name === "error") throw new Problem(data);
    tell(name, data);
  }
  throw Problem.unreachable(); // it broke off before its end
}

/**
 * Send a file to a signed URL; `tell(share)` hears how much is sent, 0 to 1. The one XMLHttpRequest here: fetch does not
 * say how an upload goes on.
 */
export function upload(file, target, tell) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(target.method, target.url);
    for (const [name, value] of Object.entries(target.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && tell(event.loaded / event.total);
    request.onerror = () => reject(Problem.unreachable());
    request.onload = () => {
      if (request.status < 300) resolve();
      else reject(new Problem({ status: request.status, code: "upload_refused", title: request.statusText }));
    };
    request.send(file);
  });
}

/** Exchange the cookie for a new access token; true when there is a session. */
export async function renew() {
  // One at a time in all tabs: the refresh token is good once, and its second use would end the session.
  renewing ??= inTurn(exchange).finally(() => (renewing = null));
  return renewing;
}

/** Browsers give locks to pages from https or from this machine; elsewhere tabs must do without. */
const inTurn = (act) => (navigator.locks ? navigator.locks.request("scholium.renew", act) : act());

async function exchange() {
  const options = { body: {}, keepalive: true }; // a page that is left still gets the new cookie
  const response = await send("POST", "/v1/login/refresh", options);
  if (response.ok) keep(await response.json());
  else if (response.status === 401) forget();
  else throw await Problem.of(response);
  return response.ok;
}

async function call(method, path, options = {}) {
  const response = await authorised(method, path, options);
  return response.status === 204 ? null : response.json();
}

async function authorised(method, path, options) {
  if (access && Date.now() > access.until && !options.isAnonymous) await renewOrEnd();
  let response = await send(method, path, options);
  if (response.status === 401 && access && !options.isAnonymous) {
    await renewOrEnd();
    response = await send(method, path, options);
  }
  if (!response.ok) throw await Problem.of(response);
  return response;
}

async function renewOrEnd() {
  if (await renew()) return;
  ended.set(ended.value + 1);
  throw new Problem({ status: 401, code: "logged_out", title: "The session has ended" });
}

async function send(method, path, { query, body, key, signal, accept, keepalive, isAnonymous } = {}) {
  const headers = { Accept: accept ?? "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  if (access && !isAnonymous) headers.Authorization = `Bearer ${access.token}`;
  const text = body === undefined ? undefined : JSON.stringify(body);
  try {
    const response = await fetch(path + search(query), { method, headers, body: text, signal, keepalive });
    reachable.set(true);
    ahead = Date.parse(response.headers.get("Date")) - Date.now() || 0;
    return response;
  } catch (thrown) {
    if (thrown.name === "AbortError") throw thrown;
    reachable.set(false);
    throw Problem.unreachable();
  }
}

/** { q: "tides", course_id: null } as "?q=tides". */
function search(query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

/** The events of a stream, as they come (HTML standard, 9.2). */
async function* events(body) {
  let rest = "";
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(() => Promise.reject(Problem.unreachable()));
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const lines = block.split("\n");
      const field = (name) =>
        lines.filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2));
      yield { name: field("event")[0], data: JSON.parse(field("data").join("\n")) };
    }
  }
}
