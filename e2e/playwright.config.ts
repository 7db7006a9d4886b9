// Browser tests against a running stack: `cargo xtask test`, or `cargo xtask up` and then `npx playwright test`.
import { existsSync, readFileSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";
import { chromiumWith } from "./support/chromium.mjs";

const stackFile = process.env.CINEPORTAL_STACK ?? new URL("../.stack/stack.json", import.meta.url).pathname;
if (!existsSync(stackFile)) throw new Error(`no stack is running (${stackFile}): start one with cargo xtask up`);
const { ports } = JSON.parse(readFileSync(stackFile, "utf8"));

// What a store keeps and finds is looked at with both; what looks the same with either, with the embedded one.
const OF_EITHER_STORE = ["1-staff-at-work", "3-incident", "3-triage", "4-reports", "5-server-restart", "9-fault-to-screen"];
const isSecond = process.env.CINEPORTAL_STORE === "mongodb";

export default defineConfig({
  testDir: "specs",
  testMatch: isSecond ? OF_EITHER_STORE.map((name) => `**/${name}.spec.ts`) : "**/*.spec.ts",
  // All tests share one stack.
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  forbidOnly: true,
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    baseURL: `http://127.0.0.1:${ports.server}`,
    // A film of every frame takes up to a third of the time; a trace shows the page at each step without it.
    trace: { mode: "retain-on-failure", screenshots: false },
    launchOptions: chromiumWith(),
  },
});
