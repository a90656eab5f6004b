#!/bin/sh
# What the ledger costs: the server as it is beside one that was compiled without its ledger, on the same records, loaded in turns.
#
#     benches/ledger.sh [PICTURE]
#
# Needs the weights (`overt models pull`) in OVERT_MODELS. Builds both servers (the second with the feature `bench-without-ledger`, which
# is there for this and nothing else). Without a picture it takes the portrait that `cargo xtask pictures` fetches. The first server of
# each table is the one without a ledger: "first is faster by" is the cost.
set -eu
cd "$(dirname "$0")/.."
: "${OVERT_MODELS:?name the model folder}"
export OVERT_MODELS
work=target/benches/ledger
picture=${1:-target/test-pictures/skimage/astronaut.png}
mkdir -p "$work"
cargo build --release -p overt --features bench-without-ledger
cp target/release/overt "$work/without"
cargo build --release -p overt
cp target/release/overt "$work/with"
rm -rf "$work/data" "$work/other"
serve() { # binary, data, port
    "$work/$1" serve --data "$work/$2" --listen "127.0.0.1:$3" --workers 2 >"$work/$1.log" 2>&1 &
}
ready() { # port
    tries=0
    until curl --silent --fail --output /dev/null "http://127.0.0.1:$1/readyz"; do
        tries=$((tries + 1))
        [ "$tries" -lt 240 ] || { echo "a server did not start: see $work/*.log" >&2; exit 1; }
        sleep 0.5
    done
}
# One folder is made, and copied, so that both servers know the same access key.
serve with data 7820
first=$!
ready 7820
kill "$first"
wait "$first" || true
cp -a "$work/data" "$work/other"
serve without other 7821
without=$!
serve with data 7820
with=$!
trap 'kill $with $without' EXIT
ready 7820
ready 7821
for connections in 1 16; do
    for operation in detect-faces search-faces-by-image; do
        "$work/with" bench http "$picture" http://127.0.0.1:7821 http://127.0.0.1:7820 --operation "$operation" \
            --connections "$connections" --rounds "${ROUNDS:-6}" --seconds "${SECONDS_A_TURN:-5}" --credentials "$work/data/aws/credentials"
    done
done
