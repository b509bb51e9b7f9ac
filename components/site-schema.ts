/**
 * The shape of the site's part of the stack configuration: everything but `systems`, whose keys
 * each system defines itself. What a value means across keys (an address inside its subnet) is
 * judged in `site-checks.ts`; this file only says what may be written at all. The descriptions
 * become docs/settings.md.
 */
import { z } from "zod";
import { ageRecipientPhrase, isAgeRecipient } from "./age-recipient";
import {
    address,
    amount,
    cidr,
    day,
    dnsLabel,
    dnsName,
    email,
    httpsStore,
    httpsUrl,
    issuerUrl,
    kubernetesRelease,
    named,
    pattern,
    sentence,
    server,
    talosRelease,
    text,
    told,
    whole,
} from "./base/values";
import { certificateAuthorities } from "./base/pem";
import { delivery } from "./delivery-schema";
import { node, proxmox } from "./machine-schema";
import { edge } from "./edge-schema";
import { tenants } from "./tenant-schema";

/** S3: "General purpose bucket naming rules". */
function isBucket(value: string): boolean {
    return (
        /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value) &&
        !/\.\.|\.-|-\.|^\d+(\.\d+){3}$|^(xn--|sthree-|amzn-s3-demo-)|(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(
            value,
        )
    );
}

/** Whether a text may say where charts are: a folder, `https://` or `oci://`. */
function isMirror(value: string): boolean {
    return value.includes("://")
        ? /^(https|oci):\/\/[^\s@/]+(\/\S*)?$/.test(value)
        : value !== "" && value === value.trim();
}

const cost = z.strictObject({
    currency: pattern(/^[A-Z]{3}$/, "a currency code such as EUR").describe("of all amounts below"),
    // In rupiah or dong a kilowatt-hour costs thousands.
    kilowattHour: amount({ from: 0, to: 100_000 }).describe("price of a kilowatt-hour"),
    wattsPerCore: amount({ from: 0, to: 1000 }).describe(
        "watts that one requested core draws, its share of an idle machine included",
    ),
    wattsPerGibibyte: amount({ from: 0, to: 100 }).describe(
        "watts that one requested GiB of memory draws",
    ),
    hardware: amount({ from: 0, to: 1_000_000_000 })
        .describe("what the hardware costs in a month: its price over its years of use")
        .default(0),
    monthlyBudget: amount({ from: 0.01, to: 1_000_000_000 }).describe(
        "what the stack may cost in a month",
    ),
});

const exception = z.strictObject({
    criterion: pattern(/^[A-Z]+-\d{2}$/, "a criterion id such as HA-05").describe(
        "criterion id, for example `HA-05`",
    ),
    resource: pattern(
        /^[A-Z][A-Za-z0-9]*(\/[a-z0-9]([a-z0-9.:-]*[a-z0-9])?){1,2}$/,
        "Kind/namespace/name or Kind/name, such as Deployment/n8n/n8n, without a wildcard",
    ).describe("`Kind/namespace/name` or `Kind/name`; never a wildcard"),
    reason: sentence(20, "a reason").describe("why the criterion cannot be met"),
    guard: sentence(10, "what guards it instead").describe("what protects instead"),
    expires: day.describe(
        "last day on which it holds, `YYYY-MM-DD`, at most two years ahead; an exception that is over is a fault",
    ),
});

const issuer = z.strictObject({
    url: issuerUrl.describe("its address, as its tokens name it"),
    certificateAuthority: certificateAuthorities
        .optional()
        .describe(
            "who signs its certificate, in PEM; default: the authorities that everybody trusts",
        ),
});

const cluster = z.strictObject({
    source: z
        .enum(["proxmox", "existing"])
        .default("proxmox")
        .describe(
            "`proxmox` builds machines and Talos; `existing` uses the cluster of a kubeconfig",
        ),
    name: dnsLabel.describe("name of the cluster"),
    virtualIp: address
        .optional()
        .describe(
            "address of the Kubernetes API, shared by the control planes; required for `proxmox`",
        ),
    kubeconfig: named("the path of a kubeconfig such as ~/.kube/config")
        .optional()
        .describe("for `existing`: path of the kubeconfig file; `~` is the home directory"),
    context: named("the name of a context of the kubeconfig")
        .optional()
        .describe("for `existing`: context in that kubeconfig; default: its current context"),
    upgradedKubernetes: kubernetesRelease
        .optional()
        .describe(
            "release to which `talosctl upgrade-k8s` brought the nodes ([upgrades](upgrades.md)); without it they still run the release of their creation",
        ),
    issuers: z
        .array(issuer)
        .optional()
        .describe(
            "OpenID Connect issuers whose people the Kubernetes API lets in ([kubectl](kubectl.md)); each of them can give anybody any role; default: the system of this stack that signs people on, where `certManager.acme` gives it a certificate that everybody trusts; `[]`: none",
        ),
    awaitOperators: z
        .boolean()
        .default(true)
        .describe(
            "wait until operators report what they made of a custom resource; off only on simulated nodes, where no operator runs",
        ),
});

/** Numbers of autonomous systems, of which RFC 6996 sets some apart for private use. */
const autonomousSystem = whole({ from: 1, to: 4_294_967_294 });

const bgp = z.strictObject({
    autonomousSystem: autonomousSystem.describe("number of the nodes, such as 64512"),
    peers: z
        .array(
            z.strictObject({
                address: address.describe("address of the router"),
                autonomousSystem: autonomousSystem.describe("number of the router"),
            }),
        )
        .min(1)
        .describe("routers that learn the addresses"),
});

const loadBalancers = z.strictObject({
    start: address.describe("first address; inside `network.nodes` with `arp` and `metallb`"),
    stop: address.describe("last address; inside `network.nodes` with `arp` and `metallb`"),
    announce: z
        .enum(["metallb", "arp", "bgp", "static"])
        .default("arp")
        .describe(
            "how the network learns of them: a node answers `arp` for each, routers learn them by `bgp`, your router has `static` routes to the workers, or `metallb` answers in place of Cilium",
        ),
    bgp: bgp.optional().describe("required for `bgp`"),
});

const network = z.strictObject({
    nodes: cidr.describe("subnet of the nodes, the virtual IP and the load-balancer addresses"),
    gateway: address.describe("gateway of that subnet"),
    nameservers: z.array(address).min(1).describe("DNS servers of the nodes"),
    timeServers: z
        .array(server)
        .min(1)
        .default(["time.cloudflare.com"])
        .describe("NTP servers of the nodes"),
    pods: cidr.default("10.244.0.0/16").describe("network of the pods"),
    services: cidr.default("10.96.0.0/12").describe("network of the Services"),
    loadBalancers: loadBalancers.describe("addresses that LoadBalancer Services get"),
    administrators: z
        .array(cidr)
        .min(1)
        .optional()
        .describe(
            "networks from which people reach the Talos and Kubernetes APIs; default: `network.nodes`",
        ),
    apiServerPort: whole({ from: 1, to: 65_535 })
        .default(6443)
        .describe("port of the Kubernetes API on the control planes"),
});

const versions = z.strictObject({
    talos: talosRelease
        .optional()
        .describe("Talos release of new nodes ([upgrades](upgrades.md)); default: the pinned one"),
    kubernetes: kubernetesRelease
        .optional()
        .describe("Kubernetes release of new nodes; default: the pinned one"),
});

const charts = z.strictObject({
    mirror: text(
        isMirror,
        "a folder, an https:// repository or an oci:// registry, without a user or password",
    )
        .optional()
        .describe(
            "replaces every chart repository: a directory, `https://` or `oci://`; also `CHART_MIRROR`",
        ),
    allowMissing: z
        .boolean()
        .default(false)
        .describe("list a missing chart instead of failing; only previews set it"),
});

const storage = z.strictObject({
    replication: whole({ from: 1, to: 5 })
        .default(3)
        .describe("copies of each block and file; at most the number of nodes with Ceph disks"),
    reclaimPolicy: z
        .enum(["Retain", "Delete"])
        .optional()
        .describe("what becomes of a volume when its claim goes; default: `Retain` in prod"),
});

const backup = z.strictObject({
    endpoint: httpsStore.describe(
        "S3 server outside of the cluster and of its disks, over TLS; one in the nodes' network by its address, because the way there is opened by address",
    ),
    bucket: text(
        isBucket,
        "a bucket name such as home-backup: 3 to 63 lower-case letters, digits, dots and hyphens, as S3 allows them",
    ).describe("bucket at that server, which is there already"),
    region: pattern(/^[a-z0-9]+(-[a-z0-9]+)*$/i, "the name of a region such as us-east-1")
        .default("us-east-1")
        .describe("its region"),
    authority: certificateAuthorities
        .optional()
        .describe(
            "authority that signed the certificate of the server, in PEM; default: those that everybody knows",
        ),
    encryption: z
        .enum(["AES256", "aws:kms"])
        .optional()
        .describe("how the server encrypts what it keeps, where it can when it is asked"),
    objectLock: whole({ from: 1, to: 3650, of: "days" })
        .optional()
        .describe(
            "days for which the bucket lets nobody delete or overwrite, as its own default retention has it; default: it has no object lock",
        ),
    ageRecipient: text(isAgeRecipient, ageRecipientPhrase)
        .optional()
        .describe(
            "public key of [age](https://age-encryption.org) for which snapshots of etcd are encrypted; its private half is kept outside of the cluster ([how](runbooks/backup-keys.md))",
        ),
});

const mail = z.strictObject({
    host: dnsName.describe(
        "server that takes mail from the platform, by the name in its certificate; outside `network.nodes`",
    ),
    // RFC 8314: 465 speaks TLS from the first byte; 587 begins it by STARTTLS.
    port: told(
        z.number().refine((port) => port === 465 || port === 587),
        "465 (TLS from the start) or 587 (STARTTLS); 25 is for servers among themselves",
    )
        .default(465)
        .describe("`465` (TLS from the start) or `587` (STARTTLS); never without TLS"),
    from: email.describe("address that the platform writes from"),
    username: named("the name of an account, without blanks at its ends").describe(
        "account at that server; its password is the secret `smtpPassword`",
    ),
});

const secretGeneration = z.strictObject({
    secret: dnsLabel.describe("its name, as `make rotate LIST=1` shows it"),
    generation: whole({ from: 2, to: 10_000 }).describe("2 for the first new value"),
    since: day.describe("day on which it was asked for, `YYYY-MM-DD`"),
});

/** Every key of the site. */
export const siteShape = {
    profile: z
        .enum(["dev", "staging", "prod"])
        .describe(
            "`dev` (1 replica), `staging` (2), `prod` (3 where quorum or critical, else 2; protection on)",
        ),
    domain: dnsName.describe("DNS domain under which the platform's services are published"),
    repository: httpsUrl
        .optional()
        .describe(
            "where the files of this repository are read, for links to runbooks: `https://git.example.org/you/platform/blob/main`; default: paths",
        ),
    cluster: cluster.describe("the cluster"),
    network: network.describe("the site's networks"),
    proxmox: proxmox.optional().describe("the machines' hosts; required for `proxmox`"),
    nodes: z.array(node).default([]).describe("the nodes; required for `proxmox`"),
    talosExtensions: z
        .array(
            pattern(
                /^[a-z0-9-]+\/[a-z0-9-]+$/,
                "the name of a Talos extension such as siderolabs/nvidia-open-gpu-kernel-modules-production",
            ),
        )
        .default([])
        .describe(
            "further system extensions in the image of all nodes ([upgrades](upgrades.md)); what they need of the kernel is for `nodes[].talosPatches`, but for the modules of NVIDIA, which nodes with a GPU load",
        ),
    versions: versions.prefault({}).describe("releases"),
    charts: charts.prefault({}).describe("where charts come from"),
    storage: storage.prefault({}).describe("how data is kept"),
    backup: backup
        .optional()
        .describe(
            "where backups go; default: nowhere, and databases archive themselves into the cluster's own S3 store, which a lost cluster takes with it",
        ),
    delivery: delivery
        .optional()
        .describe(
            "the Git repository from which teams deploy their applications ([how](delivery.md)); default: none",
        ),
    tenants: tenants.describe(
        "who else uses the cluster, each apart from all others ([how](tenants.md))",
    ),
    edge: edge
        .optional()
        .describe("small clusters of k3s at other places ([how](edge.md)); default: none"),
    mail: mail.optional().describe("how the platform sends mail to people; default: it sends none"),
    cost: cost.optional().describe("prices and budget of a month ([COST-04](criteria.md#cost-04))"),
    criticalWorkloads: z
        .array(
            pattern(
                /^[A-Z][A-Za-z0-9]*(\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?){2}$/,
                "Kind/namespace/name, such as Deployment/n8n/n8n",
            ),
        )
        .default([])
        .describe(
            "`Kind/namespace/name` of workloads that need 3 replicas in prod (HA-04), besides those that systems declare",
        ),
    secretGenerations: z
        .array(secretGeneration)
        .default([])
        .describe(
            "secrets that were renewed; `make rotate` writes it ([rotate-secrets](runbooks/rotate-secrets.md))",
        ),
    exceptions: z
        .array(exception)
        .default([])
        .describe("exceptions of this stack ([criteria](criteria.md))"),
};

/** The site's part of the configuration as it is after parsing. */
export type SiteConfiguration = z.output<z.ZodObject<typeof siteShape, z.core.$strict>>;

/** Secrets that the site itself needs, by their key; those of systems are in their definitions. */
export const siteSecrets = {
    proxmoxApiToken: "Proxmox API token, `user@realm!name=uuid`",
    proxmoxHostTokens:
        'API tokens of the hosts that have an `endpoint` of their own, as one JSON object by host: `{"pve-4": "user@realm!name=uuid"}`',
    smtpPassword:
        "password of `mail.username` at `mail.host`: made in the account's settings at the mail provider, as an app password where it has those",
    backupAccessKey:
        "id of an access key that may list, read, write and delete in the bucket of `backup`, and nothing else",
    backupSecretKey: "secret part of the access key `backupAccessKey`",
    edgeSshKey:
        "private half of an ssh key of `edge.sshUser` at the Proxmox hosts, as `ssh-keygen -t ed25519` writes it, without a passphrase",
    edgeBackupAccessKey:
        "id of an access key that may only write, list and delete below `<cluster.name>/edge/` in the bucket of `backup`: edge sites hold it",
    edgeBackupSecretKey: "secret part of the access key `edgeBackupAccessKey`",
    deliveryKey:
        "private half of a deploy key that may only read `delivery.repository`, as `ssh-keygen -t ed25519` writes it, without a passphrase",
    deliveryToken:
        "access token that may only read `delivery.repository`, made in the settings of the repository",
} as const;

/** The key of a secret of the site. */
export type SiteSecret = keyof typeof siteSecrets;
/** One node of the site. */
export type NodeSettings = SiteConfiguration["nodes"][number];
/** An OpenID Connect issuer, and who signs its certificate. */
export type Issuer = NonNullable<SiteConfiguration["cluster"]["issuers"]>[number];
/** One disk of a node. */
export type DiskSettings = NodeSettings["disks"][number];
/** How Proxmox is reached. */
export type ProxmoxSettings = NonNullable<SiteConfiguration["proxmox"]>;
/** One Proxmox host. */
export type HostSettings = ProxmoxSettings["hosts"][number];
/** How mail is sent. */
export type MailSettings = NonNullable<SiteConfiguration["mail"]>;
/** How much of everything a stack runs. */
export type Profile = SiteConfiguration["profile"];
