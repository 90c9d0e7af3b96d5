/** What the admins' pages share: the numbers of the last count, when that was, and counting anew. */
import * as api from "../core/api.js";
import { ago, t } from "../core/i18n.js";
import { useLoad, usePolling } from "../core/load.js";
import { html, useState } from "../core/view.js";
import { Await, Empty, Waiting } from "../ui/await.js";
import { Button, Page } from "../ui/parts.js";
import { attempt } from "../ui/toast.js";

/** A page over GET /v1/dashboard/admin; `children` is given the dashboard. */
export function CountedPage({ title, lead, children }) {
  const loaded = useLoad(dashboardOrNone, []);
  const [asked, ask] = useState(null);
  const show = Array.isArray(children) ? children[0] : children;
  usePolling(
    dashboardOrNone,
    ({ counted }) => counted !== null && counted.as_of >= asked,
    (answer) => {
      if (answer.counted === null || answer.counted.as_of < asked) return;
      loaded.set(answer);
      ask(null);
    },
    asked !== null,
  );
  const count = () => attempt(async () => ask((await api.post("/v1/dashboard/admin/counts")).as_of));
  const button = html`<${Button} busy=${asked !== null} onClick=${count}>${t("counted.again")}<//>`;
  const counted = loaded.data?.counted;
  return html`<${Page} title=${title} lead=${counted ? t("counted.as_of", { ago: ago(counted.as_of) }) : lead} actions=${counted && button}>
    <${Await} of=${loaded} lines="6">
      ${(found) => {
        if (found.counted) return show(found.counted);
        if (asked !== null) return html`<${Waiting} lines="6" />`;
        return html`<${Empty} icon="chart" title=${t("counted.none")} action=${button}>${t("counted.none_why")}<//>`;
      }}
    <//>
  <//>`;
}

async function dashboardOrNone() {
  try {
    return { counted: await api.get("/v1/dashboard/admin") };
  } catch (problem) {
    if (problem.code === "not_counted_yet") return { counted: null };
    throw problem;
  }
}
