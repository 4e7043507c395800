#!/usr/bin/env bash
# Runs the steps of the Dockerfile by hand, without a container engine: builds in a folder that contains only what
# .dockerignore lets through, discards what the last stage does not copy, and starts the rest as the image would,
# against an external database.
set -euo pipefail
cd "$(dirname "$0")/.."

work="$(mktemp -d)"
pids=()
clean_up() {
  for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2> /dev/null || true; done
  chmod -R u+w "$work"
  rm -rf "$work"
}
trap clean_up EXIT

fail() {
  echo "FAIL $1" >&2
  tail -n 20 "$work"/*.log >&2 || true
  exit 1
}

await() { # seconds, command …: until it succeeds
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.2
  done
}

# The first stage.
mkdir "$work/build" "$work/app" "$work/home"
sed -n 's/^!//p' .dockerignore | while read -r kept; do cp -r --parents "$kept" "$work/build/"; done
# Its RUN lines, unchanged.
sed -n 's/^RUN //p' Dockerfile > "$work/build.sh"
(cd "$work/build" && bash -e "$work/build.sh") > "$work/build.log" 2>&1 || fail 'the build stage'
echo '  ok   npm ci, build and prune, from what .dockerignore lets through'

# The second stage: its COPY lines, unchanged.
sed -n 's|^COPY --from=build /app/\([^ ]*\) .*|\1|p' Dockerfile | while read -r copied; do
  cp -r "$work/build/$copied" "$work/app/"
done
for absent in typescript mocha tsx playwright-core; do
  [ ! -e "$work/app/node_modules/$absent" ] || fail "a development package is in the image: $absent"
done
echo "  ok   $(du -sm "$work/app" | cut -f 1) MB, no development packages"

# An external database.
node --import tsx scripts/image/database.ts "$work/data" > "$work/uri" 2> "$work/database.log" &
pids+=($!)
await 120 test -s "$work/uri" || fail 'the database'

port="$(node -e "
  const server = require('node:net').createServer().listen(0, '127.0.0.1', () => {
    console.log(server.address().port);
    server.close();
  });
")"
# The environment of an image: its ENV lines and the variables of `docker run`, nothing else.
image=(env -i PATH="$PATH" HOME="$work/home" NODE_ENV=production PORT="$port")
cmd=(node --enable-source-maps dist/main.js)
grep -qF "CMD [\"$(printf '%s", "' "${cmd[@]}" | sed 's/", "$//')\"]" Dockerfile ||
  fail 'this script starts another command than the Dockerfile'

# The program in the image's own HEALTHCHECK.
probe="$(sed -n 's|^ *CMD \["node", "-e", "\(.*\)"\]$|\1|p' Dockerfile)"
[ -n "$probe" ] || fail 'the Dockerfile has no health check'
healthy() { "${image[@]}" node -e "$probe"; }

cd "$work/app"
if "${image[@]}" HOST=0.0.0.0 "${cmd[@]}" > "$work/unset.log" 2>&1; then fail 'without secrets it should not start'; fi
grep -q SECRET_KEY "$work/unset.log" || fail 'without secrets it should say which one is missing'
echo '  ok   without secrets it refuses to start and says why'

# Read-only, as in docker-compose.yml. Only the address differs, so that nothing on this machine is reachable from
# outside.
chmod -R a-w "$work/app"
"${image[@]}" HOST=127.0.0.1 MONGODB_URI="$(cat "$work/uri")" SECRET_KEY="$(head -c 48 /dev/urandom | base64 -w 0)" \
  FIRST_SUPERUSER_PASSWORD=correct-horse-battery "${cmd[@]}" > "$work/service.log" 2>&1 &
service=$!
pids+=("$service")
await 30 healthy || fail 'the health check of the image'
node -e "
  const ok = async (path, init) => {
    const answer = await fetch('http://127.0.0.1:$port' + path, init);
    if (!answer.ok) throw new Error(path + ' answered ' + answer.status);
  };
  const login = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'admin@leadwire.example', password: 'correct-horse-battery' }),
  };
  const pages = ['/readyz', '/openapi.json', '/docs', '/redoc'].map((path) => ok(path));
  Promise.all([...pages, ok('/api/v1/auth/login', login)]).catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
" || fail 'a page or the log-in'
echo '  ok   it starts, its health check passes, and the log-in, the API document and its pages are there'

kill "$service"
wait "$service" || fail 'SIGTERM should end it with exit code 0'
if healthy; then fail 'the health check passes although nothing runs'; fi
echo '  ok   SIGTERM ends it in order'
