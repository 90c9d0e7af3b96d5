/** Reading from the API in a component: what it shows while it waits, when it has come, and when it went wrong. */
import { get } from "./api.js";
import { Problem } from "./problem.js";
import { useCallback, useEffect, useRef, useState } from "./view.js";

/**
 * @template T
 * @typedef {{ data: T | null, problem: Problem | null, isLoading: boolean, reload(): Promise<void>, set(data: T): void }} Loaded
 */

/**
 * Load something now, and again when `inputs` change. While it is loaded again the old data stays.
 *
 *     const deck = useLoad(() => api.get("/v1/flashcards/due"), []);
 *     return html`<${Await} of=${deck}>${(due) => html`...`}<//>`;
 *
 * @template T
 * @param {() => Promise<T>} load
 * @returns {Loaded<T>}
 */
export function useLoad(load, inputs) {
  const [seen, show] = useState({ data: null, problem: null, isLoading: true });
  const latest = useRef(0);
  const run = async (kept) => {
    const mine = ++latest.current;
    show((before) => ({ data: kept ? before.data : null, problem: null, isLoading: true }));
    try {
      const data = await load();
      if (mine === latest.current) show({ data, problem: null, isLoading: false });
    } catch (thrown) {
      if (mine === latest.current) show({ data: null, problem: Problem.from(thrown), isLoading: false });
    }
  };
  useEffect(() => {
    run(false);
    return () => void latest.current++; // an answer that comes late is for nobody
  }, inputs);
  const set = useCallback((data) => show({ data, problem: null, isLoading: false }), []);
  return { ...seen, reload: () => run(true), set };
}

/**
 * A list that the API gives by pages: all that was loaded so far, and `more()` while there is more.
 *
 * @returns {Loaded<object[]> & { more: (() => Promise<void>) | null, isLoadingMore: boolean }}
 */
export function usePages(path, query, inputs) {
  const first = useLoad(() => get(path, query), inputs);
  const [isLoadingMore, wait] = useState(false);
  const [problem, fail] = useState(null);
  const page = first.data;
  const more = async () => {
    wait(true);
    fail(null);
    try {
      const next = await get(path, { ...query, page_token: page.next_page_token });
      first.set({ ...next, items: [...page.items, ...next.items] });
    } catch (thrown) {
      fail(Problem.from(thrown));
    }
    wait(false);
  };
  return {
    ...first,
    data: page?.items ?? null,
    problem: first.problem ?? problem,
    set: (items) => first.set({ ...page, items }),
    more: page?.next_page_token ? more : null,
    isLoadingMore,
  };
}

/**
 * Ask again every `seconds` until `isDone` says so, or the component is gone. Slower the longer it takes.
 *
 * @template T
 * @param {() => Promise<T>} ask
 * @param {(answer: T) => boolean} isDone
 * @param {(answer: T) => void} tell
 */
export function usePolling(ask, isDone, tell, isWanted, seconds = 0.5) {
  useEffect(() => {
    if (!isWanted) return undefined;
    let timer = null;
    let wait = seconds * 1000;
    const again = async () => {
      try {
        const answer = await ask();
        if (timer === false) return;
        tell(answer);
        if (isDone(answer)) return;
      } catch (thrown) {
        if (Problem.from(thrown).code !== "unreachable") return;
      }
      wait = Math.min(wait * 1.25, 5000);
      if (timer !== false) timer = setTimeout(again, wait);
    };
    timer = setTimeout(again, wait);
    return () => {
      clearTimeout(timer);
      timer = false;
    };
  }, [isWanted]);
}
