/** Where it starts: the language, the session, and then the page that the address names, in the frame. */
import { Failed } from "./ui/await.js";
import { Frame } from "./ui/frame.js";
import { Toasts } from "./ui/toast.js";
import { speak, language, t } from "./core/i18n.js";
import { Problem } from "./core/problem.js";
import { address, go, match, place } from "./core/router.js";
import { isAtLeast, profile, restore } from "./core/session.js";
import { useValue } from "./core/state.js";
import { html, render, useEffect, useErrorBoundary, useState } from "./core/view.js";
import { Missing } from "./ui/missing.js";
import { PAGES } from "./pages.js";

function App() {
  const who = useValue(profile);
  const here = useValue(place);
  useValue(language);
  const found = match(PAGES, here.path);
  const isPublic = found?.page.role === "public";
  const mustLogIn = !who && !isPublic;
  useEffect(() => {
    if (mustLogIn) go(address("/login", { then: here.path === "/" ? "" : location.hash.slice(1) }), { replace: true });
  }, [mustLogIn, here.path]);
  if (mustLogIn) return null;
  const isAllowed = found && (isPublic || isAtLeast(who, found.page.role));
  const shown = isAllowed
    ? html`<${Shown} key=${found.page.path} page=${found.page} params=${found.params} query=${here.query} />`
    : html`<${Missing} />`;
  return html`<${Frame} who=${who} page=${found?.page} isPublic=${isPublic}>${shown}<//><${Toasts} />`;
}

/** A page, once its module has come. What it throws ends it, and not the console. */
function Shown({ page, params, query }) {
  const [module, show] = useState(null);
  const [failure, fail] = useState(null);
  const [broken] = useErrorBoundary();
  useEffect(() => {
    page.load().then((loaded) => show({ Component: loaded.default }), moduleMissing(fail));
  }, [page]);
  const words = t(page.title);
  useEffect(() => {
    document.title = page.path === "/" ? "Scholium" : `${words} · Scholium`;
  }, [words]);
  useEffect(() => {
    scrollTo(0, 0);
    if (module) document.getElementById("heading")?.focus({ preventScroll: true });
  }, [module, JSON.stringify(params)]);
  if (failure || broken) return html`<${Failed} problem=${Problem.from(failure ?? broken)} retry=${() => location.reload()} />`;
  if (!module) return null;
  return html`<${module.Component} key=${JSON.stringify(params)} params=${params} query=${query} />`;
}

/** A module is gone after a deployment: its address named the last one's build. The page is read anew, once. */
function moduleMissing(fail) {
  return (thrown) => {
    const key = "scholium.reloaded";
    if (sessionStorage.getItem(key) === import.meta.url) return fail(thrown);
    sessionStorage.setItem(key, import.meta.url);
    return location.reload();
  };
}

async function start() {
  await speak();
  try {
    await restore();
  } catch (thrown) {
    const problem = Problem.from(thrown);
    return render(html`<main class="alone"><${Failed} problem=${problem} retry=${() => location.reload()} /></main>`, root());
  }
  root().replaceChildren();
  render(html`<${App} />`, root());
  performance.mark("usable");
}

const root = () => document.getElementById("app");

start();
