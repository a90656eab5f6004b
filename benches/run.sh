#!/bin/sh
# Overt against the Python baseline on this machine: both servers side by side, two workers each, loaded in turns.
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
"$work/venv/bin/uvicorn" --app-dir benches/baseline server:app --workers "$workers" --port 8100 --no-access-log \
    --log-level warning >"$work/baseline.log" 2>&1 &
theirs=$!
trap 'kill $ours $theirs' EXIT
tries=0
until curl --silent --fail --output /dev/null http://127.0.0.1:7810/readyz &&
    curl --silent --output /dev/null http://127.0.0.1:8100/; do
    tries=$((tries + 1))
    [ "$tries" -lt 120 ] || { echo "a server did not start: see $work/*.log" >&2; exit 1; }
    sleep 0.5
done
# uvicorn answers before its second process has loaded the networks.
sleep 5
for attribute in DEFAULT ALL; do
    "$overt" bench http "$picture" http://127.0.0.1:7810 http://127.0.0.1:8100 --attribute "$attribute" \
        --credentials "$work/data/aws/credentials"
done
echo "resident memory of the idle server: $(awk '/^VmRSS/ { print $2, $3 }' /proc/$ours/status)"
