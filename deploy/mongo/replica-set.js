// The health check of MongoDB: initiates the replica set if there is none, and succeeds once this member accepts
// writes.
const NOT_YET_INITIALIZED = 94;
try {
  rs.status();
} catch (error) {
  if (error.code !== NOT_YET_INITIALIZED) throw error;
  rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: 'mongo:27017' }] });
}
if (!db.hello().isWritablePrimary) quit(1);
