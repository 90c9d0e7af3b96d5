/**
 * What this browser remembers of its user's taste: the theme and the language. Nothing that is secret: any script of this
 * origin could read it.
 */
import { state } from "./state.js";

const THEME = "scholium.theme";
const LANGUAGE = "scholium.language";

/** "light", "dark", or "system". */
export const theme = state(read(THEME) ?? "system");

/** Follow a theme from now on. */
export function chooseTheme(chosen) {
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  write(THEME, chosen === "system" ? null : chosen);
  theme.set(chosen);
}

/** The chosen language, else the first of the browser's that is `offered`, else the first offered. */
export function preferredLanguage(offered) {
  const wished = [read(LANGUAGE), ...navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())];
  return wished.find((one) => offered.includes(one)) ?? offered[0];
}

/** Remember a language. */
export const rememberLanguage = (language) => write(LANGUAGE, language);

/** A remembered text, or null. */
export function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage may be forbidden: then nothing is remembered
  }
}

/** Remember a text; null forgets it. */
export function write(key, text) {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // As above.
  }
}
