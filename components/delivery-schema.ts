/** The shape of what the configuration says of the repository that teams deploy from. */
import { z } from "zod";
import { gates } from "./base/labels";
import { isServer, pattern, text, whole } from "./base/values";

/** How a repository is reached: what authenticates, and where. */
export interface RepositoryAddress {
    readonly scheme: "https" | "ssh";
    readonly host: string;
    readonly port: number;
}

/**
 * The parts of a repository's address: `https://host/path`, `ssh://user@host/path`, or as git itself
 * writes the latter, `user@host:path`; undefined for any other text.
 */
export function repositoryAddress(value: string): RepositoryAddress | undefined {
    const url =
        /^(?<scheme>https|ssh):\/\/(?:(?<user>[\w.-]+)@)?(?<host>[^\s/:@?#]+)(?::(?<port>\d{1,5}))?\/[^\s?#]+$/.exec(
            value,
        )?.groups;
    const { scheme, user, host, port } = url ?? {
        ...{ scheme: "ssh", port: undefined },
        ...{ user: undefined, host: undefined },
        ...(/^(?<user>[\w.-]+)@(?<host>[^\s/:@?#]+):[^\s/?#][^\s?#]*$/.exec(value)?.groups ?? {}),
    };
    const number = port === undefined ? (scheme === "https" ? 443 : 22) : Number(port);
    if (host === undefined || !isServer(host) || number < 1 || number > 65_535) {
        return undefined;
    }
    // A user in an https:// address would be a credential in a file that everybody reads.
    return scheme === "https"
        ? user === undefined
            ? { scheme, host, port: number }
            : undefined
        : { scheme: "ssh", host, port: number };
}

/** What an application may own besides workloads. */
export type Gate = (typeof gates)[number];

/** Most letters of an application's name: its namespace has five more, and names of pods are made of both. */
const LONGEST_NAME = 40;

const applicationName = text(
    (value) => /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(value) && value.length <= LONGEST_NAME,
    `a name such as shop: at most ${LONGEST_NAME} lower-case letters, digits and hyphens, a letter first`,
);

/** A folder of the repository: relative, and inside of it. */
export const folder = text(
    (value) =>
        value.split("/").every((part) => /^[\w.-]+$/.test(part) && part !== ".." && part !== "."),
    "a folder of the repository such as apps/shop, without a slash at its ends",
);

const application = z.strictObject({
    name: applicationName.describe("its name; its namespace is `apps-<name>`"),
    path: folder.describe("folder of the repository with its manifests, Kustomization or chart"),
    wave: whole({ from: 0, to: 20 })
        .default(0)
        .describe("order in which applications come to be: those of a lower wave first"),
    gates: z
        .array(z.enum(gates))
        .default([])
        .describe(
            "what it owns besides workloads, each of which is kept back for a person who presses Sync: `network` (CiliumNetworkPolicies), `certificates`, `load-balancing` (HTTPRoutes, Services of type LoadBalancer) or `storage` (claims and snapshots)",
        ),
    backupTier: whole({ from: 0, to: 2 })
        .default(1)
        .describe("tier of its backups ([tiers](criteria.md#dr-01))"),
});

/** One application of the repository. */
export type Application = z.output<typeof application>;

const orders = z.strictObject({
    folder: folder
        .default("orders")
        .describe("folder of the repository into which orders are written, and nothing else"),
    most: whole({ from: 1, to: 50 })
        .default(5)
        .describe("tenants that may be there by order at a time"),
});

/** The repository that teams deploy from. */
export const delivery = z.strictObject({
    repository: text(
        (value) => repositoryAddress(value) !== undefined,
        "the address of a Git repository such as ssh://git@git.example.org/team/apps.git or https://git.example.org/team/apps.git, without a password",
    ).describe("address of the Git repository, over ssh or https"),
    revision: pattern(/^(?!-)[\w./-]+$/, "a branch, tag or commit such as main")
        .default("main")
        .describe("branch, tag or commit that is deployed"),
    isPublic: z
        .boolean()
        .default(false)
        .describe("anybody may read it over https, so that no credential is needed"),
    hostKey: text(
        (value) => /^(ssh-(ed25519|rsa)|ecdsa-sha2-nistp\d+) [A-Za-z0-9+/]+={0,2}$/.test(value),
        "the public key of the server as `ssh-keyscan` prints it, without the name: ssh-ed25519 AAAA...",
    )
        .optional()
        .describe(
            "public key of an ssh server, as `ssh-keyscan` prints it behind the name; not needed for github.com, gitlab.com and bitbucket.org",
        ),
    applications: z
        .array(application)
        .default([])
        .describe("what is deployed from it, each into a namespace of its own"),
    orders: orders
        .optional()
        .describe(
            "lets people order tenants with `kubectl`, by way of the repository ([tenants](tenants.md)); default: nobody may",
        ),
});

/** The settings, with defaults filled in. */
export type DeliverySettings = z.output<typeof delivery>;

/** How people order tenants. */
export type OrderSettings = z.output<typeof orders>;

/** Servers whose keys come with Argo CD (argo-helm: values.yaml, configs.ssh.knownHosts). */
export const knownSshServers: readonly string[] = ["github.com", "gitlab.com", "bitbucket.org"];

/** The secret with which the repository is read; undefined for one that anybody may read. */
export function deliveryCredential({
    repository,
    isPublic,
}: Pick<DeliverySettings, "repository" | "isPublic">): "deliveryKey" | "deliveryToken" | undefined {
    return repositoryAddress(repository)?.scheme === "ssh"
        ? "deliveryKey"
        : isPublic
          ? undefined
          : "deliveryToken";
}
