/** How Redis and its sentinels learn a second password while they run. Pure. */
import { redisPorts } from "../../operators/redis-operator";
import { contentDigest } from "../base/content-digest";
import { resources, restrictedContainer, restrictedPod, secretVariable } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { previousKey } from "../base/secret";
import type { Renewal } from "../base/secret-plan";

/**
 * Tells every server, whichever password it knows, to take the new one too, and to use it with the
 * others. Passwords go by the environment and by standard input, where nobody lists them. What a
 * server that starts meanwhile reads is the new one already.
 */
export const passwordScript = `set -eu
servers="$1"
tell() {
    printf '%s' "$NEW" | redis-cli -e -h "$host" -p "$port" -x "$@" > /dev/null
}
for server in $servers; do
    host="\${server%:*}"
    port="\${server##*:}"
    known=""
    for password in "$NEW" "$OLD"; do
        export REDISCLI_AUTH="$password"
        if [ "$(redis-cli -h "$host" -p "$port" ping 2> /dev/null)" = PONG ]; then
            known=yes
            break
        fi
    done
    if [ -z "$known" ]; then
        echo "$server takes neither the old password nor the new one, or is not there" >&2
        exit 1
    fi
    printf '>%s' "$NEW" | redis-cli -e -h "$host" -p "$port" -x acl setuser default > /dev/null
    if [ "$port" = ${redisPorts.sentinel} ]; then
        tell sentinel config set sentinel-pass
        tell sentinel set "$MASTER" auth-pass
    else
        tell config set masterauth
    fi
    echo "$server takes both passwords"
done
`;

/** Labels of the pods that tell. */
export function passwordLabels(name: string): Readonly<Record<string, string>> {
    return {
        "app.kubernetes.io/name": `${name}-password`,
        "app.kubernetes.io/component": "bootstrap",
    };
}

/** A Redis, as far as its servers are told. */
export interface PasswordJob {
    readonly name: string;
    readonly namespace: string;
    readonly image: string;
    /** Secret with the password and the one before. */
    readonly secret: string;
    readonly replicas: number;
    readonly sentinels: number;
    /** Name of the master in the configuration of the sentinels. */
    readonly masterName: string;
    /** Which password it is. */
    readonly revision: string;
}

function serversOf({ name, namespace, replicas, sentinels }: PasswordJob): string[] {
    const pods = (of: string, count: number, port: number) =>
        Array.from(
            { length: count },
            (_, index) => `${of}-${index}.${of}-headless.${namespace}.svc:${port}`,
        );
    return [
        ...pods(name, replicas, redisPorts.redis),
        ...pods(`${name}-sentinel`, sentinels, redisPorts.sentinel),
    ];
}

/** The Job, named after what it tells: it cannot be changed, so another one takes its place. */
export function passwordJob(of: PasswordJob): Manifest {
    const { name, namespace, image, secret, masterName, revision } = of;
    const servers = serversOf(of);
    return {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: {
            name: `${name}-password-${contentDigest([image, servers, revision, passwordScript])}`,
            namespace,
        },
        spec: {
            backoffLimit: 6,
            activeDeadlineSeconds: 900,
            template: {
                metadata: { labels: passwordLabels(name) },
                spec: {
                    restartPolicy: "OnFailure",
                    priorityClassName: priorities.data.name,
                    automountServiceAccountToken: false,
                    enableServiceLinks: false,
                    securityContext: restrictedPod(1000),
                    containers: [
                        {
                            name: "tell",
                            image,
                            command: ["sh", "-c", passwordScript, "tell", servers.join(" ")],
                            env: [
                                { name: "MASTER", value: masterName },
                                secretVariable("NEW", secret, "password"),
                                secretVariable("OLD", secret, previousKey("password")),
                            ],
                            resources: resources("10m", "16Mi", "64Mi"),
                            securityContext: restrictedContainer,
                        },
                    ],
                },
            },
        },
    };
}

/** How the password of a Redis is renewed, in a namespace. */
export function passwordRenewal(name: string, namespace: string): Renewal {
    const workloads = [name, `${name}-sentinel`];
    return {
        how: "both",
        server: "a Job has every server and sentinel take the new password beside the old one",
        notice: "nothing",
        afterwards: [
            "end the old one: delete one pod after the other, each when the one before is ready again:",
            ...workloads.map(
                (workload) =>
                    `kubectl -n ${namespace} get pods -l app=${workload} -o name | while read -r pod; do kubectl -n ${namespace} delete "$pod" && kubectl -n ${namespace} rollout status statefulset/${workload} --timeout 10m || break; done`,
            ),
        ],
    };
}
