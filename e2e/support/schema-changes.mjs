// Compares the schema with the one that was declared last, and fails for a change that breaks clients and is
// not declared. What breaks clients is decided by the reference implementation of GraphQL.
// usage: node schema-changes.mjs BASELINE SCHEMA CHANGES

import { readFileSync } from "node:fs";
import { argv, exit } from "node:process";
import { fileURLToPath } from "node:url";
import { buildSchema, findBreakingChanges } from "graphql";

const DECLARED_UNDER = "## Since the last version";

/** The breaking changes between two schemas that the text does not declare, each as one line. */
export function undeclared(baseline, schema, changes) {
  const declared = changes
    .slice(changes.indexOf(DECLARED_UNDER))
    .split("\n")
    .map((line) => line.replace(/^- /, "").trim());
  return findBreakingChanges(buildSchema(baseline), buildSchema(schema))
    .map((change) => `${change.type}: ${change.description}`)
    .filter((change) => !declared.includes(change));
}

function main(files) {
  const found = undeclared(...files.map((file) => readFileSync(file, "utf8")));
  for (const change of found) {
    console.error(`This breaks clients and is not declared in ${files[2]}:\n- ${change}`);
  }
  return found.length === 0 ? 0 : 1;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  exit(main(argv.slice(2)));
}
