// The queries of Grafana's dashboards, as Prometheus would get them. Pure.

/** What Grafana puts in place of its own variables, and what the check chooses for ours. */
const VARIABLES = { __rate_interval: "1m", __interval: "15s", __range: "5m", region: "denmark" };

/** Words of PromQL that stand where a metric could. */
const WORDS = new Set([
  "and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset", "inf", "nan",
]);

/** All panels that ask Prometheus, with the queries of each. */
export function queriesOf(dashboard) {
  const panels = dashboard.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
  return panels.flatMap((panel) =>
    (panel.targets ?? [])
      .filter((target) => target.datasource?.type === "prometheus")
      .map((target) => ({ panel: `${dashboard.title}: ${panel.title}`, query: filledIn(target.expr) })),
  );
}

/** The query with every variable replaced. */
export function filledIn(expression) {
  return expression.replace(/\$\{?(\w+)\}?/g, (whole, name) => {
    if (!(name in VARIABLES)) throw new Error(`nobody says what ${whole} is in: ${expression}`);
    return VARIABLES[name];
  });
}

/** Names of the metrics that a query reads, each once. */
export function metricsOf(query) {
  const bare = query
    .replace(/"(?:[^"\\]|\\.)*"/g, "")
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, "")
    .replace(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, " ");
  const names = [...bare.matchAll(/(?<![\w:.])[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])/g)].map(([name]) => name);
  return [...new Set(names)].filter((name) => !WORDS.has(name.toLowerCase()));
}
