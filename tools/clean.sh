#!/usr/bin/env bash
# Removes what was built and what npm installed for the tests; the data folder and the tools stay.
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

cargo clean
# The site is written here, wherever cargo's own target folder is.
rm -rf target/site end2end/node_modules end2end/test-results
