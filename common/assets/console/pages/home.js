import { t } from "../core/i18n.js";
import { profile } from "../core/session.js";
import { useValue } from "../core/state.js";
import { html } from "../core/view.js";
import { Page, Stat, Stats } from "../ui/parts.js";

export default function Home() {
  const who = useValue(profile);
  return html`<${Page} title=${t("home.hello", { name: who.display_name })} lead=${t("home.lead")}>
    <${Stats}>
      <${Stat} icon="flame" tone="flame" label=${t("home.streak")} value=${who.current_streak} note=${t("home.longest", { count: who.longest_streak })} />
      <${Stat} icon="trophy" label=${t("home.points")} value=${who.total_points} />
    <//>
  <//>`;
}
