// All audits of graphql-http: what it must, should and may do. Warnings and notices count as failures here.
import { auditServer } from "graphql-http";

/** So many audits has the version that package.json names; fewer would mean that some were not run. */
const AUDITS = 61;

export async function auditHttp(server) {
  const results = await auditServer({ url: `${server}/graphql` });
  const wrong = results.filter(({ status }) => status !== "ok").map(explain);
  if (results.length !== AUDITS) wrong.push(`${results.length} audits were run instead of ${AUDITS}`);
  return { checked: AUDITS, wrong };
}

function explain({ id, name, status, reason }) {
  return `${id} ${name}: ${status}: ${reason}`;
}
