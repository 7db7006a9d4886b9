// The door from outside, by a real nginx: who gets where, and what the neighbours are told of them.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { HOST, ISSUER, openDoor, SECRET } from "./door.mjs";

const IDA = { cookie: "session=ida" };
const OVE = { cookie: "session=ove" };
let door;
before(async () => (door = await openDoor()));
after(() => door?.close());

test("plain HTTP leads to HTTPS", async () => {
  const { status, headers } = await fetch(`${door.http}/regions/denmark`, { redirect: "manual" });
  assert.equal(status, 308);
  assert.equal(headers.get("location"), `https://${HOST}/regions/denmark`);
});

test("who is not signed in is sent to sign in from pages, and told so by the API", async () => {
  for (const path of ["/regions/denmark?status=OPEN&sort=show", "/prometheus/graph?g0.expr=up"]) {
    const { status, headers } = await door.ask(path);
    assert.deepEqual([status, headers.location, headers["x-remembered"]], [302, ISSUER, path]);
  }
  for (const path of ["/graphql", "/api/v1/incidents.csv"]) assert.equal((await door.ask(path)).status, 401, path);
});

test("the way to sign in is open", async () => {
  const { status, seen } = await door.ask("/oauth2/callback?code=1");
  assert.deepEqual([status, seen.name, seen.url], [200, "oauth2-proxy:4180", "/oauth2/callback?code=1"]);
});

test("the server is told who it is, and that nginx vouches for it", async () => {
  for (const path of ["/regions/denmark", "/graphql"]) {
    const { seen } = await door.ask(path, { headers: IDA });
    assert.equal(seen.name, "server:8080");
    assert.equal(seen.headers["x-forwarded-email"], "ida@example.com");
    assert.equal(seen.headers["x-forwarded-groups"], "denmark");
    assert.equal(seen.headers["x-cineportal-proxy"], SECRET);
    assert.equal(seen.headers.host, HOST);
  }
});

test("nobody can say who they are by themselves", async () => {
  const forged = {
    "x-forwarded-email": "ove@example.com", "x-forwarded-groups": "operators", "x-forwarded-user": "ove",
    x_forwarded_email: "ove@example.com", "x-cineportal-proxy": "guessed",
  };
  const { seen } = await door.ask("/graphql", { headers: { ...IDA, ...forged } });
  assert.equal(seen.headers["x-forwarded-email"], "ida@example.com");
  assert.equal(seen.headers["x-forwarded-groups"], "denmark");
  assert.equal(seen.headers["x-cineportal-proxy"], SECRET);
  assert.ok(!("x-forwarded-user" in seen.headers) && !("x_forwarded_email" in seen.headers));
});

test("a service shows its own token, and nobody vouches for it", async () => {
  const headers = { authorization: "Bearer t0ken", "x-forwarded-email": "ove@example.com", "x-cineportal-proxy": SECRET };
  const { seen } = await door.ask("/api/v1/incidents", { method: "POST", headers });
  assert.equal(seen.headers.authorization, "Bearer t0ken");
  assert.ok(!("x-forwarded-email" in seen.headers) && !("x-cineportal-proxy" in seen.headers));
  assert.equal(seen.method, "POST");
});

test("a token opens no page and no other program", async () => {
  const headers = { authorization: "Bearer t0ken" };
  for (const path of ["/", "/prometheus/graph", "/cineexporter"]) {
    assert.equal((await door.ask(path, { headers })).status, 302, path);
  }
});

test("what is for inside is not there from outside", async () => {
  for (const path of ["/webhooks/alertmanager", "/api/v2/alerts", "/metrics", "/healthz", "/readyz"]) {
    assert.equal((await door.ask(path, { method: "POST", headers: OVE })).status, 404, path);
  }
});

test("operators get to the other programs, others do not", async () => {
  const programs = { "/prometheus/graph": "prometheus:9090", "/alertmanager/": "alertmanager:9093", "/cineexporter": "exporter:9991" };
  for (const [path, name] of Object.entries(programs)) {
    assert.equal((await door.ask(path, { headers: IDA })).status, 403, path);
    const { seen } = await door.ask(path, { headers: OVE });
    assert.equal(seen.name, name);
    assert.ok(!("x-cineportal-proxy" in seen.headers) && !("cookie" in seen.headers), path);
  }
});

test("a page of another site can change nothing in them", async () => {
  const foreign = { ...OVE, origin: "https://evil.example" };
  const own = { ...OVE, origin: `https://${HOST}` };
  assert.equal((await door.ask("/alertmanager/api/v2/silences", { method: "POST", headers: foreign })).status, 403);
  assert.equal((await door.ask("/alertmanager/api/v2/silences", { method: "POST", headers: own })).status, 200);
});

test("the portal's older address leads to it", async () => {
  assert.equal((await door.ask("/incidentsportal", { headers: IDA })).headers.location, `https://${HOST}/`);
  const { headers } = await door.ask("/incidentsportal/regions/denmark?a=b", { headers: IDA });
  assert.equal(headers.location, `https://${HOST}/regions/denmark?a=b`);
});

test("the runbook is read by who is signed in", async () => {
  assert.equal((await door.ask("/docs/runbook.md")).status, 302);
  const { body, headers } = await door.ask("/docs/runbook.md", { headers: IDA });
  assert.match(body, /^# Runbook/);
  assert.equal(headers["content-type"], "text/plain; charset=utf-8");
});

test("another name is no name of ours", async () => {
  await assert.rejects(door.ask("/", { name: "other.example.com", headers: OVE }));
});
