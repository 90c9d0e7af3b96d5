/**
 * How pages are written: Preact components (https://preactjs.com), whose markup is a tagged template (htm). No build step:
 *
 *     function Greeting({ name }) {
 *       return html`<p class="greeting">${name}</p>`;
 *     }
 *
 * Whatever stands in ${} becomes text or an attribute, never markup, so what learners wrote is harmless here.
 */
import { Component, Fragment, createContext, h, render } from "../vendor/preact.js";
import htm from "../vendor/htm.js";

export const html = htm.bind(h);
export { Component, Fragment, createContext, render };
export {
  useCallback,
  useContext,
  useEffect,
  useErrorBoundary,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "../vendor/hooks.js";
