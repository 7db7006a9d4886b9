// Runs the query of every panel of our dashboards against the Prometheus of a running stack; each must return data.
// Usage: node dashboards/main.mjs STATE/stack.json
import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { metricsOf, queriesOf } from "./queries.mjs";

const DASHBOARDS = new URL("../../deploy/grafana/dashboards/", import.meta.url);
const DEADLINE_MILLISECONDS = 120_000;
/** Broken, so that faults are there to be shown. */
const MACHINE = "dk-aarhus-01-01";
/** Metrics that a healthy stack does not have, with the reason. Their panels show 0 then. */
const ABSENT = { cineportal_notifications_total: "the stack of the tests tells nobody" };

const { ports } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const at = (name, path) => `http://127.0.0.1:${ports[name]}${path}`;
const faults = at("simulator", `/sim/v1/machines/${MACHINE}/faults`);
const deadline = Date.now() + DEADLINE_MILLISECONDS;

/** The body of an answer; an error if it is none of success. */
async function fetched(address, options) {
  const response = await fetch(address, options);
  const text = await response.text();
  if (!response.ok) throw new Error(`${address}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

const graphql = async (query, variables) => {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ query, variables });
  const { data, errors } = await fetched(at("server", "/graphql"), { method: "POST", headers, body });
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
};

/** What `look` finds, as soon as it finds something. */
async function until(what, look) {
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${DEADLINE_MILLISECONDS / 1000} s`);
    await pause(500);
  }
}

/** The incident of the broken machine, as somebody asks for it who looks at its region. */
async function incidentOnScreen() {
  const query = `query ($machine: String!) { region(id: "denmark") { incidents(filter: { machine: [$machine] }) {
    edges { node { id version } } } } }`;
  return (await graphql(query, { machine: MACHINE })).region.incidents.edges[0]?.node;
}

/** A fault, its incident, and somebody who takes it: what the panels are about. */
async function makeThingsHappen() {
  await fetch(`${faults}/power`, { method: "POST" });
  const incident = await until("an incident of the broken machine", incidentOnScreen);
  const take = `mutation ($id: ID!, $version: Int!) { startProgress(id: $id, expectedVersion: $version) { __typename } }`;
  await graphql(take, incident);
}

/** True if a query returns at least one number. */
async function hasData({ query }) {
  const body = new URLSearchParams({ query });
  const { data } = await fetched(at("prometheus", "/api/v1/query"), { method: "POST", body });
  const values = data.resultType === "scalar" ? [data.result[1]] : data.result.map(({ value }) => value[1]);
  return values.some((value) => value !== "NaN");
}

async function unknownMetrics(queries) {
  const { data: known } = await fetched(at("prometheus", "/api/v1/label/__name__/values"));
  const names = new Set(queries.flatMap(({ query }) => metricsOf(query)));
  return [...names].filter((name) => !known.includes(name) && !(name in ABSENT));
}

const files = readdirSync(DASHBOARDS).filter((name) => name.endsWith(".json"));
const queries = files.flatMap((name) => queriesOf(JSON.parse(readFileSync(new URL(name, DASHBOARDS), "utf8"))));
let empty = queries;
try {
  await makeThingsHappen();
  while (empty.length > 0 && Date.now() < deadline) {
    const answers = await Promise.all(empty.map(hasData));
    empty = empty.filter((_, index) => !answers[index]);
    // People go on looking: a counter that stands still since its first scrape has no rate.
    await incidentOnScreen();
    await pause(500);
  }
} finally {
  await fetch(faults, { method: "DELETE" });
}
const unknown = await unknownMetrics(queries);
empty.forEach(({ panel, query }) => console.error(`  ${panel} returns nothing: ${query}`));
unknown.forEach((name) => console.error(`  there is no metric ${name}`));
console.log(`Queries of dashboards: ${queries.length - empty.length} of ${queries.length} return data`);
process.exitCode = queries.length > 0 && empty.length + unknown.length === 0 ? 0 : 1;
