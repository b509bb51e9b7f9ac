/** The Job that makes OpenBao usable, and the program in it. Pure. */
import { contentDigest } from "../base/content-digest";
import { resources, restrictedContainer, restrictedPod } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import {
    configuratorRole,
    memberHosts,
    openBaoAudience,
    openBaoHost,
    openBaoName,
    openBaoPorts,
    type OpenBaoRole,
    policyText,
    secretsMount,
} from "./openbao-configuration";

/** Labels of the Job's pods. */
export const setupPods = {
    "app.kubernetes.io/name": openBaoName,
    "app.kubernetes.io/component": "setup",
} as const;

const FILES = "/setup";
const TOKEN = "/token";

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
        role=${configuratorRole.name} jwt=@"${TOKEN}/token") || {
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

for policy in ${FILES}/*.hcl; do
    name=$(basename "$policy" .hcl)
    step bao policy write "$name" "$policy"
    step bao write "auth/kubernetes/role/$name" @"${FILES}/$name.json"
done

# What External Secrets reads to show that the whole way works.
bao kv put -cas=0 -mount=${secretsMount} canary sings=yes >/dev/null 2>&1 || true
say "OpenBao is set up."
`;

/** What the Job reads: the program, and policy and role of everybody. */
export function setupFiles(roles: readonly OpenBaoRole[]): Manifest {
    const files = roles.flatMap((role) => [
        [`${role.name}.hcl`, policyText(role)],
        [
            `${role.name}.json`,
            JSON.stringify({
                bound_service_account_names: [role.serviceAccount],
                bound_service_account_namespaces: [role.namespace],
                ...(role.audience === undefined ? {} : { audience: role.audience }),
                token_policies: [role.name],
                token_no_default_policy: true,
                token_ttl: `${role.minutes}m`,
                token_max_ttl: `${role.minutes}m`,
            }),
        ],
    ]);
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: `${openBaoName}-setup`, namespace: openBaoName },
        data: { "setup.sh": setupScript, ...(Object.fromEntries(files) as Record<string, string>) },
    };
}

/** The ServiceAccount under which the Job signs on. */
export const setupAccount: Manifest = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: configuratorRole.serviceAccount, namespace: openBaoName },
    automountServiceAccountToken: false,
};

/**
 * The Job; named after what it does, so that a change makes another one.
 *
 * @param certificate the Secret with the authority in `ca.crt`
 */
export function setupJob(
    image: string,
    replicas: number,
    certificate: string,
    files: Manifest,
): Manifest {
    const spec = {
        restartPolicy: "OnFailure",
        serviceAccountName: configuratorRole.serviceAccount,
        // A token that nobody but OpenBao accepts.
        automountServiceAccountToken: false,
        priorityClassName: priorities.platform.name,
        enableServiceLinks: false,
        securityContext: restrictedPod(100, 1000),
        containers: [
            {
                name: "setup",
                image,
                command: ["/bin/sh", `${FILES}/setup.sh`],
                env: [
                    { name: "BAO_ADDR", value: `https://${openBaoHost}:${openBaoPorts.api}` },
                    { name: "BAO_CACERT", value: "/authority/ca.crt" },
                    { name: "MEMBERS", value: memberHosts(replicas).join(" ") },
                    { name: "HOME", value: "/tmp" },
                ],
                resources: resources("20m", "64Mi", "256Mi"),
                securityContext: restrictedContainer,
                volumeMounts: [
                    { name: "setup", mountPath: FILES, readOnly: true },
                    { name: "authority", mountPath: "/authority", readOnly: true },
                    { name: "token", mountPath: TOKEN, readOnly: true },
                    { name: "scratch", mountPath: "/tmp" },
                ],
            },
        ],
        volumes: [
            { name: "setup", configMap: { name: files.metadata.name } },
            {
                name: "authority",
                secret: { secretName: certificate, items: [{ key: "ca.crt", path: "ca.crt" }] },
            },
            {
                name: "token",
                projected: {
                    sources: [
                        {
                            serviceAccountToken: {
                                path: "token",
                                audience: openBaoAudience,
                                expirationSeconds: 3600,
                            },
                        },
                    ],
                },
            },
            { name: "scratch", emptyDir: { sizeLimit: "16Mi" } },
        ],
    };
    const digest = contentDigest({ spec, reads: files.data });
    return {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: `${openBaoName}-setup-${digest}`, namespace: openBaoName },
        spec: {
            backoffLimit: 6,
            activeDeadlineSeconds: 1800,
            template: { metadata: { labels: setupPods }, spec },
        },
    };
}
