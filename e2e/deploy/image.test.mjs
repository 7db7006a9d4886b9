// What the Dockerfile is given: all of every crate that it builds.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const CHECKOUT = new URL("../../", import.meta.url).pathname;
const IGNORE = ".dockerignore";
// Fuzz targets and browser tests are workspaces of their own.
const CRATES = ["exporter", "fleet", "metrics", "portal", "regions", "schema", "server", "xtask"];

test("patterns begin where the context begins, so that Git reads them as Docker does", () => {
  const lines = readFileSync(`${CHECKOUT}${IGNORE}`, "utf8").trim().split("\n");
  const patterns = lines.filter((line) => !line.startsWith("#"));
  assert.deepEqual(patterns.filter((pattern) => !pattern.startsWith("/") || pattern.includes("**")), []);
});

test("no file of a crate is kept from the build", () => {
  const left = execFileSync(
    "git",
    ["ls-files", "--cached", "--ignored", `--exclude-from=${IGNORE}`, "--", ...CRATES],
    { cwd: CHECKOUT, encoding: "utf8" },
  );
  assert.equal(left, "");
});
