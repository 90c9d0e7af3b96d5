/**
 * Every page of the console: where it is, who sees it, and what loads it. This table is all that the router and the
 * navigation know; a new page is a line here and a module in pages/ whose default export is its component.
 *
 *   path    behind the #; ":name" is a parameter, given to the component in `params` (its query in `query`)
 *   role    public, learner, teacher, admin: the least that sees it
 *   title   a key of the catalogue: what the browser's tab says
 *   menu    where it stands in the navigation, if it does: a group, an icon, and `first` for the phone's bar
 */
export const PAGES = [
  { path: "/", role: "learner", title: "home.title", load: () => import("./pages/home.js"), menu: { group: "learn", icon: "home", first: true } },
  { path: "/login", role: "public", title: "login.title", load: () => import("./pages/login.js") },
  { path: "/register", role: "public", title: "register.title", load: () => import("./pages/register.js") },
  { path: "/forgotten", role: "public", title: "forgotten.title", load: () => import("./pages/forgotten.js") },
  { path: "/verify-email", role: "public", title: "verify.title", load: () => import("./pages/verify_email.js") },
  { path: "/reset-password", role: "public", title: "reset.title", load: () => import("./pages/reset_password.js") },
];

/** The groups of the navigation, in their order. */
export const GROUPS = { learn: "menu.learn", together: "menu.together", teach: "menu.teach", run: "menu.run" };
