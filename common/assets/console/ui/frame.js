/** What stands around every page: the navigation, at the side or at the foot; and for who is not logged in, nothing but it. */
import * as api from "../core/api.js";
import { t } from "../core/i18n.js";
import { place } from "../core/router.js";
import { isAtLeast, logout, refreshProfile } from "../core/session.js";
import { useValue } from "../core/state.js";
import { html, useEffect, useState } from "../core/view.js";
import { GROUPS, PAGES } from "../pages.js";
import { Icon, Mark } from "./icon.js";
import { Button, IconButton } from "./parts.js";
import { attempt } from "./toast.js";

export function Frame({ who, page, isPublic, children }) {
  const isReachable = useValue(api.reachable);
  const offline = !isReachable && html`<${Offline} isIn=${who !== null} />`;
  if (isPublic) return html`${offline}<${SkipLink} /><main id="main" class="alone">${children}</main>`;
  return html`<div class="frame">
    <${SkipLink} />
    <${Side} who=${who} page=${page} />
    <main id="main">${offline}${children}</main>
    <${Foot} who=${who} page=${page} />
  </div>`;
}

/** The first stop of the Tab key: past the navigation. A hash of its own would be a page, so it is a button. */
function SkipLink() {
  const skip = () => document.getElementById("heading")?.focus();
  return html`<button type="button" class="skip" onClick=${skip}>${t("frame.skip")}</button>`;
}

function menuOf(who) {
  return Object.entries(GROUPS)
    .map(([group, words]) => [words, PAGES.filter((page) => page.menu?.group === group && isAtLeast(who, page.role))])
    .filter(([, pages]) => pages.length > 0);
}

function Side({ who, page }) {
  return html`<aside class="side">
    <a class="brand" href="#/"><${Mark} /><span>Scholium</span></a>
    <${Menu} who=${who} page=${page} />
    <${Who} who=${who} page=${page} />
  </aside>`;
}

function Menu({ who, page, done }) {
  return html`<nav class="menu" aria-label=${t("frame.navigation")}>
    ${menuOf(who).map(
      ([words, pages]) => html`<div class="menu-group">
        <p class="menu-title">${t(words)}</p>
        <ul>
          ${pages.map((one) => html`<li><${MenuLink} to=${one} page=${page} done=${done} /></li>`)}
        </ul>
      </div>`,
    )}
  </nav>`;
}

function MenuLink({ to, page, done }) {
  const isHere = page === to || (to.path !== "/" && place.value.path.startsWith(`${to.path}/`));
  return html`<a class="menu-link" href="#${to.path}" aria-current=${isHere ? "page" : null} onClick=${done}>
    <${Icon} name=${to.menu.icon} /><span>${t(to.title)}</span>
  </a>`;
}

function Who({ who, page, done }) {
  return html`<div class="who">
    <a class="who-link" href="#/settings" aria-current=${page?.path === "/settings" ? "page" : null} onClick=${done}>
      <${Initial} name=${who.display_name} />
      <span class="who-words"><strong>${who.display_name}</strong><span>${t("settings.title")}</span></span>
    </a>
    <${IconButton} icon="leave" label=${t("frame.logout")} onClick=${() => attempt(logout)} />
  </div>`;
}

/** The first letter of a name in a circle. */
export function Initial({ name }) {
  return html`<span class="initial" aria-hidden="true">${[...(name ?? "?")][0].toUpperCase()}</span>`;
}

/** On a phone: the pages that one needs every day, and a drawer with the rest. */
function Foot({ who, page }) {
  const [isOpen, open] = useState(false);
  const here = useValue(place);
  useEffect(() => open(false), [here.path]);
  const first = PAGES.filter((one) => one.menu?.first && isAtLeast(who, one.role));
  return html`<nav class="foot" aria-label=${t("frame.main")}>
      ${first.map((one) => html`<${MenuLink} to=${one} page=${page} />`)}
      <button type="button" class="menu-link" aria-expanded=${isOpen ? "true" : "false"} onClick=${() => open(!isOpen)}>
        <${Icon} name="menu" /><span>${t("frame.more")}</span>
      </button>
    </nav>
    ${isOpen && html`<${Drawer} who=${who} page=${page} close=${() => open(false)} />`}`;
}

function Drawer({ who, page, close }) {
  useEffect(() => {
    const escape = (event) => event.key === "Escape" && close();
    addEventListener("keydown", escape);
    return () => removeEventListener("keydown", escape);
  }, []);
  return html`<div class="drawer-shade" onClick=${close}></div>
    <div class="drawer">
      <${Menu} who=${who} page=${page} done=${close} />
      <${Who} who=${who} page=${page} done=${close} />
    </div>`;
}

/** The server is not reached. What is on the screen stays; what was typed is not lost. */
function Offline({ isIn }) {
  const again = () => attempt(isIn ? refreshProfile : () => api.get("/v1/status"));
  return html`<div class="offline" role="alert">
    <${Icon} name="warning" />
    <p>${t("state.offline")}</p>
    <${Button} onClick=${again}>${t("state.retry")}<//>
  </div>`;
}
