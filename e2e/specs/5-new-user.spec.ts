// Somebody who sees the portal for the first time takes the right incident: the page says by itself what comes first
// and what to do with it. No clock is asked: it is the number of steps that makes it quick.
import { expect, type Locator, test } from "@playwright/test";
import { OwnServer, alert } from "../support/own-server";

/** More than this is not "at once". */
const STEPS_MAX = 2;

let server: OwnServer;

test.beforeAll(async () => {
  server = await OwnServer.start();
  await server.send([incident("info", "rex-1", 50), incident("warning", "metro-1", 40), incident("critical", "grand-1", 20)]);
  await server.send([incident("critical", "palace-1", 30), incident("warning", "astor-1", 10)]);
});

test.afterAll(() => server.remove());

test("the most urgent incident is taken in two steps by somebody who knows nothing of the portal", async ({ page }) => {
  let steps = 0;
  const press = async (what: Locator) => {
    steps += 1;
    await what.click();
  };
  await page.goto(server.url);
  await press(page.getByRole("main").getByRole("link", { name: "Denmark" }));

  const top = page.getByRole("list", { name: "Open incidents" }).getByRole("listitem").first();
  await expect(top.getByRole("link")).toHaveAccessibleName(/Machine offline/);
  await expect(top).toContainText("Critical");
  const take = top.getByRole("button", { name: "Start progress" });
  await expect(take).toHaveAccessibleDescription(/Machine offline/);
  const shown = await top.getByRole("link").innerText();
  await press(take);

  expect(steps).toBeLessThanOrEqual(STEPS_MAX);
  await expect.poll(taken, "the oldest of the critical ones, and no other").toEqual(["palace-1"]);
  const mine = page.getByRole("listitem").filter({ hasText: shown.split(/\s/)[0] });
  await expect(mine).toContainText("In progress");
});

/** The machines whose incidents somebody works on, as the server knows them. */
async function taken(): Promise<string[]> {
  const query = `{ region(id: "denmark") { incidents(filter: { status: [IN_PROGRESS] }) { edges { node { machine { id } } } } } }`;
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${server.url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query }) });
  const { data } = await answer.json();
  return data.region.incidents.edges.map((edge: any) => edge.node.machine.id);
}

function incident(severity: string, machine: string, minutesOld: number) {
  return { ...alert("firing", machine, severity), startsAt: new Date(Date.now() - minutesOld * 60_000).toISOString() };
}
