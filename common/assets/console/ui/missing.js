/** There is no such page, or not for this person. */
import { t } from "../core/i18n.js";
import { html } from "../core/view.js";
import { Empty } from "./await.js";
import { ButtonLink, Page } from "./parts.js";

export function Missing() {
  const home = html`<${ButtonLink} to="/" kind="main">${t("missing.home")}<//>`;
  return html`<${Page} title=${t("missing.title")}>
    <${Empty} icon="search" title=${t("missing.what")} action=${home}>${t("missing.why")}<//>
  <//>`;
}
