// Runs the portal's component tests in Chromium: cargo calls it with the WebAssembly that it built.
// wasm-bindgen's own runner serves them as a page; its other way, a driver beside the browser, would be one more
// program to install.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { chromium } from "@playwright/test";
import { chromiumWith } from "../support/chromium.mjs";

/** For the tests, once their page is open. */
const TESTS_MS = 120_000;
/** For all of it; what is served has to be made ready first. */
const ALL_MS = 400_000;

/** Serves the tests on a port that is free; the address, as soon as it is told. The server ends with this program. */
async function serve() {
  const env = { ...process.env, NO_HEADLESS: "1", WASM_BINDGEN_TEST_ADDRESS: "127.0.0.1:0" };
  const server = spawn("wasm-bindgen-test-runner", process.argv.slice(2), { env, stdio: ["ignore", "pipe", "inherit"] });
  process.once("exit", () => server.kill());
  for await (const line of createInterface({ input: server.stdout })) {
    const [, address] = /available at (http:\/\/\S+)/.exec(line) ?? [];
    if (!address) continue;
    server.stdout.resume();
    return address;
  }
  throw new Error("the tests are not served");
}

// Whatever hangs or breaks, the step ends, and has failed.
process.exitCode = 1;
setTimeout(() => process.exit(1), ALL_MS).unref();
const address = await serve();
let browser;
try {
  browser = await chromium.launch(chromiumWith());
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(error.message));
  await page.goto(address);
  const output = page.locator("#output");
  // What came until then is printed, whatever became of it.
  await page.waitForFunction(() => /test result: /.test(document.getElementById("output")?.textContent ?? ""), null, { timeout: TESTS_MS }).catch(() => {});
  const said = await output.textContent();
  console.log(said);
  process.exitCode = /test result: ok\. [1-9]/.test(said) ? 0 : 1;
} finally {
  await browser?.close();
  process.exit();
}
