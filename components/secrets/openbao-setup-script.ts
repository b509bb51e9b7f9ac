/** The program that makes OpenBao usable. Pure. */
import { configuratorRole, openBaoPorts, secretsMount } from "./openbao-configuration";
import { openBaoClient, peopleMount, peopleRole, policyOf } from "./openbao-people";

/** Where the Job has what it reads. */
export const setupPlaces = {
    files: "/setup",
    token: "/token",
    authority: "/authority/ca.crt",
    client: "/client",
} as const;

/**
 * Initializes a cluster that is new, then brings policies and roles to what the program says. It may
 * run as often as it likes.
 *
 * A cluster is new when every member answers and none is initialized: one that has lost its volume
 * must join the others and never begin a second cluster. The token with all rights that a new
 * cluster gives lives as long as the Job needs it and is written nowhere; recovery keys are not
 * made. Whoever needs such rights later gives them to a role here.
 */
export const setupScript = `set -eu
say() { echo "$1" >&2; }

# 0 initialized, 2 not, 1 no answer (bao operator init -status)
initialized() {
    BAO_ADDR="https://$1:${openBaoPorts.api}" bao operator init -status >/dev/null 2>&1 && return 0
    return $?
}

wait_for_members() {
    tries=0
    while :; do
        old="" new="" silent=""
        for host in $MEMBERS; do
            state=0
            initialized "$host" || state=$?
            case $state in
                0) old="$old $host" ;;
                2) new="$new $host" ;;
                *) silent="$silent $host" ;;
            esac
        done
        [ -n "$old" ] && return 0
        [ -z "$silent" ] && return 2
        tries=$((tries + 1))
        if [ "$tries" -ge "\${TRIES:-60}" ]; then
            say "No member is initialized, and these do not answer:$silent"
            return 1
        fi
        sleep 5
    done
}

root=""
give_back() {
    [ -z "$root" ] || BAO_TOKEN="$root" bao token revoke -self >/dev/null
    root=""
}
trap give_back EXIT

known=0
wait_for_members || known=$?
if [ "$known" = 2 ]; then
    first=\${MEMBERS%% *}
    say "All members are new: $first begins the cluster."
    root=$(BAO_ADDR="https://$first:${openBaoPorts.api}" bao operator init \\
        -recovery-shares=0 -recovery-threshold=0 -format=json |
        sed -n 's/.*"root_token": *"\\([^"]*\\)".*/\\1/p')
    BAO_TOKEN=$root
elif [ "$known" != 0 ]; then
    exit 1
fi

tries=0
until bao status >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt "\${TRIES:-60}" ] || { say "No member became the active one."; exit 1; }
    sleep 2
done

if [ -z "$root" ]; then
    BAO_TOKEN=$(bao write -field=token auth/kubernetes/login \\
        role=${configuratorRole.name} jwt=@"${setupPlaces.token}/token") || {
        say "OpenBao is initialized, and ${configuratorRole.name} may not sign on: the first set-up was interrupted, or somebody changed it. Nothing was changed; see docs/runbooks/openbao-set-up.md."
        exit 1
    }
fi
export BAO_TOKEN

# The token of a new cluster is gone when this ends: what fails is tried again.
step() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -lt "\${TRIES:-60}" ] || return 1
        sleep 5
    done
}

has() { bao "$1" list -format=json | grep -q "\\"$2/\\""; }
has auth kubernetes || step bao auth enable kubernetes
step bao write auth/kubernetes/config \
    kubernetes_host="https://$KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT"
has secrets ${secretsMount} || step bao secrets enable -path=${secretsMount} -version=2 kv

for policy in ${setupPlaces.files}/*.hcl; do
    name=$(basename "$policy" .hcl)
    step bao policy write "$name" "$policy"
    step bao write "auth/kubernetes/role/$name" @"${setupPlaces.files}/$name.json"
done

# What External Secrets reads to show that the whole way works.
bao kv put -cas=0 -mount=${secretsMount} canary sings=yes >/dev/null 2>&1 || true

# People, last: programs do not wait for the login.
if [ -n "\${ISSUER:-}" ]; then
    has auth ${peopleMount} || step bao auth enable ${peopleMount}
    step bao write auth/${peopleMount}/config oidc_discovery_url="$ISSUER" \\
        oidc_discovery_ca_pem="$ISSUER_AUTHORITY" oidc_client_id=${openBaoClient.id} \\
        oidc_client_secret="$(cat "$CLIENT_SECRET_FILE")" default_role=${peopleRole} \\
        jwt_supported_algs=RS256,ES256
    step bao write auth/${peopleMount}/role/${peopleRole} @"${setupPlaces.files}/${peopleRole}.role"
    accessor=$(bao read -field=accessor sys/auth/${peopleMount})
    for policy in ${setupPlaces.files}/*.people; do
        group=$(basename "$policy" .people)
        step bao policy write "${policyOf("$group")}" "$policy"
        step bao write "identity/group/name/$group" type=external policies="${policyOf("$group")}"
        # The same alias a second time is refused.
        bao read -format=json "identity/group/name/$group" | grep -q "$accessor" ||
            step bao write identity/group-alias name="$group" mount_accessor="$accessor" \\
                canonical_id="$(bao read -field=id "identity/group/name/$group")"
    done
fi
say "OpenBao is set up."
`;
