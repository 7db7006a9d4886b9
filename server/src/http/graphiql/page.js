// Runs documents over HTTP, and follows subscriptions as server-sent events.

const KEPT_EVENTS = 100;
const FIRST_INCIDENT = "{ incidents(first: 1) { edges { node { id version } } } }";

const element = (id) => document.getElementById(id);
const [query, variables, answer] = ["query", "variables", "answer"].map(element);
let following = null;

element("run").addEventListener("click", run);
element("stop").addEventListener("click", stop);
element("examples").addEventListener("change", (event) => show(event.target.selectedOptions[0]));
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
});
await listExamples();

async function listExamples() {
  const examples = await (await fetch("/graphiql/examples.json")).json();
  element("examples").append(...examples.map(({ name, query }) => {
    const option = new Option(name);
    option.dataset.query = query;
    return option;
  }));
  await show(element("examples").options[0]);
}

/** The document, and for each of its variables a value to begin with. */
async function show(option) {
  if (!option) return;
  query.value = option.dataset.query;
  const values = query.value.startsWith("mutation") ? await anIncident() : { id: "denmark", region: "denmark" };
  const names = [...query.value.matchAll(/\$(\w+)\s*:/g)].map((match) => match[1]);
  const known = names.filter((name) => name in values);
  variables.value = JSON.stringify(Object.fromEntries(known.map((name) => [name, values[name]])), null, 2);
}

/** What a mutation needs to know of an incident; of none if there is none. */
async function anIncident() {
  const response = await fetch(`/graphql?query=${encodeURIComponent(FIRST_INCIDENT)}`, { headers: shown() });
  const incident = (await response.json()).data?.incidents?.edges[0]?.node;
  return incident ? { id: incident.id, expectedVersion: incident.version } : { id: "", expectedVersion: 1 };
}

async function run() {
  stop();
  const request = new AbortController();
  following = request;
  answer.textContent = "";
  tell("asking …");
  try {
    const response = await send(request.signal);
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
    tell(isStream ? "following …" : `status ${response.status}`);
    await (isStream ? follow(response) : write(response));
  } catch (error) {
    if (error.name !== "AbortError") tell(error.message);
  }
  if (following === request) stop();
}

function send(signal) {
  const body = JSON.stringify({ query: query.value, variables: JSON.parse(variables.value || "{}") });
  const accept = "application/graphql-response+json, application/json, text/event-stream";
  const headers = { "content-type": "application/json", accept, ...shown() };
  return fetch("/graphql", { method: "POST", headers, body, signal });
}

/** What is shown of whoever asks: a token as it was made, without `Bearer`; whoever has signed in needs none. */
function shown() {
  const token = element("token").value.trim();
  return token ? { authorization: `Bearer ${token}` } : {};
}

async function write(response) {
  answer.textContent = pretty(await response.text());
}

async function follow(response) {
  element("stop").disabled = false;
  const events = [];
  let rest = "";
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n\n");
    rest = parts.pop();
    const isNext = (part) => part.startsWith("event: next");
    events.unshift(...parts.filter(isNext).map((part) => pretty(part.split("data: ")[1])).reverse());
    events.length = Math.min(events.length, KEPT_EVENTS);
    answer.textContent = events.join("\n\n");
  }
  tell("ended");
}

function stop() {
  following?.abort();
  following = null;
  element("stop").disabled = true;
}

function tell(text) {
  element("state").textContent = text;
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
