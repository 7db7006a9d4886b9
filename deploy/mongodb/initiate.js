// Makes a lone mongod a replica set of one member, once; change streams need one. Run by mongosh, any number of times.
const members = [{ _id: 0, host: "mongodb:27017" }];

function isInitiated() {
  try {
    return rs.status().ok === 1;
  } catch (error) {
    if (error.codeName === "NotYetInitialized") return false;
    throw error;
  }
}

if (!isInitiated()) rs.initiate({ _id: "rs0", members });
const deadline = Date.now() + 60_000;
while (!db.hello().isWritablePrimary) {
  if (Date.now() > deadline) throw new Error("the replica set has no primary after a minute");
  sleep(200);
}
print("The replica set rs0 has a primary.");
