/** What OpenBao v2.6.2 reads: its server configuration and who may do what. Pure. */

/** Name of the StatefulSet, of the Services and of the namespace. */
export const openBaoName = "openbao";

/** Labels of the servers, as the chart openbao 0.29.2 sets them. */
export const openBaoPods = {
    "app.kubernetes.io/name": openBaoName,
    "app.kubernetes.io/instance": openBaoName,
    component: "server",
} as const;

/** Ports of a server: programs, and the members among each other. */
export const openBaoPorts = { api: 8200, cluster: 8201 } as const;

/** The Service of all members: who is not the active one passes requests on. */
export const openBaoHost = `${openBaoName}.${openBaoName}.svc`;

/** Whom the tokens are for with which the platform's own Jobs sign on. */
export const openBaoAudience = "openbao";

/** A token of a pod that nobody but OpenBao accepts, in a file `token`. */
export const tokenVolume = {
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
} as const;

/** The store of key-value secrets in which platform and applications have theirs. */
export const secretsMount = "platform";

/** Where files lie in a server's container. */
export const openBaoFiles = {
    certificates: "/openbao/userconfig/openbao-tls",
    seal: "/openbao/userconfig/openbao-seal",
    data: "/openbao/data",
} as const;

/** Key of the Secret that opens the seal. */
export const sealKey = "key";

/**
 * Identifier of the key that opens the seal. Whoever changes the key gives the new one another
 * identifier and names the old one as `previous_key` for one start (docs/runbooks/openbao-seal.md).
 */
const SEAL_KEY_ID = "1";

/** Host name of a member, as the others know it and its certificate names it. */
export const memberHost = (pod: string): string =>
    `${pod}.${openBaoName}-internal.${openBaoName}.svc`;

/** Host names of all members, the first one first. */
export function memberHosts(replicas: number): string[] {
    return Array.from({ length: replicas }, (_, ordinal) =>
        memberHost(`${openBaoName}-${ordinal}`),
    );
}

/**
 * The server configuration; the chart writes it as JSON.
 *
 * The key of the seal lies beside it in a file, so a member that starts opens itself; audit goes to
 * the output, where the logs of all pods are collected, and a member that cannot write there refuses
 * to answer. Members find each other by name; whoever has lost its volume joins the others again.
 */
export function serverConfiguration(replicas: number) {
    const { certificates, seal, data } = openBaoFiles;
    return {
        ui: true,
        listener: [
            {
                tcp: {
                    address: "[::]:8200",
                    cluster_address: "[::]:8201",
                    tls_cert_file: `${certificates}/tls.crt`,
                    tls_key_file: `${certificates}/tls.key`,
                    tls_min_version: "tls12",
                    // Numbers only, and no policy but Prometheus' lets anybody in without a token.
                    telemetry: { unauthenticated_metrics_access: true },
                },
            },
        ],
        storage: {
            raft: {
                path: data,
                retry_join: memberHosts(replicas).map((host) => ({
                    leader_api_addr: `https://${host}:${openBaoPorts.api}`,
                    leader_ca_cert_file: `${certificates}/ca.crt`,
                    leader_tls_servername: host,
                })),
            },
        },
        seal: [
            {
                static: {
                    current_key_id: SEAL_KEY_ID,
                    current_key: `file://${seal}/${sealKey}`,
                },
            },
        ],
        audit: [
            {
                file: {
                    stdout: {
                        description: "every request and its answer, values hashed",
                        options: { file_path: "stdout" },
                    },
                },
            },
        ],
        telemetry: { prometheus_retention_time: "2m", disable_hostname: true },
    };
}

/** Rules by path (openbao: website/content/docs/concepts/policies.mdx). */
export type Policy = Readonly<Record<string, readonly string[]>>;

/** Who signs on as whom: a policy, and the ServiceAccount that has it. */
export interface OpenBaoRole {
    readonly name: string;
    readonly serviceAccount: string;
    readonly namespace: string;
    /** Whom its tokens are made for; default: the API server, as those that every pod may mount. */
    readonly audience?: string;
    readonly policy: Policy;
    /** How long a sign-on holds, in minutes. */
    readonly minutes: number;
}

/** The role of the Job that sets everything else up; it cannot read a secret. */
export const configuratorRole: OpenBaoRole = {
    name: "configurator",
    serviceAccount: "openbao-configurator",
    namespace: openBaoName,
    audience: openBaoAudience,
    minutes: 10,
    policy: {
        "sys/mounts": ["read"],
        [`sys/mounts/${secretsMount}`]: ["create", "read", "update"],
        "sys/auth": ["read"],
        "sys/auth/*": ["create", "read", "update", "sudo"],
        "sys/policies/acl/*": ["create", "read", "update", "delete"],
        "auth/kubernetes/config": ["create", "read", "update"],
        "auth/kubernetes/role/*": ["create", "read", "update", "delete"],
        "auth/oidc/config": ["create", "read", "update"],
        "auth/oidc/role/*": ["create", "read", "update", "delete"],
        "identity/group/name/*": ["create", "read", "update"],
        "identity/group-alias": ["create", "update"],
        [`${secretsMount}/config`]: ["create", "read", "update"],
        [`${secretsMount}/data/canary`]: ["create"],
    },
};

/** The role of External Secrets: it reads what is kept for others, and writes nothing. */
export const readerRole: OpenBaoRole = {
    name: "external-secrets",
    serviceAccount: "external-secrets",
    namespace: "external-secrets",
    minutes: 20,
    policy: {
        [`${secretsMount}/data/*`]: ["read"],
        [`${secretsMount}/metadata/*`]: ["read", "list"],
    },
};

/** The role of whoever takes snapshots: the whole content, encrypted by the seal. */
export const snapshotRole: OpenBaoRole = {
    name: "snapshot",
    serviceAccount: "openbao-snapshot",
    namespace: openBaoName,
    audience: openBaoAudience,
    minutes: 10,
    policy: { "sys/storage/raft/snapshot": ["read"] },
};

/** A policy in the language of OpenBao. */
export function policyText(policy: Policy): string {
    return Object.entries(policy)
        .map(([path, capabilities]) => {
            const list = capabilities.map((capability) => `"${capability}"`).join(", ");
            return `path "${path}" {\n  capabilities = [${list}]\n}\n`;
        })
        .join("");
}
