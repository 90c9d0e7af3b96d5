/**
 * Every word that the console says, from one catalogue a language (text/*.json), and numbers and times as the language
 * writes them. A test holds the catalogues against each other and against what the sources use.
 */
import { preferredLanguage, rememberLanguage } from "./preferences.js";
import { state } from "./state.js";

/** The languages with a catalogue, by their own names. */
export const LANGUAGES = { en: "English", de: "Deutsch" };

/** The language in use; who follows it is drawn again. */
export const language = state("en");

let words = {};
let plural = new Intl.PluralRules("en");

/** Load a catalogue and speak it from now on. */
export async function speak(chosen = preferredLanguage(Object.keys(LANGUAGES))) {
  const response = await fetch(new URL(`../text/${chosen}.json`, import.meta.url));
  words = await response.json();
  plural = new Intl.PluralRules(chosen);
  document.documentElement.lang = chosen;
  language.set(chosen);
}

/** Speak another language, here and on the next visit. */
export async function chooseLanguage(chosen) {
  await speak(chosen);
  rememberLanguage(chosen);
}

/**
 * The words of `key`. `{name}` in them is replaced from `values`; words that differ by number are an object
 * ({"one": ..., "other": ...}, chosen by `values.count`). Keys stand in the sources in full, so that they can be found.
 */
export function t(key, values = {}) {
  const found = words[key] ?? key;
  const text = typeof found === "string" ? found : (found[plural.select(values.count)] ?? found.other);
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    return typeof value === "number" ? number(value) : (value ?? whole);
  });
}

/** Whether the catalogue has words for `key`: the problems of the API have some, those of tomorrow may not. */
export const knows = (key) => key in words;

/** 1234.5 as the reader writes it. */
export const number = (value, options) => new Intl.NumberFormat(language.value, options).format(value);

/** 0.83 as "83 %". */
export const percent = (share) => number(share, { style: "percent", maximumFractionDigits: 0 });

/** Bytes as "1.2 MB". */
export function bytes(size) {
  const [unit, by] = size < 1e6 ? ["kilobyte", 1e3] : ["megabyte", 1e6];
  return number(size / by, { style: "unit", unit, maximumFractionDigits: size < 1e6 ? 0 : 1 });
}

/** An amount of money, in the smallest unit of a currency: 1999, "eur". */
export const money = (amount, currency) => number(amount / 100, { style: "currency", currency });

/** A day: "3 May 2026". */
export const day = (time, options = { dateStyle: "medium" }) =>
  new Intl.DateTimeFormat(language.value, options).format(asDate(time));

/** A day and its time: "3 May 2026, 14:05". */
export const moment = (time) => day(time, { dateStyle: "medium", timeStyle: "short" });

/** How long ago or ahead: "5 minutes ago", "in 3 days". */
export function ago(time, now = Date.now()) {
  const seconds = (asDate(time).getTime() - now) / 1000;
  const units = [
    ["year", 31_536_000],
    ["month", 2_592_000],
    ["day", 86_400],
    ["hour", 3_600],
    ["minute", 60],
  ];
  const [unit, of] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  const count = unit === "second" ? 0 : Math.round(seconds / of);
  return new Intl.RelativeTimeFormat(language.value, { numeric: "auto" }).format(count, unit);
}

/** Seconds as "45 sec", "12 min" or "1 hr 20 min". */
export function duration(seconds) {
  const write = (value, unit) => number(value, { style: "unit", unit, unitDisplay: "short" });
  if (seconds < 60) return write(Math.round(seconds), "second");
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return write(minutes, "minute");
  const rest = minutes % 60;
  return [write(Math.floor(minutes / 60), "hour"), ...(rest ? [write(rest, "minute")] : [])].join(" ");
}

/** A date without a time ("2026-05-03") is a day of the reader's calendar, not midnight in Greenwich. */
const asDate = (time) => (/^\d{4}-\d\d-\d\d$/.test(time) ? new Date(`${time}T12:00`) : new Date(time));
