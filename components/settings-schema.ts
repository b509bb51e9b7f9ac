/**
 * The shape of the stack configuration: one zod object per configuration key. What a value means
 * across keys (an address inside its subnet, a system whose requirement is off) is judged in
 * `settings-checks.ts`; this file only says what may be written at all.
 */
import { z } from "zod";

const IPV4_OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const IPV4 = new RegExp(`^${IPV4_OCTET}(\\.${IPV4_OCTET}){3}$`);
const CIDR = new RegExp(`^${IPV4_OCTET}(\\.${IPV4_OCTET}){3}/(3[0-2]|[12]?\\d)$`);
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const DNS_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/;

const address = z.string().regex(IPV4, "an IPv4 address such as 192.168.68.101");
const subnet = z.string().regex(CIDR, "an IPv4 network such as 192.168.68.0/24");
const label = z.string().regex(DNS_LABEL, "a DNS label: lower-case letters, digits and hyphens");
const positive = z.number().int().positive();
const httpsUrl = z.url({ protocol: /^https$/, error: "an https:// URL" });

/** A Proxmox disk of a node. Sizes are GiB. */
const disk = z.strictObject({
    /** `system` holds Talos (exactly one per node), `ceph` becomes one OSD. */
    purpose: z.enum(["system", "ceph"]),
    /** Size in GiB. */
    size: positive,
    /** Proxmox datastore; default: the host's `diskDatastore`. */
    datastore: z.string().min(1).optional(),
});

const node = z.strictObject({
    /** Host name in Talos and node name in Kubernetes. */
    name: label,
    role: z.enum(["controlPlane", "worker"]),
    /** Name of the Proxmox host (in `proxmox.hosts`) that runs the VM. Also the failure domain. */
    host: label,
    /** Proxmox VM id, fixed so that parallel creates never race for the next free one. */
    vmId: z.number().int().min(100).max(999_999_999).optional(),
    address,
    /** Virtual CPU cores. */
    cores: positive,
    /** Memory in MiB. */
    memory: positive,
    disks: z.array(disk).default([]),
    /** Last word on this node's machine configuration: Talos patch documents, merged as given. */
    talosPatches: z.array(z.record(z.string(), z.unknown())).default([]),
});

const host = z.strictObject({
    name: label,
    /** Datastore for the downloaded Talos image; content type `import` must be allowed on it. */
    imageDatastore: z.string().min(1).default("local"),
    /** Datastore for the VM disks. */
    diskDatastore: z.string().min(1).default("local-lvm"),
});

const systemSwitch = { enabled: z.boolean().default(true) };
const simpleSystem = z.strictObject(systemSwitch).prefault({});

/** The systems of the platform with their switches and sizes; every one is on by default. */
const systems = z.strictObject({
    cilium: simpleSystem,
    gatewayApi: simpleSystem,
    kubeletCsrApprover: simpleSystem,
    metricsServer: simpleSystem,
    certManager: z
        .strictObject({
            ...systemSwitch,
            /** ACME account address and DNS01 provider; without it only the internal CA issues. */
            acme: z
                .strictObject({
                    email: z.email(),
                    server: httpsUrl.default("https://acme-v02.api.letsencrypt.org/directory"),
                    /** DNS01 through Cloudflare; the token is the secret `cloudflareApiToken`. */
                    dns01: z.enum(["cloudflare"]).default("cloudflare"),
                })
                .optional(),
        })
        .prefault({}),
    sealedSecrets: z
        .strictObject({
            ...systemSwitch,
            /** How often a new sealing key is made, as a Go duration. */
            keyRenewal: z
                .string()
                .regex(/^\d+h$/, "hours, such as 720h")
                .default("720h"),
        })
        .prefault({}),
    kyverno: simpleSystem,
    rookCeph: z
        .strictObject({
            ...systemSwitch,
            /** The toolbox pod has the admin key: only while somebody works with it. */
            toolbox: z.boolean().default(false),
        })
        .prefault({}),
    cloudnativePg: simpleSystem,
    redisOperator: simpleSystem,
    n8n: z
        .strictObject({
            ...systemSwitch,
            /** Queue workers; default: `replicas("serving")` of the profile. */
            workers: positive.optional(),
            /** Webhook processors; default: `replicas("serving")` of the profile. */
            webhookProcessors: positive.optional(),
            /** Size of each database volume in GiB. */
            databaseSize: positive.default(10),
        })
        .prefault({}),
});

/** Prices of the site, and what a month may cost (COST-04). */
const cost = z.strictObject({
    /** Of all amounts below. */
    currency: z.string().regex(/^[A-Z]{3}$/, "a currency code such as EUR"),
    /** Price of a kilowatt-hour. */
    kilowattHour: z.number().nonnegative(),
    /** Watts that one requested core draws, its share of an idle machine included. */
    wattsPerCore: z.number().nonnegative(),
    /** Watts that one requested GiB of memory draws. */
    wattsPerGibibyte: z.number().nonnegative(),
    /** What the hardware costs in a month: its price over its years of use. */
    hardware: z.number().nonnegative().default(0),
    /** What the stack may cost in a month. */
    monthlyBudget: z.number().positive(),
});

/** An exception from a readiness criterion that only this stack needs. */
const exception = z.strictObject({
    /** Criterion id, for example `HA-05`. */
    criterion: z.string().regex(/^[A-Z]+-\d{2}$/, "a criterion id such as HA-05"),
    /** `Kind/namespace/name` or `Kind/name`; never a wildcard. */
    resource: z
        .string()
        .regex(/^[A-Za-z]+(\/[a-z0-9.:-]+){1,2}$/, "Kind/namespace/name, without a wildcard"),
    reason: z.string().min(20, "a reason of at least 20 characters"),
    /** What protects instead. */
    guard: z.string().min(10, "what guards it instead"),
    /** Last day on which it holds, `YYYY-MM-DD`. */
    expires: z.iso.date(),
});

/** Every configuration key of the project, without its secrets. */
export const configurationSchema = z.strictObject({
    profile: z.enum(["dev", "staging", "prod"]),
    /** DNS domain under which the platform's services are published. */
    domain: z.string().regex(DNS_NAME, "a DNS name such as home.example.org"),
    cluster: z.strictObject({
        /** `proxmox` builds machines and Talos; `existing` uses the cluster of a kubeconfig. */
        source: z.enum(["proxmox", "existing"]).default("proxmox"),
        name: label,
        /** The address of the Kubernetes API, shared by the control planes. */
        virtualIp: address.optional(),
        /** For `existing`: path of the kubeconfig file; `~` is the home directory. */
        kubeconfig: z.string().min(1).optional(),
        /** For `existing`: context in that kubeconfig; default: its current context. */
        context: z.string().min(1).optional(),
        /**
         * Kubernetes release to which `talosctl upgrade-k8s` has brought the nodes; without it they
         * still run the release of their creation. See docs/upgrades.md.
         */
        upgradedKubernetes: z
            .string()
            .regex(/^\d+\.\d+\.\d+$/, "a release such as 1.35.5")
            .optional(),
        /**
         * Whether an update waits until operators report what they made of a custom resource; off
         * only for a rehearsal on simulated nodes, where no operator runs.
         */
        awaitOperators: z.boolean().default(true),
    }),
    network: z.strictObject({
        /** Subnet of the nodes, the VIP and the load-balancer addresses. */
        nodes: subnet,
        gateway: address,
        nameservers: z.array(address).min(1),
        timeServers: z.array(z.string().min(1)).min(1).default(["time.cloudflare.com"]),
        pods: subnet.default("10.244.0.0/16"),
        services: subnet.default("10.96.0.0/12"),
        /** First and last address that LoadBalancer Services get, both inside `nodes`. */
        loadBalancers: z.strictObject({ start: address, stop: address }),
        /** Networks from which people reach the Talos and Kubernetes APIs; default: `nodes`. */
        administrators: z.array(subnet).min(1).optional(),
        /** Port of the Kubernetes API on the control planes. */
        apiServerPort: positive.max(65_535).default(6443),
    }),
    proxmox: z
        .strictObject({
            endpoint: httpsUrl,
            /** Skips the check of the API's certificate; only for a first try. */
            insecure: z.boolean().default(false),
            hosts: z.array(host).min(1),
            /** Linux bridge that the VMs join. */
            bridge: z.string().min(1).default("vmbr0"),
            /** VLAN tag of the VMs' interfaces. */
            vlan: z.number().int().min(1).max(4094).optional(),
        })
        .optional(),
    nodes: z.array(node).default([]),
    versions: z
        .strictObject({
            /** Talos release; default: the one pinned in `versions.ts`. */
            talos: z
                .string()
                .regex(/^v\d+\.\d+\.\d+$/, "a release such as v1.13.9")
                .optional(),
            /** Kubernetes release; default: the one pinned in `versions.ts`. */
            kubernetes: z
                .string()
                .regex(/^\d+\.\d+\.\d+$/, "a release such as 1.35.0")
                .optional(),
        })
        .prefault({}),
    charts: z
        .strictObject({
            /** Replaces every upstream: a directory, an https:// repository or oci:// registry. */
            mirror: z.string().min(1).optional(),
            /** A chart that cannot be had is listed instead of failing; only previews set it. */
            allowMissing: z.boolean().default(false),
        })
        .prefault({}),
    storage: z
        .strictObject({
            /** Copies of each block and file; at most the number of hosts with OSDs. */
            replication: z.number().int().min(1).max(5).default(3),
            /** What becomes of a volume when its claim goes; default: Retain in prod. */
            reclaimPolicy: z.enum(["Retain", "Delete"]).optional(),
        })
        .prefault({}),
    backup: z
        .strictObject({
            /** S3 endpoint outside the cluster's own disks, for what the first systems back up. */
            endpoint: httpsUrl,
            bucket: z.string().min(3),
            region: z.string().min(1).default("us-east-1"),
        })
        .optional(),
    systems: systems.prefault({}),
    cost: cost.optional(),
    /** Workloads that need 3 replicas in prod, as `Kind/namespace/name` (HA-04). */
    criticalWorkloads: z
        .array(z.string().regex(/^[A-Za-z]+\/[a-z0-9.-]+\/[a-z0-9.-]+$/, "Kind/namespace/name"))
        .default([
            "Deployment/cert-manager/cert-manager-webhook",
            "Deployment/kyverno/kyverno-admission-controller",
        ]),
    exceptions: z.array(exception).default([]),
});

/** Secret keys of the project: set with `pulumi config set --secret`, never written in data. */
export const secretKeys = {
    proxmoxApiToken: "Proxmox API token, `user@realm!name=uuid`",
    cloudflareApiToken: "Cloudflare API token that may edit the domain's DNS zone",
} as const;

export type SecretKey = keyof typeof secretKeys;
/** The configuration as it is after parsing: defaults filled in, nothing unknown. */
export type Configuration = z.infer<typeof configurationSchema>;
export type NodeSettings = Configuration["nodes"][number];
export type DiskSettings = NodeSettings["disks"][number];
export type ProxmoxSettings = NonNullable<Configuration["proxmox"]>;
export type HostSettings = ProxmoxSettings["hosts"][number];
export type SystemName = keyof Configuration["systems"];
export type Profile = Configuration["profile"];
