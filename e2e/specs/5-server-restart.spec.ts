// A server that crashes under an open page: nothing is lost, nothing is doubled, nobody reloads.
import { expect, test } from "@playwright/test";
import { RegionPage } from "../pages/region-page";
import { OwnServer } from "../support/own-server";

let server: OwnServer;

test.beforeAll(async () => {
  server = await OwnServer.start();
});

test.afterAll(() => server.remove());

test("what opened and closed around a crash stands on the page once it is over, once", async ({ page }) => {
  const staff = new RegionPage(page);
  await server.alert("firing", "stays", "mended-meanwhile");
  await page.goto(`${server.url}/regions/denmark`);
  await staff.isLive();
  await staff.mark();
  await expect(staff.incident("mended-meanwhile").row).toHaveCount(1);

  await server.kill();
  await expect(page.locator("[data-live=Offline]")).toBeVisible();
  await expect(staff.incident("stays").row, "what is known stays on the screen").toHaveCount(1);
  await server.start();
  await server.alert("resolved", "mended-meanwhile");
  await server.alert("firing", "stays", "broken-meanwhile");

  await staff.isLive();
  await expect(staff.incident("mended-meanwhile").row).toHaveCount(0);
  await expect(staff.incident("broken-meanwhile").row).toHaveCount(1);
  await expect(staff.incident("stays").row).toHaveCount(1);
  await server.alert("firing", "after-it");
  await expect(staff.incident("after-it").row).toHaveCount(1);
  await staff.wasNotReloaded();
});
