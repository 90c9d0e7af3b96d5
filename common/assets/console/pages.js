/**
 * Every page of the console: where it is, who sees it, and what loads it. This table is all that the router and the
 * navigation know; a new page is a line here and a module in pages/ whose default export is its component.
 *
 *   path    behind the #; ":name" is a parameter, given to the component in `params` (its query in `query`)
 *   role    public, learner, teacher, admin: the least that sees it
 *   title   a key of the catalogue: what the browser's tab and the navigation say
 *   menu    where it stands in the navigation, if it does: a group, an icon, and `first` for the phone's bar
 */
export const PAGES = [
  { path: "/", role: "learner", title: "home.title", load: () => import("./pages/home.js"), menu: { group: "learn", icon: "home", first: true } },
  { path: "/chat", role: "learner", title: "chat.title", load: () => import("./pages/chat.js"), menu: { group: "learn", icon: "chat", first: true } },
  { path: "/chat/:id", role: "learner", title: "chat.title", load: () => import("./pages/chat.js") },
  { path: "/documents", role: "learner", title: "documents.title", load: () => import("./pages/documents.js"), menu: { group: "learn", icon: "file", first: true } },
  { path: "/documents/:id", role: "learner", title: "document.title", load: () => import("./pages/document.js") },
  { path: "/review", role: "learner", title: "review.title", load: () => import("./pages/review.js"), menu: { group: "learn", icon: "cards", first: true } },
  { path: "/cards", role: "learner", title: "cards.title", load: () => import("./pages/cards.js") },
  { path: "/quizzes", role: "learner", title: "quizzes.title", load: () => import("./pages/quizzes.js"), menu: { group: "learn", icon: "quiz" } },
  { path: "/quizzes/:id", role: "learner", title: "quiz.title", load: () => import("./pages/quiz.js") },
  { path: "/quizzes/results/:id", role: "learner", title: "result.title", load: () => import("./pages/quiz_result.js") },
  { path: "/courses", role: "learner", title: "courses.title", load: () => import("./pages/courses.js"), menu: { group: "learn", icon: "book" } },
  { path: "/courses/:id", role: "learner", title: "course.title", load: () => import("./pages/course.js") },
  { path: "/courses/:id/lessons/:lesson", role: "learner", title: "lesson.title", load: () => import("./pages/lesson.js") },
  { path: "/progress", role: "learner", title: "progress.title", load: () => import("./pages/progress.js"), menu: { group: "learn", icon: "chart" } },
  { path: "/nudges", role: "learner", title: "nudges.title", load: () => import("./pages/nudges.js"), menu: { group: "learn", icon: "bell" } },
  { path: "/community", role: "learner", title: "community.title", load: () => import("./pages/community.js"), menu: { group: "together", icon: "people" } },
  { path: "/community/:id", role: "learner", title: "community.title", load: () => import("./pages/post.js") },
  { path: "/leaderboard", role: "learner", title: "leaderboard.title", load: () => import("./pages/leaderboard.js"), menu: { group: "together", icon: "trophy" } },
  { path: "/teaching", role: "teacher", title: "teaching.title", load: () => import("./pages/teaching.js"), menu: { group: "teach", icon: "book" } },
  { path: "/teaching/:id", role: "teacher", title: "course.title", load: () => import("./pages/teaching_course.js") },
  { path: "/moderation", role: "teacher", title: "moderation.title", load: () => import("./pages/moderation.js"), menu: { group: "teach", icon: "flag" } },
  { path: "/overview", role: "admin", title: "overview.title", load: () => import("./pages/overview.js"), menu: { group: "run", icon: "chart" } },
  { path: "/users", role: "admin", title: "users.title", load: () => import("./pages/users.js"), menu: { group: "run", icon: "people" } },
  { path: "/experiments", role: "admin", title: "experiments.title", load: () => import("./pages/experiments.js"), menu: { group: "run", icon: "scale" } },
  { path: "/ai", role: "admin", title: "ai.title", load: () => import("./pages/ai.js"), menu: { group: "run", icon: "spark" } },
  { path: "/operations", role: "admin", title: "operations.title", load: () => import("./pages/operations.js"), menu: { group: "run", icon: "pulse" } },
  { path: "/settings", role: "learner", title: "settings.title", load: () => import("./pages/settings.js") },
  { path: "/login", role: "public", title: "login.title", load: () => import("./pages/login.js") },
  { path: "/register", role: "public", title: "register.title", load: () => import("./pages/register.js") },
  { path: "/forgotten", role: "public", title: "forgotten.title", load: () => import("./pages/forgotten.js") },
  { path: "/verify-email", role: "public", title: "verify.title", load: () => import("./pages/verify_email.js") },
  { path: "/erased/:id", role: "public", title: "erased.title", load: () => import("./pages/erased.js") },
  { path: "/reset-password", role: "public", title: "reset.title", load: () => import("./pages/reset_password.js") },
];

/** The groups of the navigation, in their order. */
export const GROUPS = { learn: "menu.learn", together: "menu.together", teach: "menu.teach", run: "menu.run" };
