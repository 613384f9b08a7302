// uPlot makes a number format of the browser's language as soon as it is loaded, and fails where that is no language tag:
// Chromium started with LANG=C calls it `en-US@posix`. Imported before it.
try {
  new Intl.NumberFormat(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en-US", configurable: true });
}
