// Runs once, on an empty data volume: the service's own user, who can reach its own database and nothing else.
db.getSiblingDB('leadwire').createUser({
  user: 'leadwire',
  pwd: process.env.MONGO_PASSWORD,
  roles: ['readWrite', 'dbAdmin'],
});
