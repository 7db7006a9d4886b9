// How Chromium is started, by whatever starts it.

// It refuses its sandbox to root; the other flags keep it from talking to the network by itself.
const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const quiet = [
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** The one that is installed here, with these flags beside those that all have. */
export const chromiumWith = (...flags) => ({
  executablePath: process.env.CINEPORTAL_CHROMIUM ?? "/usr/bin/chromium",
  args: [...asRoot, ...quiet, ...flags],
});
