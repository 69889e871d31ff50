# shellcheck shell=bash
# Reads the output of test runners; each function prints "<passed> <failed>".

# Sums the result lines of a `cargo test`, one for each test program.
count_cargo() {
  local log=$1
  sed -n 's/^test result: .* \([0-9]*\) passed; \([0-9]*\) failed;.*/\1 \2/p' "$log" |
    awk '{ passed += $1; failed += $2 } END { print passed + 0, failed + 0 }'
}

# Reads the file of Playwright's json reporter; without one nothing was tested.
count_playwright() {
  local results=$1
  if [[ ! -e $results ]]; then
    echo 0 0
    return
  fi
  node -e '
    const { stats } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
    console.log(stats.expected + stats.flaky, stats.unexpected);
  ' "$results"
}
