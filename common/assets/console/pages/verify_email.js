import * as api from "../core/api.js";
import { t } from "../core/i18n.js";
import { useLinkToken } from "../core/link_token.js";
import { useLoad } from "../core/load.js";
import { profile, refreshProfile } from "../core/session.js";
import { html } from "../core/view.js";
import { Await } from "../ui/await.js";
import { Entrance } from "../ui/entrance.js";
import { ButtonLink } from "../ui/parts.js";

export default function VerifyEmail({ query }) {
  const token = useLinkToken(query);
  const done = useLoad(async () => {
    await api.anonymous("POST", "/v1/users/verification", { token: token ?? "-" });
    if (profile.value) await refreshProfile();
    return { isDone: true };
  }, []);
  return html`<${Entrance} title=${t("verify.title")}>
    <${Await} of=${done} lines="1">
      ${() => html`<p role="status">${t("verify.done")}</p>
        <${ButtonLink} to="/" kind="main">${t("verify.go")}<//>`}
    <//>
  <//>`;
}
