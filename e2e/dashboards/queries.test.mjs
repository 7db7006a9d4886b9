// How queries are read from dashboards, on small ones.

import assert from "node:assert/strict";
import { test } from "node:test";
import { filledIn, metricsOf, queriesOf } from "./queries.mjs";

const prometheus = { type: "prometheus", uid: "x" };

test("each query is named by its dashboard and panel, those of rows that are folded, too", () => {
  const folded = { title: "Row", panels: [{ title: "B", targets: [{ datasource: prometheus, expr: "up" }] }] };
  const dashboard = { title: "One", panels: [{ title: "A", targets: [{ datasource: prometheus, expr: "up" }] }, folded] };
  assert.deepEqual(queriesOf(dashboard).map(({ panel }) => panel), ["One: A", "One: B"]);
});

test("what asks another source is left out", () => {
  const logs = { title: "Logs", targets: [{ datasource: { type: "elasticsearch" }, query: "*" }] };
  assert.deepEqual(queriesOf({ title: "One", panels: [logs, { title: "Text" }] }), []);
});

test("variables are filled in, and one that nobody knows is an error", () => {
  assert.equal(filledIn('rate(a{region="$region"}[$__rate_interval])'), 'rate(a{region="denmark"}[1m])');
  assert.equal(filledIn("a[${__range}]"), "a[5m]");
  assert.throws(() => filledIn("a[$window]"), /\$window/);
});

test("metrics are told from functions, labels, words and texts", () => {
  const query = 'sum by (le, job) (rate(a_bucket{b="c d",e=~"f(g)"}[5m])) / on (h) group_left (i) j:k or vector(0) > bool 1e3';
  assert.deepEqual(metricsOf(query), ["a_bucket", "j:k"]);
  assert.deepEqual(metricsOf("ALERTS unless ALERTS offset 5m"), ["ALERTS"]);
});
