/** Lessons are Markdown as their teachers wrote it: marked makes HTML of it, and only rich() makes elements of that. */
import { marked } from "../vendor/marked.js";
import { rich } from "./rich.js";

/** A text in Markdown as elements. */
export const markdown = (text) => rich(marked.parse(text, { async: false }));
