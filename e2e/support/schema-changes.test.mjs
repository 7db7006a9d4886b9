// The check of the schema, on small schemas.

import assert from "node:assert/strict";
import { test } from "node:test";
import { undeclared } from "./schema-changes.mjs";

const BEFORE = 'type Query { "One." machine(id: ID!): String "All." machines: [String] }';
const HEADING = "# Changes\n\n## Since the last version\n\n";

test("a schema that stays the same, or only grows, breaks nobody", () => {
  const grown = 'type Query { machine(id: ID!, deep: Boolean): String machines: [String] regions: [String] }';
  assert.deepEqual(undeclared(BEFORE, BEFORE, HEADING), []);
  assert.deepEqual(undeclared(BEFORE, grown, HEADING), []);
});

test("a field that is gone and an argument that must be given break clients", () => {
  const changed = "type Query { machine(id: ID!, deep: Boolean!): String }";
  assert.deepEqual(undeclared(BEFORE, changed, HEADING), [
    "FIELD_REMOVED: Query.machines was removed.",
    "REQUIRED_ARG_ADDED: A required arg deep on Query.machine was added.",
  ]);
});

test("what is declared since the last version is no surprise, what was declared for an older one is", () => {
  const changed = "type Query { machine(id: ID!): String }";
  const line = "- FIELD_REMOVED: Query.machines was removed.\n";
  assert.deepEqual(undeclared(BEFORE, changed, HEADING + line), []);
  assert.equal(undeclared(BEFORE, changed, `# Changes\n\n## 0.1\n\n${line}\n## Since the last version\n`).length, 1);
});
