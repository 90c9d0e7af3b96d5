// Runs before anything is painted, so that no page flashes in the wrong colours: the only script that is not a module.
"use strict";
try {
  const theme = localStorage.getItem("scholium.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; then the system's theme it is.
}
