// docs/runbook.md: whoever is called by an alert finds what to do about it.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";

const CHECKOUT = new URL("../../", import.meta.url);
const RULES = new URL("deploy/prometheus/rules/", CHECKOUT);
const RUNBOOK = "https://portal.example.com/docs/runbook.md";

const files = readdirSync(RULES).filter((name) => name.endsWith(".yml") && !name.endsWith(".test.yml"));
const groups = files.flatMap((name) => parse(readFileSync(new URL(name, RULES), "utf8")).groups);
const alerts = groups.flatMap(({ rules }) => rules).filter(({ alert }) => alert);

/** Each section's text by its heading. */
const sections = new Map(
  readFileSync(new URL("docs/runbook.md", CHECKOUT), "utf8")
    .split(/^### /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf("\n")), section.split("\n## ")[0]]),
);

test("every alert has its section, and every section its alert", () => {
  assert.ok(alerts.length > 20);
  assert.deepEqual([...sections.keys()].sort(), alerts.map(({ alert }) => alert).sort());
});

test("every alert links to its section", () => {
  for (const { alert, annotations } of alerts) {
    assert.equal(annotations.runbook_url, `${RUNBOOK}#${alert.toLowerCase()}`);
  }
});

test("every section says what it means and what to do", () => {
  for (const [alert, text] of sections) {
    assert.match(text, /^\*\*Means\*\* .{20,}/m, alert);
    assert.match(text, /^\*\*Do\*\*(:\n\n1\. .{20,}| .{20,})/m, alert);
  }
});
