#!/usr/bin/env bats
# What Prometheus is told is what Prometheus understands, and who asks without being let in is told nothing.

load machines
load clusters

ROLE=$BATS_TEST_DIRNAME/../../ansible/roles/monitoring
GOLDEN="$BATS_TEST_DIRNAME/../../agent/src/test/resources/golden/metrics-eight-gpus.txt \
  $BATS_TEST_DIRNAME/../../controller/src/test/resources/golden/metrics-site.txt"

# Debian's own promtool, without a Prometheus that runs.
setup_file() {
  if ! command -v promtool >/dev/null; then
    (cd "$BATS_FILE_TMPDIR" && apt-get -q download prometheus >&2 &&
      dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x ./usr/bin/promtool)
    export PATH=$BATS_FILE_TMPDIR/usr/bin:$PATH
  fi
}

agent_page() {
  on "$1" bash -c 'exec 3<>/dev/tcp/127.0.0.1/9400 && printf "GET /metrics HTTP/1.1\r\n\r\n" >&3 && cat <&3' |
    sed '1,/^\r$/d'
}

controller_page() {
  on jumphost python3 -c '
import http.client, socket
class Local(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect("/run/coxswain/cox.sock")
door = Local("coxswain")
door.request("GET", "/metrics")
answer = door.getresponse()
assert answer.status == 200, answer.status
print(answer.read().decode(), end="")'
}

# promtool reads the page; it may find fault with names that are not ours, those of dcgm-exporter and node_exporter.
well_formed() {
  run promtool check metrics <<<"$1"
  echo "$output"
  [ "$status" -eq 0 ] || [ "$status" -eq 3 ]
  ! grep -Ev '^(DCGM_FI_|node_memory_)' <<<"$output" | grep .
}

@test "an agent's page is well formed and has its GPUs, the machine and the agent's own" {
  page=$(agent_page worker-0)
  well_formed "$page"
  for family in DCGM_FI_DEV_GPU_TEMP DCGM_FI_DEV_POWER_USAGE DCGM_FI_DEV_SM_CLOCK DCGM_FI_DEV_GPU_UTIL DCGM_FI_DEV_FB_USED; do
    echo "$family"
    [ "$(grep -c "^$family{" <<<"$page")" -eq 8 ]
  done
  grep -q '^node_memory_MemTotal_bytes ' <<<"$page"
  grep -qx 'coxswain_agent_link 1' <<<"$page"
}

@test "a machine without a GPU has no series of one" {
  page=$(agent_page jumphost)
  well_formed "$page"
  [ "$(grep -c DCGM_ <<<"$page")" -eq 0 ]
  grep -qx 'coxswain_agent_link 1' <<<"$page"
}

@test "a scrape takes less than 20 ms" {
  run on worker-0 python3 -c '
import http.client, time
def scrape():
    begin = time.monotonic()
    door = http.client.HTTPConnection("127.0.0.1", 9400)
    door.request("GET", "/metrics")
    door.getresponse().read()
    return time.monotonic() - begin
times = sorted(scrape() for _ in range(30))
print(round(times[15] * 1e3, 1))'
  echo "median of 30 scrapes: $output ms" >&3
  [ "${output%.*}" -lt 20 ]
}

@test "nobody from another machine reaches an agent's page" {
  run on worker-1 bash -c 'exec 3<>/dev/tcp/worker-0/9400'
  [ "$status" -ne 0 ]
}

@test "the controller's page is well formed and has every machine; from afar it takes a token" {
  page=$(controller_page)
  well_formed "$page"
  for machine in jumphost worker-0 worker-1 worker-2; do
    grep -qx "coxswain_machine_link{machine=\"$machine\",state=\"CONNECTED\"} 1" <<<"$page"
  done
  run on worker-0 python3 -c '
import ssl, urllib.request, urllib.error
trust = ssl.create_default_context(cafile="/var/lib/coxswain-agent/identity/ca.pem")
trust.check_hostname = False
try:
    urllib.request.urlopen("https://jumphost:7443/metrics", context=trust)
except urllib.error.HTTPError as refused:
    print(refused.code)'
  [ "$output" = 401 ]
}

@test "a job is named on the GPUs that it holds, until it ends" {
  make_key
  create "$BATS_TEST_TMPDIR/create" -n 1 --jumphost shared
  ended "$BATS_TEST_TMPDIR/create" 90
  machine=$(cox instance info "$CLUSTER-0" -o json | jq -r .machine)
  job=$(as_user "sbatch --parsable --gres=gpu:2 --wrap 'sleep 300'")
  within 20 named "$machine" "$job"
  [ "$(agent_page "$machine" | grep -c "^DCGM_FI_DEV_GPU_TEMP{.*hpc_job=\"$job\"")" -eq 2 ]
  as_user "scancel $job"
  within 20 not_named "$machine" "$job"
  leave_clean
}

named() { agent_page "$1" | grep -q "hpc_job=\"$2\""; }

not_named() { ! named "$1" "$2"; }

@test "the alerts are valid, fire on what they are for and on nothing else" {
  promtool check rules "$ROLE/files/coxswain.rules.yml"
  promtool test rules "$BATS_TEST_DIRNAME/coxswain.rules.test.yml"
}

@test "dashboards and alerts ask for nothing that nobody tells" {
  # shellcheck disable=SC2086
  told=$(grep -ohP '^[A-Za-z0-9_]+(?=[{ ])' $GOLDEN | sort -u)
  asked=$({
    jq -r '.panels[].targets[].expr' "$ROLE"/files/dashboards/*.json
    grep -v '^ *#' "$ROLE/files/coxswain.rules.yml"
  } | grep -oP '\b(DCGM_FI|coxswain|node)_[A-Za-z0-9_]+' | sort -u)
  [ "$(wc -l <<<"$asked")" -gt 20 ]
  missing=$(comm -23 <(echo "$asked") <(echo "$told"))
  echo "nobody tells: $missing"
  [ -z "$missing" ]
}
