/** Drawn for this console, on a grid of 24: lines of one width, in the colour of the text around them. */
import { html } from "../core/view.js";

const PATHS = {
  home: "M4 11.5 12 5l8 6.5M6.5 10v9h11v-9M10 19v-5h4v5",
  chat: "M5 5h14a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-7l-5 4v-4H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM8 9h8M8 12h5",
  file: "M7 4h7l4 4v11a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1ZM14 4v4h4M9 12.5h6M9 16h4",
  book: "M12 7c-1.8-1.4-4.2-2-8-2v13c3.8 0 6.2.6 8 2 1.8-1.4 4.2-2 8-2V5c-3.8 0-6.2.6-8 2ZM12 7v13",
  quiz: "M5 5h14v14H5zM8.5 12l2.5 2.5 4.5-5",
  cards: "M4 8.5h12v10H4zM8 8.5v-3h12v10h-4",
  chart: "M5 19V5M5 19h14M9 15v-4M13 15V8M17 15v-2",
  people: "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM3.5 19c.4-3 2.4-5 5.5-5s5.1 2 5.5 5M16 11.2a2.6 2.6 0 1 0-.8-5.1M17 14.2c2 .4 3.2 2 3.5 4.3",
  person: "M12 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM5 20c.5-3.7 3-6 7-6s6.5 2.3 7 6",
  trophy: "M8 5h8v5a4 4 0 0 1-8 0V5ZM8 6.5H5c0 2.5 1 4 3 4.3M16 6.5h3c0 2.5-1 4-3 4.3M12 14v3M8.5 19.5h7",
  bell: "M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5M5 16.5h14M10.5 19.5h3",
  settings: "M5 7h8M17 7h2M5 12h2M11 12h8M5 17h9M18 17h1M15 5v4M9 10v4M16 15v4",
  menu: "M5 7h14M5 12h14M5 17h14",
  close: "M6.5 6.5l11 11M17.5 6.5l-11 11",
  plus: "M12 5.5v13M5.5 12h13",
  upload: "M12 16V5.5M7.5 9.5 12 5l4.5 4.5M5 15.5V19h14v-3.5",
  download: "M12 5v10.5M7.5 11.5 12 16l4.5-4.5M5 15.5V19h14v-3.5",
  search: "M11 17.5a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.8 15.8 20 20",
  flame: "M12 20c-3.6 0-6-2.3-6-5.6 0-2.8 1.7-4.3 3-6 .3 1.3.9 2.1 1.7 2.5C10.7 8 12 5.5 14 4c0 3 4 5.3 4 10.2 0 3.5-2.4 5.8-6 5.8Z",
  clock: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM12 7.5V12l3 2",
  right: "M9.5 6l6 6-6 6",
  left: "M14.5 6l-6 6 6 6",
  check: "M5.5 12.5l4.5 4.5 8.5-9.5",
  warning: "M12 4.5 3.5 19h17L12 4.5ZM12 10v4M12 16.3v.2",
  info: "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM12 11v5M12 8v.2",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 3.5v1.5M12 19v1.5M3.5 12H5M19 12h1.5M6 6l1 1M17 17l1 1M18 6l-1 1M7 17l-1 1",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z",
  leave: "M14 5H6v14h8M10.5 12H20M16.5 8.5 20 12l-3.5 3.5",
  send: "M5 12h13M12.5 6.5 18 12l-5.5 5.5",
  heart: "M12 19.5C6.5 15.5 4 12.8 4 9.5A4 4 0 0 1 12 8a4 4 0 0 1 8 1.5c0 3.3-2.5 6-8 10Z",
  trash: "M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7M10.5 10.5v6M13.5 10.5v6",
  quote: "M5 6v12M9 8h10M9 12h10M9 16h6",
  scale: "M12 5v14M8 19h8M5 8h14M5 8l-2 5.5a2.6 2.6 0 0 0 4.6 0L5 8ZM19 8l-2.6 5.5a2.6 2.6 0 0 0 4.6 0L19 8Z",
  spark: "M11 4.5c.6 4.2 2.3 5.9 6.5 6.5-4.2.6-5.9 2.3-6.5 6.5-.6-4.2-2.3-5.9-6.5-6.5 4.2-.6 5.9-2.3 6.5-6.5ZM18 15.5v4M16 17.5h4",
  pulse: "M3.5 12.5h4l2.5-6 4 12 2.5-6h4",
  flag: "M6 20V5M6 5h11l-2 4 2 4H6",
};

/** An icon by its name. It says nothing to a screen reader: the words beside it do. */
export function Icon({ name, size = 20 }) {
  return html`<svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d=${PATHS[name]} />
  </svg>`;
}

/** The mark of Scholium: lines of a page, and a note in its margin. */
export function Mark({ size = 28 }) {
  return html`<svg class="mark" width=${size} height=${size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <rect class="mark-ground" width="32" height="32" rx="8" />
    <path class="mark-lines" d="M8 10h10M8 16h10M8 22h7" />
    <path class="mark-note" d="M22.5 9v9.5M22.5 22.3v.1" />
  </svg>`;
}
