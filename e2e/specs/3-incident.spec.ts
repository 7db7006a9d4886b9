// One incident in full: take it, take it back, talk, silence, close, and what happens when somebody is faster.
import { expect, test } from "@playwright/test";
import { IncidentView } from "../pages/incident-view";
import { breakMachine, mendMachine, openIncidentId } from "../support/stack";

const region = "norway";
const machine = "no-bergen-01-01";
let id: string;

test.beforeAll(async () => {
  await breakMachine(machine, "power");
  await expect.poll(() => openIncidentId(machine, region)).toBeTruthy();
  id = (await openIncidentId(machine, region))!;
});

test.afterAll(() => mendMachine(machine));

test("what was begun can be taken back for a while", async ({ page }) => {
  const incident = new IncidentView(page);
  // "Undo" is offered for five seconds of the page's clock.
  await page.clock.setFixedTime(new Date());
  await incident.openBeside(region, id);
  await incident.button("Start progress").click();
  await expect(incident.status).toHaveText("In progress");
  await incident.button("Undo").click();
  await expect(incident.status).toHaveText("Open");
  await expect(incident.result).toContainText("as it was before");
});

test("keys take it, comment on it, and close the view", async ({ page }) => {
  const incident = new IncidentView(page);
  await incident.openBeside(region, id);
  await incident.view.focus();
  await page.keyboard.press("a");
  await page.keyboard.type("Ida");
  await page.keyboard.press("Enter");
  await expect(incident.result).toContainText("You gave it to Ida.");
  await page.keyboard.press("c");
  await page.keyboard.type("on my way");
  await incident.button("Send").press("Enter");
  await expect(incident.timeline).toContainText("on my way");
  await page.keyboard.press("Escape");
  await expect(page.locator("dialog.drawer")).toHaveCount(0);
});

test("whoever is slower is told what is true now, and may do it all the same", async ({ page }) => {
  const incident = new IncidentView(page);
  await incident.openAlone(id);
  await page.route(
    "**/graphql",
    (route) => {
      const body = JSON.parse(route.request().postData() ?? "{}");
      if (body.variables?.expectedVersion) body.variables.expectedVersion = 0;
      return route.continue({ postData: JSON.stringify(body) });
    },
  );
  await incident.button("Close").click();
  await incident.button("Close incident").click();
  await expect(incident.view.getByRole("alert")).toContainText("Somebody else was faster");
  await page.unroute("**/graphql");
  await incident.button("Do it anyway").click();
  await expect(incident.status).toHaveText("Closed");
});

test("a chart tells its values to the keyboard", async ({ page }) => {
  const incident = new IncidentView(page);
  await incident.openAlone(id);
  const chart = incident.view.getByRole("slider");
  await chart.press("ArrowLeft");
  await expect(chart).toHaveAttribute("aria-valuetext", /: (online|offline|not measured)$/);
});
