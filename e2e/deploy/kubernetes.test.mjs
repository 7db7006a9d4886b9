// deploy/kubernetes: what it names is there, and every pod is as careful as it should be. That the objects are what
// Kubernetes knows is checked by kubernetes.py. CINEPORTAL_PROGRAM names the server's program.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { parse, parseAllDocuments } from "yaml";

const CHECKOUT = new URL("../../", import.meta.url);
const FOLDER = "deploy/kubernetes";
const read = (path) => readFileSync(new URL(path, CHECKOUT), "utf8");
const list = (path) => readdirSync(new URL(path, CHECKOUT));

const kustomization = parse(read(`${FOLDER}/kustomization.yaml`));
const files = list(FOLDER).filter((name) => name.endsWith(".yaml") && name !== "kustomization.yaml");
const objects = files.flatMap((name) => parseAllDocuments(read(`${FOLDER}/${name}`)).map((document) => document.toJS()));
const named = (kind, name) => objects.find((object) => object.kind === kind && object.metadata.name === name);

/** The part of each object that says which pods it makes. */
const templates = objects.map(({ spec }) => spec?.jobTemplate?.spec.template ?? spec?.template).filter(Boolean);
const containers = templates.flatMap(({ spec }) => spec.containers);
const server = named("Deployment", "server").spec.template.spec;
const [serve] = server.containers;

/** The names and values of a file of variables. */
function variables(path) {
  const lines = read(path).split("\n").filter((line) => line && !line.startsWith("#"));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}
const settings = variables(`${FOLDER}/settings.env`);
const secrets = variables(`${FOLDER}/secret.example.env`);

/** The part of a source file that strangers' names are read from. */
const sources = (folder) =>
  list(folder).flatMap((name) => (name.endsWith(".rs") ? [read(`${folder}/${name}`)] : []));

test("the kustomization takes every file but the examples, and all of them are there", () => {
  assert.deepEqual([...kustomization.resources].sort(), files.filter((name) => !name.includes(".example.")).sort());
  const generated = kustomization.configMapGenerator.flatMap(({ envs = [], files = [] }) => [...envs, ...files]);
  for (const path of generated) assert.ok(read(`${FOLDER}/${path}`), path);
});

test("the file of secrets is an example, and git takes none that is real", () => {
  assert.deepEqual(kustomization.secretGenerator.map(({ envs }) => envs), [["secret.env"]]);
  assert.ok(read(".gitignore").split("\n").includes(`/${FOLDER}/secret.env`));
  for (const [name, value] of Object.entries(secrets)) assert.match(value, /CHANGE-ME/, name);
});

test("what pods take from ConfigMaps and Secrets is made here", () => {
  const made = [...kustomization.configMapGenerator, ...kustomization.secretGenerator].map(({ name }) => name);
  const volumes = templates.flatMap(({ spec }) => spec.volumes ?? []).map(({ configMap }) => configMap?.name);
  const whole = containers.flatMap(({ envFrom = [] }) => envFrom).map((from) => (from.configMapRef ?? from.secretRef).name);
  const keys = containers.flatMap(({ env = [] }) => env).map(({ valueFrom }) => valueFrom?.secretKeyRef).filter(Boolean);
  const taken = [...volumes.filter(Boolean), ...whole, ...keys.map(({ name }) => name)];
  assert.deepEqual([...new Set(taken)].sort(), made.sort());
  for (const { key } of keys) assert.ok(key in secrets, key);
});

test("the image is that of the compose file", () => {
  const [, image] = read("docker-compose.yml").match(/CINEPORTAL_IMAGE:-([^}]+)\}/);
  const [{ name, newName, newTag }] = kustomization.images;
  assert.equal(`${newName}:${newTag}`, image);
  const restore = named("Job", "restore").spec.template.spec.containers[0];
  assert.deepEqual(containers.map((container) => container.image), containers.map((it) => (it === restore || it.name === "restore" ? image : name)));
});

test("our programs know the variables that they are given", () => {
  const config = [read("server/src/config.rs"), ...sources("server/src/config"), read("exporter/src/config.rs")].join("\n");
  const known = [...config.matchAll(/env = "((?:CINEPORTAL|OTEL)_\w+)"/g)].map(([, name]) => name);
  const asked = [...read(`${FOLDER}/settings/access.toml`).matchAll(/_env = "(\w+)"/g)].map(([, name]) => name);
  const direct = containers.flatMap(({ env = [] }) => env.map(({ name }) => name));
  const given = new Set([...Object.keys(settings), ...Object.keys(secrets), ...direct]);
  assert.deepEqual([...given].filter((name) => !known.includes(name) && !asked.includes(name)), []);
  assert.deepEqual(asked.filter((name) => !given.has(name)), []);
});

test("our programs know the flags that they are given", () => {
  const ours = containers.filter(({ args }) => args);
  assert.equal(ours.length, 3);
  for (const { args: [command, ...rest] } of ours) {
    const { status, stdout } = spawnSync(process.env.CINEPORTAL_PROGRAM, [command, "--help"], { encoding: "utf8" });
    assert.equal(status, 0, command);
    for (const flag of rest.filter((text) => text.startsWith("-"))) assert.ok(stdout.includes(`${flag}\n`) || stdout.includes(`${flag} `), flag);
  }
  const [exporter] = named("Deployment", "exporter").spec.template.spec.containers;
  assert.match(read("Dockerfile"), new RegExp(`/release/${exporter.command[0]} `));
});

test("the server takes these settings, this access file and these regions", () => {
  const here = { CINEPORTAL_REGIONS: `${FOLDER}/regions`, CINEPORTAL_ACCESS: `${FOLDER}/settings/access.toml` };
  const env = { PATH: process.env.PATH, ...settings, ...secrets, ...here };
  const check = () => spawnSync(process.env.CINEPORTAL_PROGRAM, ["check-config"], { cwd: CHECKOUT, env, encoding: "utf8" });
  const { status, stdout, stderr } = check();
  assert.equal(status, 0, stderr);
  assert.match(stdout, /Regions: denmark\b/);
  env.CINEPORTAL_DRAIN_SECONDS = "long";
  assert.notEqual(check().status, 0, "a wrong value is not seen");
});

test("regions and the access file are mounted where the settings say", () => {
  const mounts = Object.fromEntries(serve.volumeMounts.map(({ name, mountPath }) => [name, mountPath]));
  assert.equal(settings.CINEPORTAL_REGIONS, mounts.regions);
  assert.equal(settings.CINEPORTAL_ACCESS, `${mounts.files}/access.toml`);
  assert.ok(settings.CINEPORTAL_LOG_FOLDER.startsWith(`${mounts.state}/`));
  const [{ args, volumeMounts: [backups] }] = named("CronJob", "backup").spec.jobTemplate.spec.template.spec.containers;
  assert.ok(args.includes(backups.mountPath));
});

test("the shipped region is the one that the manifests show", () => {
  for (const name of list(`${FOLDER}/regions`)) assert.equal(read(`${FOLDER}/regions/${name}`), read(`regions/${name}`), name);
});

test("probes and scrapes ask for paths that are there, at the ports where our programs listen", () => {
  const routes = { server: read("server/src/http/mod.rs"), exporter: read("exporter/src/http.rs") };
  const listens = { server: settings.CINEPORTAL_LISTEN };
  for (const name of ["server", "exporter"]) {
    const { metadata, spec } = named("Deployment", name).spec.template;
    const [{ ports: [{ containerPort }], env, ...container }] = spec.containers;
    listens[name] ??= env.find((it) => it.name === "CINEPORTAL_EXPORTER_LISTEN").value;
    assert.equal(listens[name], `0.0.0.0:${containerPort}`);
    const probes = ["startupProbe", "livenessProbe", "readinessProbe"].map((probe) => container[probe]?.httpGet).filter(Boolean);
    assert.ok(probes.every(({ port }) => port === "http"));
    const paths = [...probes.map(({ path }) => path), metadata.annotations["prometheus.io/path"]];
    for (const path of paths) assert.ok(routes[name].includes(`.route("${path}"`), path);
    assert.equal(metadata.annotations["prometheus.io/port"], String(containerPort));
    assert.equal(named("Service", name).spec.ports[0].port, containerPort);
  }
  const { host, port } = new URL(settings.CINEPORTAL_EXPORTER);
  assert.equal(host, `exporter:${named("Service", "exporter").spec.ports[0].port}`, port);
});

test("the Ingress leads inside nothing that the door of the compose file keeps inside", () => {
  const [{ host, http: { paths } }] = named("Ingress", "server").spec.rules;
  assert.equal(settings.CINEPORTAL_PUBLIC_URL, `https://${host}`);
  const kept = paths.filter(({ backend }) => backend.service.name === "nowhere").map(({ path }) => path);
  assert.deepEqual(kept.sort(), ["/api/v2", "/healthz", "/metrics", "/readyz", "/webhooks"]);
  assert.equal(named("Service", "nowhere").spec.selector, undefined);
});

test("a server has the time that it needs to end what it is doing", () => {
  const [, timeout] = read("server/src/app/mod.rs").match(/DRAIN_TIMEOUT: Duration = Duration::from_secs\((\d+)\)/);
  const [, close] = read("server/src/shutdown.rs").match(/CLOSE_TIMEOUT: Duration = Duration::from_secs\((\d+)\)/);
  const [, flush] = read("server/src/spans/export.rs").match(/FLUSH_TIMEOUT: Duration = Duration::from_secs\((\d+)\)/);
  const needed = [settings.CINEPORTAL_DRAIN_SECONDS, close, timeout, timeout, flush].map(Number);
  assert.ok(server.terminationGracePeriodSeconds > needed.reduce((sum, seconds) => sum + seconds), `${needed}`);
});

test("there is never less than one server", () => {
  const { replicas, strategy } = named("Deployment", "server").spec;
  assert.ok(replicas >= 2);
  assert.equal(strategy.rollingUpdate.maxUnavailable, 0);
  assert.equal(named("PodDisruptionBudget", "server").spec.maxUnavailable, 1);
});

test("every pod has limits, no rights to spare, a user that is not root, and a rule for its network", () => {
  for (const { spec } of templates) {
    assert.ok(spec.securityContext.runAsNonRoot && spec.securityContext.runAsUser === 10001);
    assert.equal(spec.securityContext.seccompProfile.type, "RuntimeDefault");
    assert.equal(spec.automountServiceAccountToken, false);
    assert.equal(spec.enableServiceLinks, false);
  }
  for (const { name, resources, securityContext } of containers) {
    assert.ok(resources.limits.memory && resources.limits.cpu, name);
    assert.deepEqual(securityContext.capabilities.drop, ["ALL"], name);
    assert.ok(securityContext.readOnlyRootFilesystem && securityContext.allowPrivilegeEscalation === false, name);
  }
  const governed = objects.filter(({ kind }) => kind === "NetworkPolicy").map(({ spec }) => spec.podSelector.matchLabels?.["app.kubernetes.io/name"]);
  for (const { metadata } of templates) assert.ok(governed.includes(metadata.labels["app.kubernetes.io/name"]));
  assert.ok(governed.includes(undefined), "who has no rule of its own reaches everybody");
});

test("every object finds its pods", () => {
  const labels = templates.map(({ metadata }) => metadata.labels["app.kubernetes.io/name"]);
  const selected = objects.map(({ spec }) => spec?.selector?.matchLabels ?? spec?.podSelector?.matchLabels ?? spec?.selector);
  const names = selected.map((labels) => labels?.["app.kubernetes.io/name"]).filter(Boolean);
  assert.ok(names.length > 6);
  assert.deepEqual(names.filter((name) => !labels.includes(name)), []);
});
