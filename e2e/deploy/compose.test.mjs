// docker-compose.yml: it follows the specification, and every service is as careful as it should be.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import Ajv from "ajv";
import { parse } from "yaml";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const text = read("docker-compose.yml");
const stack = parse(text, { merge: true });
const services = Object.entries(stack.services);
/** They do their work once and end. */
const JOBS = ["mongodb-initiate", "seed"];
/** Files that they must write beside their volumes. */
const WRITES_ITS_IMAGE = ["elasticsearch", "logstash"];

/** Names of the services for which something does not hold. */
const without = (holds) => services.filter(([name, service]) => !holds(service, name)).map(([name]) => name);

test("it follows the Compose specification", () => {
  const { $schema, ...schema } = JSON.parse(read("e2e/node_modules/dclint/schemas/compose.schema.json"));
  const follows = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  assert.ok(follows(stack), JSON.stringify(follows.errors, null, 2));
});

test("every image of others has a version", () => {
  const ours = (service) => service.image.startsWith("${CINEPORTAL_IMAGE:-cineportal:");
  assert.deepEqual(without((service) => ours(service) || /:v?\d+\.\d+(\.\d+)?(-\w+)?$/.test(service.image)), []);
});

test("every service has limits, no rights to spare, and a user that is not root where it can", () => {
  assert.deepEqual(without(({ mem_limit, pids_limit }) => mem_limit && pids_limit), []);
  assert.deepEqual(without(({ cap_drop }) => cap_drop?.includes("ALL")), []);
  assert.deepEqual(without(({ security_opt }) => security_opt?.includes("no-new-privileges:true")), []);
  assert.deepEqual(without(({ read_only }, name) => read_only || WRITES_ITS_IMAGE.includes(name)), []);
  // The image of nginx names its user itself; Docker's log files belong to root.
  assert.deepEqual(without(({ user }) => user && !user.startsWith("0")), ["nginx", "logstash"]);
});

test("every service that stays says whether it is well, and jobs end", () => {
  assert.deepEqual(without(({ healthcheck }) => healthcheck), JOBS);
  assert.deepEqual(without(({ restart }) => restart === "unless-stopped"), JOBS);
});

test("only nginx is reached from other machines", () => {
  const isLoopback = ({ ports = [] }) => ports.every((port) => port.startsWith("127.0.0.1:"));
  assert.deepEqual(without(isLoopback), ["nginx"]);
  assert.ok(stack.networks.store.internal && stack.networks.logs.internal);
});

test("what is mounted from the checkout is there, or is made by the operator", () => {
  const mounts = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(":")[0]));
  const files = mounts.filter((path) => path.startsWith("./")).map((path) => path.slice(2));
  const missing = files.filter((path) => {
    try {
      read(path);
      return false;
    } catch (error) {
      return error.code !== "EISDIR";
    }
  });
  assert.deepEqual(missing, []);
});

test("the example of .env explains every variable, and no other", () => {
  const asked = [...text.matchAll(/\$\{([A-Z0-9_]+)/g), ...text.matchAll(/^ {6}([A-Z0-9_]+):$/gm)].map(([, name]) => name);
  const explained = [...read(".env.example").matchAll(/^#?([A-Z0-9_]+)=/gm)].map(([, name]) => name);
  assert.deepEqual(new Set(explained), new Set([...asked, "COMPOSE_PROFILES"]));
});

test("a value in the example of .env that is not chosen is the default", () => {
  const defaults = new Map([...text.matchAll(/\$\{([A-Z0-9_]+):-([^}]*)\}/g)].map(([, name, value]) => [name, value]));
  const shown = [...read(".env.example").matchAll(/^#([A-Z0-9_]+)=(.+)$/gm)].filter(([, name]) => defaults.get(name));
  assert.ok(shown.length > 10);
  for (const [, name, value] of shown) assert.equal(value, defaults.get(name), name);
});

test("our programs know the variables that they are given", () => {
  const config = "server/src/config";
  const files = readdirSync(new URL(`../../${config}`, import.meta.url), { recursive: true });
  const parts = files.filter((name) => name.endsWith(".rs")).map((name) => `${config}/${name}`);
  const sources = [`${config}.rs`, ...parts, "exporter/src/config.rs"].map(read).join("\n");
  const known = new Set([...sources.matchAll(/env = "((?:CINEPORTAL|OTEL)_\w+)"/g)].map(([, name]) => name));
  const ours = services.filter(([, { image }]) => image.includes("CINEPORTAL_IMAGE"));
  const given = ours.flatMap(([, { environment }]) => Object.keys(environment));
  // The access file names the secret; the others are those of every program that exports spans.
  const others = ["OTEL_RESOURCE_ATTRIBUTES", "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG", "OTEL_EXPORTER_OTLP_HEADERS"];
  assert.deepEqual([...new Set(given)].filter((name) => !known.has(name)), ["CINEPORTAL_PROXY_SECRET", ...others]);
});

test("Prometheus and Alertmanager do the same here as elsewhere", () => {
  const both = (program) => [`${program}.yml`, `${program}.compose.yml`].map((name) => parse(read(`deploy/${program}/${name}`)));
  const [prometheus, here] = both("prometheus");
  const jobs = ({ scrape_configs }) => scrape_configs.map(({ job_name, static_configs: [{ labels }] }) => [job_name, labels]);
  assert.deepEqual([here.global, here.rule_files, jobs(here)], [prometheus.global, prometheus.rule_files, jobs(prometheus)]);
  const [alertmanager, sender] = both("alertmanager");
  const settings = ({ receivers: [{ webhook_configs: [{ url, ...rest }] }] }) => [new URL(url).pathname, rest];
  assert.deepEqual([sender.route, settings(sender)], [alertmanager.route, settings(alertmanager)]);
});
