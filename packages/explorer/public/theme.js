// Sets the colour mode before the first paint. A file of its own because the page's policy allows no inline script;
// src/theme/mode.ts takes over from here and uses the same key and attribute.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem("enterspan.theme");
  } catch {
    // Storage can be forbidden; the system's mode is then used.
  }
  const dark =
    choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.mode = dark ? "dark" : "light";
})();
