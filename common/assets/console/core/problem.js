/** What went wrong with a request, as the API says it (RFC 9457): every failed call of api.js throws one. */
import { knows, t } from "./i18n.js";

/** @typedef {{ pointer?: string, parameter?: string, detail: string, code: string }} Fault */

export class Problem extends Error {
  /**
   * @param {{ status: number, code: string, title: string, detail?: string, errors?: Fault[], request_id?: string }} said
   * @param {number | null} retryAfter seconds after which another try may succeed
   */
  constructor(said, retryAfter = null) {
    super(said.detail || said.title);
    this.name = "Problem";
    this.status = said.status;
    /** For programs; the words below are chosen by it. */
    this.code = said.code;
    this.detail = said.detail ?? said.title;
    /** What of a form was refused, and where. */
    this.faults = said.errors ?? [];
    /** Names the request in the server's logs. */
    this.requestId = said.request_id ?? null;
    this.retryAfter = retryAfter;
  }

  /** For people: in their language where the catalogue knows the code, else what the server says. */
  get words() {
    const key = `problem.${this.code}`;
    if (!knows(key)) return this.detail;
    return t(key, { count: this.retryAfter ?? 1 });
  }

  /** What the server says of one field of the body: fault("email") finds the pointer "/email". */
  fault(field) {
    const found = this.faults.find(({ pointer }) => pointer === `/${field}` || pointer?.startsWith(`/${field}/`));
    return found ? found.detail : null;
  }

  /** The server was not reached: nothing is known of what it did. */
  static unreachable() {
    return new Problem({ status: 0, code: "unreachable", title: "The server cannot be reached" });
  }

  /** From an answer that is not a success. */
  static async of(response) {
    const retryAfter = Number(response.headers.get("Retry-After")) || null;
    const isProblem = (response.headers.get("Content-Type") ?? "").includes("json");
    const said = isProblem ? await response.json().catch(() => null) : null;
    const fallback = { status: response.status, code: "unexpected", title: response.statusText || String(response.status) };
    return new Problem({ ...fallback, ...said }, retryAfter);
  }

  /** Whatever was thrown, as a problem that can be shown. */
  static from(thrown) {
    if (thrown instanceof Problem) return thrown;
    console.error(thrown);
    return new Problem({ status: 0, code: "unexpected", title: String(thrown?.message ?? thrown) });
  }
}
