// What a browser has to fetch before a region's page stands: how much, how often, and from whom.
import { request } from "node:http";
import { expect, test } from "@playwright/test";
import { RegionPage } from "../pages/region-page";

/** All files of the first load together, as brotli. */
const FILES_BYTES_MAX = 220_000;

/** How many bytes the server sends for a file to a browser that takes brotli. */
const sentBytes = (url: string) =>
  new Promise<number>((resolve, reject) => {
    const asked = request(url, { headers: { "accept-encoding": "br" } }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => (bytes += chunk.length));
      response.on("end", () => resolve(bytes));
    });
    asked.on("error", reject).end();
  });

test("the first load of a region's page is small, asks once, and asks nobody else", async ({ page, baseURL }) => {
  const files = new Set<string>();
  const questions: string[] = [];
  const strangers: string[] = [];
  page.on("request", (asked) => {
    const url = new URL(asked.url());
    if (url.protocol === "data:" || url.protocol === "blob:") return;
    if (url.origin !== new URL(baseURL!).origin) strangers.push(asked.url());
    else if (url.pathname !== "/graphql") files.add(asked.url());
    else if (asked.method() === "POST") questions.push(asked.postData() ?? "");
  });
  // Counted when the first answer comes: what is asked from then on may wait, for the page stands. The live connection
  // may stand before it, because an answer waits for sources that are slow.
  const asked = page
    .waitForResponse((response) => new URL(response.url()).pathname === "/graphql")
    .then(() => questions.length);
  await page.goto("/regions/denmark");
  await new RegionPage(page).isLive();
  const askedBeforeItStands = await asked;

  const sizes = await Promise.all([...files].map(async (url) => [new URL(url).pathname, await sentBytes(url)] as const));
  const sum = sizes.reduce((bytes, [, size]) => bytes + size, 0);
  console.log(`first load: ${(sum / 1024).toFixed(1)} KiB in ${sizes.length} files`, Object.fromEntries(sizes));
  expect(strangers).toEqual([]);
  expect(askedBeforeItStands).toBe(1);
  expect(sum).toBeLessThanOrEqual(FILES_BYTES_MAX);
});
