// Runs once, on an empty data volume. Creates the service's user, who has access to its own database only.
db.getSiblingDB('leadwire').createUser({
  user: 'leadwire',
  pwd: process.env.MONGO_PASSWORD,
  roles: ['readWrite', 'dbAdmin'],
});
