#!/bin/sh
# Overt against the Python baseline on this machine: both servers side by side, two workers each, loaded in turns. The baseline's workers are servers of their
# own, so that each gets its share of the connections: two processes of one uvicorn divide them as it happens, and mostly one of them has all.
#
#     benches/run.sh [PICTURE]
#
# Needs `cargo build --release`, the weights (`overt models pull`) in OVERT_MODELS, and Python 3.11. Prints the tables
# of docs/performance.md. Without a picture it takes the portrait that `cargo xtask pictures` fetches.
set -eu
cd "$(dirname "$0")/.."
: "${OVERT_MODELS:?name the model folder}"
export OVERT_MODELS
work=target/benches
workers=${WORKERS:-2}
mkdir -p "$work"
if [ ! -x "$work/venv/bin/uvicorn" ]; then
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" install --quiet --requirement benches/baseline/requirements.txt
fi
picture=${1:-}
if [ -z "$picture" ]; then
    picture=$work/portrait.jpg
    "$work/venv/bin/python" benches/picture.py target/test-pictures/skimage/astronaut.png "$picture"
fi
overt=target/release/overt
"$overt" bench "$picture"

"$overt" serve --data "$work/data" --listen 127.0.0.1:7810 --workers "$workers" >"$work/overt.log" 2>&1 &
ours=$!
theirs=
baseline=
for worker in $(seq "$workers"); do
    port=$((8100 + worker))
    "$work/venv/bin/uvicorn" --app-dir benches/baseline server:app --port "$port" --no-access-log \
        --log-level warning >"$work/baseline-$worker.log" 2>&1 &
    theirs="$theirs $!"
    baseline="$baseline,http://127.0.0.1:$port"
done
baseline=${baseline#,}
# shellcheck disable=SC2064,SC2086 # the processes that are known now, each a word
trap "kill $ours $theirs" EXIT
for address in http://127.0.0.1:7810/readyz $(echo "$baseline" | tr ',' ' '); do
    tries=0
    until curl --silent --output /dev/null "$address"; do
        tries=$((tries + 1))
        [ "$tries" -lt 120 ] || { echo "a server did not start: see $work/*.log" >&2; exit 1; }
        sleep 0.5
    done
done
for attribute in DEFAULT ALL; do
    "$overt" bench http "$picture" http://127.0.0.1:7810 "$baseline" --attribute "$attribute" \
        --credentials "$work/data/aws/credentials"
done
for operation in detect-labels detect-moderation-labels; do
    for name in astronaut page motorcycle_left coffee; do
        "$overt" bench http "target/test-pictures/skimage/$name.png" http://127.0.0.1:7810 "$baseline" --operation "$operation" \
            --rounds 3 --seconds 3 --credentials "$work/data/aws/credentials"
    done
done
echo "resident memory of the idle server: $(awk '/^VmRSS/ { print $2, $3 }' /proc/$ours/status)"
