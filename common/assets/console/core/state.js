/** Values that outlive a page and that components follow: who is logged in, the language, the theme, the toasts. */
import { useEffect, useState } from "./view.js";

/**
 * A value with followers.
 *
 * @template T
 * @param {T} value what it is at first
 * @returns {{ value: T, set(next: T): void, follow(listener: (value: T) => void): () => void }}
 */
export function state(value) {
  const listeners = new Set();
  return {
    get value() {
      return value;
    },
    set(next) {
      value = next;
      for (const listener of [...listeners]) listener(value);
    },
    follow(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The value of a state, now and whenever it changes. */
export function useValue(followed) {
  const [value, show] = useState(followed.value);
  useEffect(() => {
    show(followed.value);
    return followed.follow(show);
  }, [followed]);
  return value;
}
