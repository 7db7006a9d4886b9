// Makes a replica set of one mongod on loopback and waits until it takes writes.
// Usage: node initiate-replica-set.mjs PORT
import { setTimeout as pause } from "node:timers/promises";
import { MongoClient } from "mongodb";

const ALREADY_INITIALIZED = 23;
const DEADLINE_MILLISECONDS = 60_000;

const host = `127.0.0.1:${process.argv[2]}`;
const client = new MongoClient(`mongodb://${host}/?directConnection=true`, {
  serverSelectionTimeoutMS: DEADLINE_MILLISECONDS,
});
const deadline = Date.now() + DEADLINE_MILLISECONDS;

try {
  const admin = client.db("admin");
  await initiate(admin);
  while (!(await admin.command({ hello: 1 })).isWritablePrimary) {
    if (Date.now() > deadline) throw new Error(`${host} did not become primary`);
    await pause(100);
  }
} finally {
  await client.close();
}

async function initiate(admin) {
  try {
    await admin.command({ replSetInitiate: { _id: "rs0", members: [{ _id: 0, host }] } });
  } catch (error) {
    if (error.code !== ALREADY_INITIALIZED) throw error;
  }
}
