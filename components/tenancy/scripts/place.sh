#!/bin/sh
# Carries out an order: writes what an entry in `tenants` makes to where Kratix takes it from, and
# tells whoever ordered where it is. Kratix gives the folder, whoever tries the program another one.
set -eu
export ORDER="${KRATIX:-/kratix}/input/object.yaml"
PLACE="${PLACE:-$(dirname "$0")}"
export OBJECTS="$PLACE/objects-$(yq '.spec.kind' "$ORDER").yaml"
yq --null-input --unwrapScalar --from-file "$PLACE/place.yq" > "${KRATIX:-/kratix}/output/place.yaml"
yq --null-input '
    load(strenv(ORDER)) as $order
    | ("ordered-" + $order.spec.backup + "-" + $order.metadata.name) as $namespace
    | {"namespace": $namespace, "message": "It comes to be in " + $namespace + "."}
' > "${KRATIX:-/kratix}/metadata/status.yaml"
