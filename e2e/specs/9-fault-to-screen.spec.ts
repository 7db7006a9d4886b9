// The main job: a machine fails, and its incident stands on the screen of its region's staff.
// Through the real exporter, Prometheus, Alertmanager, store and server; nothing is faked but the cloud.
import { expect, test } from "@playwright/test";
import { RegionPage } from "../pages/region-page";
import { breakMachine, kill, mendMachine, xtask, type Fault } from "../support/stack";

const store = process.env.CINEPORTAL_STORE ?? "the running store";

test("a Danish machine loses power: Denmark sees it without a reload, Finland does not, and it closes by itself", async ({ browser }) => {
  const machine = "dk-aarhus-01-01";
  const denmark = new RegionPage(await browser.newPage());
  const finland = new RegionPage(await browser.newPage());
  await denmark.open("denmark");
  await finland.open("finland");
  await denmark.mark();

  const broken = Date.now();
  xtask("break", machine, "power");
  await expect(denmark.incident(machine).row).toBeVisible();
  const seconds = (Date.now() - broken) / 1000;
  await expect(denmark.incident(machine).row).toContainText("Critical");
  // What happens after it in Finland is on Finland's page: by now the Danish fault would be, too.
  await breakMachine("fi-helsinki-01-03", "power");
  await expect(finland.incident("fi-helsinki-01-03").row).toBeVisible();
  await expect(finland.incident(machine).row).toHaveCount(0);
  await expect(denmark.incident("fi-helsinki-01-03").row).toHaveCount(0);
  await mendMachine("fi-helsinki-01-03");

  const mended = Date.now();
  xtask("mend", machine);
  await expect(denmark.incident(machine).row).toHaveCount(0);
  const mendedSeconds = (Date.now() - mended) / 1000;
  await denmark.wasNotReloaded();
  await denmark.unfoldClosed();
  await expect(denmark.closed(machine)).toContainText("The fault went away");
  console.log(`${store}: on screen ${seconds.toFixed(1)} s after the fault, gone ${mendedSeconds.toFixed(1)} s after mending`);
});

for (const [fault, machine, region] of [
  ["resolution", "fi-helsinki-01-01", "finland"],
  ["download", "se-malmo-01-01", "sweden"],
] satisfies [Fault, string, string][]) {
  test(`a fault of kind ${fault} opens an incident, and mending closes it`, async ({ page }) => {
    const staff = new RegionPage(page);
    await staff.open(region);
    await breakMachine(machine, fault);
    await expect(staff.incident(machine).row).toBeVisible();
    await mendMachine(machine);
    await expect(staff.incident(machine).row).toHaveCount(0);
  });
}

// Last: nobody starts it again.
test("a node_exporter that stops opens an incident, too", async ({ page }) => {
  const staff = new RegionPage(page);
  await staff.open("denmark");
  const incident = staff.incident("host-01").row.filter({ hasText: "Host not measured" });
  await expect(incident).toHaveCount(0);
  const stopped = Date.now();
  kill("node_exporter");
  await expect(incident).toBeVisible();
  console.log(`${store}: on screen ${((Date.now() - stopped) / 1000).toFixed(1)} s after node_exporter stopped`);
});
