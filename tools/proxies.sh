#!/usr/bin/env bash
# Tries the files in deploy/ for real: nginx and Caddy under TLS on loopback ports, in front of a release of their own.
# Nothing of the system's own nginx or Caddy is read, changed or started. The last line is the sum; it fails when
# anything failed.
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"
source tools/count.sh

tools/setup.sh --browser --proxies
build_release

# nginx lies where only root's PATH leads.
PATH=$PATH:/usr/sbin

readonly NAME=forge.example.com
readonly FORGE_PORT=${FORGE_PORT:-18300} NGINX_PORT=${NGINX_PORT:-18443} CADDY_PORT=${CADDY_PORT:-19443}
FORGE_PASSWORD=$(openssl rand -hex 16)
export FORGE_PASSWORD

# The proxies' own processes may run as another user, who has to get in here.
work=$(mktemp -d)
chmod 755 "$work"
pids=()
passed=0
failed=0

finish() {
  local pid
  for pid in "${pids[@]}"; do
    kill "$pid" 2>/dev/null || true
  done
  wait
  rm -rf "$work"
}
trap finish EXIT

# Counts one check, and shows what came instead when it fails. What is expected is a pattern.
check() {
  local name=$1 expected=$2 actual=$3
  # shellcheck disable=SC2053
  if [[ $actual == $expected ]]; then
    passed=$((passed + 1))
    printf '  ok     %s\n' "$name"
  else
    failed=$((failed + 1))
    printf '  FAILED %s: expected %s, got %s\n' "$name" "$expected" "$actual"
  fi
}

# curl through the proxy, which is the only one that knows the name; it trusts nothing but the trial's certificate.
ask() {
  curl --silent --show-error --max-time 60 --cacert "$work/certificate.pem" \
    --resolve "$NAME:$port:127.0.0.1" --user "ana:$FORGE_PASSWORD" "$@" 2>&1
}

status() {
  ask --output /dev/null --write-out '%{http_code}' "$@"
}

# One member of a JSON object.
member() {
  node -pe 'JSON.parse(require("node:fs").readFileSync(0, "utf8"))[process.argv[1]]' "$1"
}

wait_for() {
  local port=$1 _
  for _ in {1..100}; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      return
    fi
    sleep 0.1
  done
  printf 'nothing listens on port %s:\n' "$port" >&2
  tail -n 20 "$work"/*.log >&2
  return 1
}

make_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$NAME" \
    -addext "subjectAltName=DNS:$NAME" -keyout "$work/key.pem" -out "$work/certificate.pem" 2>"$work/openssl.log"
}

start_forge() {
  FORGE_ADDR=127.0.0.1:$FORGE_PORT FORGE_DATA_DIR=$work/data FORGE_DEMO=false FORGE_LOG=warn \
    FORGE_ALLOWED_ORIGINS=https://$NAME "$FORGE_BIN" >"$work/forge.log" 2>&1 &
  pids+=($!)
  wait_for "$FORGE_PORT"
}

# The file as it is, but for ports and paths; around it, what Debian's own nginx.conf does.
start_nginx() {
  printf 'ana:%s\n' "$(openssl passwd -apr1 "$FORGE_PASSWORD")" >"$work/nginx.users"
  sed -e "s|127.0.0.1:3000|127.0.0.1:$FORGE_PORT|" -e "s|listen 443|listen 127.0.0.1:$NGINX_PORT|" \
    -e "s|listen 80;|listen 127.0.0.1:$((NGINX_PORT + 1));|" -e "s|/etc/ssl/playbook-forge|$work|" \
    -e "s|/etc/nginx/playbook-forge.htpasswd|$work/nginx.users|" deploy/nginx.conf >"$work/site.conf"
  cat >"$work/nginx.conf" <<CONF
daemon off;
pid $work/nginx.pid;
error_log $work/nginx.log;
events {}
http {
  access_log off;
  client_body_temp_path $work/nginx-body;
  proxy_temp_path $work/nginx-proxy;
  fastcgi_temp_path $work/nginx-fastcgi;
  uwsgi_temp_path $work/nginx-uwsgi;
  scgi_temp_path $work/nginx-scgi;
  include $work/site.conf;
}
CONF
  nginx -e "$work/nginx.log" -c "$work/nginx.conf" &
  pids+=($!)
  wait_for "$NGINX_PORT"
}

start_caddy() {
  printf 'ana %s\n' "$(caddy hash-password --plaintext "$FORGE_PASSWORD")" >"$work/caddy.users"
  {
    printf '{\n\tadmin off\n\tauto_https disable_redirects\n\thttp_port %d\n}\n' "$((CADDY_PORT + 1))"
    sed -e "s|127.0.0.1:3000|127.0.0.1:$FORGE_PORT|" -e "s|^$NAME|https://$NAME:$CADDY_PORT|" \
      -e "s|/etc/ssl/playbook-forge|$work|g" -e "s|/etc/caddy/playbook-forge.users|$work/caddy.users|" deploy/Caddyfile
  } >"$work/Caddyfile"
  XDG_DATA_HOME=$work/caddy XDG_CONFIG_HOME=$work/caddy caddy run --adapter caddyfile --config "$work/Caddyfile" \
    >"$work/caddy.log" 2>&1 &
  pids+=($!)
  wait_for "$CADDY_PORT"
}

# Everything that is asked of a proxy.
try() {
  local proxy=$1 port=$2 url=https://$NAME:$2
  local headers playbook execution node answer suite_passed suite_failed
  printf '\n%s\n' "$proxy"
  check 'no password, no entry' 401 "$(status --user ':' "$url/")"
  check 'the server answers over TLS' 200 "$(status "$url/readyz")"
  check 'the metrics stay inside' 404 "$(status "$url/metrics")"
  headers=$(ask --head "$url/playbooks")
  check 'HSTS is said' '*[Ss]trict-[Tt]ransport-[Ss]ecurity: max-age=*' "$headers"
  check 'the policy arrives' "*default-src 'none'; script-src 'self' 'nonce-*" "$headers"

  playbook=$(ask "$url/api/playbooks" --json '{"source": "# Behind a proxy\n\n1. Save the mail\n2. Block the sender\n"}')
  execution=$(ask "$url/api/executions" --json "{\"playbook_id\": \"$(member id <<<"$playbook")\", \"incident_title\": \"$proxy\"}")
  check 'an execution is started' active "$(member status <<<"$execution")"
  node -pe 'const { id, steps } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    const { node_id, label } = steps.find(({ kind }) => kind === "step"); JSON.stringify({ id, node_id, label })' \
    <<<"$execution" >"$work/made.json"
  node=$url/api/executions/$(member id <"$work/made.json")/steps/$(member node_id <"$work/made.json")

  answer=$(status "$node" -X PATCH --json '{"notes": "x"}' -H 'Origin: https://evil.test')
  check 'a foreign page is refused' 403 "$answer"
  check 'the own page is let in' 200 "$(status "$node" -X PATCH --json '{"notes": "x"}' -H "Origin: $url")"
  answer=$(status "$node/../../live" -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' \
    -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' -H 'Origin: https://evil.test' --http1.1)
  check 'a foreign page cannot listen' 403 "$answer"

  head -c 6000000 /dev/zero | tr '\0' ' ' >"$work/large.md"
  answer=$(ask --form "file=@$work/large.md" "$url/api/playbooks")
  check 'a body of 6 MB reaches the server, which says what is wrong with it' '*6000000 bytes*1048576*' "$answer"
  head -c 52000000 /dev/urandom >"$work/evidence.bin"
  check 'evidence of 52 MB is stored' 201 "$(status --form "file=@$work/evidence.bin" "$node/evidence")"

  local results=$work/$proxy.json
  (cd end2end && FORGE_URL=$url FORGE_MADE=$work/made.json FORGE_RESULTS=$results npx playwright test --config proxies.config.ts) ||
    true
  read -r suite_passed suite_failed < <(count_playwright "$results")
  passed=$((passed + suite_passed))
  failed=$((failed + suite_failed))
  if ((suite_passed + suite_failed == 0)); then
    failed=$((failed + 1))
  fi
}

make_certificate
start_forge
start_nginx
try nginx "$NGINX_PORT"
start_caddy
try caddy "$CADDY_PORT"

printf '\n%d passed, %d failed\n' "$passed" "$failed"
((failed == 0))
