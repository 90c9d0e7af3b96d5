/** Who is logged in, and how they come and go. */
import * as api from "./api.js";
import { read, write } from "./preferences.js";
import { state } from "./state.js";

/** Remembers that there may be a session, so that a stranger's first visit asks the server nothing. It is no secret. */
const HINT = "scholium.session";

/** The Profile of who is logged in, or null. */
export const profile = state(null);

const RANK = { learner: 0, teacher: 1, admin: 2 };

/** Whether somebody has a role, or a higher one. The server judges for itself; this only decides what is shown. */
export const isAtLeast = (who, role) => who !== null && RANK[who.role] >= RANK[role];

/** Go on with the session of the cookie, where there is one. */
export async function restore() {
  if (read(HINT) && (await api.renew())) await enter();
  else write(HINT, null);
}

/** Log in; the refresh token goes into its cookie and never into this page. */
export async function login(username, password) {
  api.keep(await api.anonymous("POST", "/v1/login", { username, password, session: "cookie" }));
  await enter();
}

/** Make an account and log in. */
export async function register(wished) {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  await api.anonymous("POST", "/v1/users", { ...wished, time_zone: timeZone });
  await login(wished.username, wished.password);
}

/** Log out, here and on the server. */
export async function logout() {
  try {
    await api.remove("/v1/login");
  } finally {
    leave();
  }
}

/** Read the profile again. */
export async function refreshProfile() {
  profile.set(await api.get("/v1/me"));
}

async function enter() {
  await refreshProfile();
  write(HINT, "1");
}

/** Forget who was here: logged out, or gone for good. */
export function leave() {
  api.forget();
  write(HINT, null);
  profile.set(null);
}

api.ended.follow(leave);
