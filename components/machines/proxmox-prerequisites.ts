/**
 * What Proxmox must have before machines can be made, judged from what its API answers. Pure; each
 * missing thing is one sentence. `docs/proxmox.md` has the commands that give it.
 */
import type { Site } from "../site";
import type { HostSettings } from "../site-schema";
import { proxmoxOf, usedHosts } from "./virtual-machine";

/** A storage of a host, as `GET /nodes/{node}/storage` lists it. */
export interface StorageAnswer {
    readonly storage: string;
    /** Content types, separated by commas. */
    readonly content: string;
    readonly active?: number;
}

/** What the API answered; undefined for what the token may not ask. */
export interface ProxmoxAnswers {
    /** Release, such as `9.1.2`. */
    readonly version: string;
    /** Names of the hosts of this Proxmox cluster that are online, and of those that are not. */
    readonly hosts: readonly { readonly name: string; readonly online: boolean }[];
    /** Storages by host. */
    readonly storages: Readonly<Record<string, readonly StorageAnswer[] | undefined>>;
    /** Privileges of the token by path. */
    readonly privileges: Readonly<Record<string, readonly string[]>>;
    /** Machines of the Proxmox cluster. */
    readonly machines: readonly { readonly vmid: number; readonly name: string }[];
    /** Whether the firewall of the datacenter is on. */
    readonly firewall: boolean | undefined;
}

/** Import of a disk image by API alone came with it (`image.ts`). */
const oldestRelease = [8, 4] as const;

/**
 * Privileges by kind of path: the Proxmox API viewer, "Check" of each call that the provider makes
 * (create, configure, start and delete a VM; download_url; firewall of the VM).
 */
export const neededPrivileges = {
    machine: [
        "VM.Allocate",
        "VM.Audit",
        "VM.Config.CDROM",
        "VM.Config.CPU",
        "VM.Config.Cloudinit",
        "VM.Config.Disk",
        "VM.Config.HWType",
        "VM.Config.Memory",
        "VM.Config.Network",
        "VM.Config.Options",
        "VM.Console",
        "VM.PowerMgmt",
    ],
    imageStorage: ["Datastore.AllocateTemplate", "Datastore.Audit", "Datastore.AllocateSpace"],
    diskStorage: ["Datastore.AllocateSpace", "Datastore.Audit"],
    /** download_url asks for both; the status of the cluster and its firewall for the first. */
    datacenter: ["Sys.Audit", "Sys.Modify"],
    bridge: ["SDN.Use"],
} as const;

/** Paths on which the token needs privileges, with those that it needs there. */
export function neededPaths(site: Site): Readonly<Record<string, readonly string[]>> {
    const { bridge, vlan } = proxmoxOf(site);
    const hosts = usedHosts(site);
    const on = (paths: readonly string[], privileges: readonly string[]) =>
        paths.map((path): [string, readonly string[]] => [path, privileges]);
    const network = `/sdn/zones/localnetwork/${bridge}${vlan === undefined ? "" : `/${vlan}`}`;
    const entries = [
        ...on(
            site.nodes.flatMap(({ vmId }) => (vmId === undefined ? [] : [`/vms/${vmId}`])),
            neededPrivileges.machine,
        ),
        ...on(
            hosts.map(({ diskDatastore }) => `/storage/${diskDatastore}`),
            neededPrivileges.diskStorage,
        ),
        ...on(
            hosts.map(({ imageDatastore }) => `/storage/${imageDatastore}`),
            neededPrivileges.imageStorage,
        ),
        ...on(["/"], neededPrivileges.datacenter),
        ...on([network], neededPrivileges.bridge),
    ];
    const merged = new Map<string, readonly string[]>();
    for (const [path, privileges] of entries) {
        merged.set(path, [...new Set([...(merged.get(path) ?? []), ...privileges])]);
    }
    return Object.fromEntries(merged);
}

function releaseFaults({ version }: ProxmoxAnswers): string[] {
    const [major = 0, minor = 0] = version.split(".").map(Number);
    const [oldestMajor, oldestMinor] = oldestRelease;
    return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
        ? []
        : [`Proxmox VE is ${version}; needed: ${oldestRelease.join(".")} or newer.`];
}

function hostFaults(site: Site, { hosts }: ProxmoxAnswers): string[] {
    const known = hosts.map(({ name }) => name).join(", ");
    return usedHosts(site).flatMap(({ name }) => {
        const found = hosts.find((host) => host.name === name);
        if (found === undefined) {
            return [
                `proxmox.hosts: ${name} is not in this Proxmox cluster, whose hosts are: ${known}.`,
            ];
        }
        return found.online ? [] : [`Proxmox host ${name} is offline.`];
    });
}

function storageFault(
    { name }: HostSettings,
    storages: readonly StorageAnswer[],
    wanted: { key: string; storage: string; content: string },
): string[] {
    const found = storages.find(({ storage }) => storage === wanted.storage);
    if (found === undefined) {
        const known = storages.map(({ storage }) => storage).join(", ") || "none";
        return [
            `${wanted.key}: ${name} has no storage ${wanted.storage} that the token may see; it has: ${known}.`,
        ];
    }
    const contents = found.content.split(",");
    const allowed = [...contents, wanted.content].join(",");
    return contents.includes(wanted.content)
        ? []
        : [
              `${wanted.key}: storage ${wanted.storage} of ${name} does not allow the content type ${wanted.content}: "pvesm set ${wanted.storage} --content ${allowed}".`,
          ];
}

function storageFaults(site: Site, { storages }: ProxmoxAnswers): string[] {
    return usedHosts(site).flatMap((host) => {
        const known = storages[host.name];
        // Without an answer the privileges say what is missing.
        return known === undefined
            ? []
            : [
                  ...storageFault(host, known, {
                      key: "imageDatastore",
                      storage: host.imageDatastore,
                      content: "import",
                  }),
                  ...storageFault(host, known, {
                      key: "diskDatastore",
                      storage: host.diskDatastore,
                      content: "images",
                  }),
              ];
    });
}

function privilegeFaults(site: Site, { privileges }: ProxmoxAnswers): string[] {
    const missing = Object.entries(neededPaths(site)).flatMap(([path, needed]) => {
        const absent = needed.filter((one) => !privileges[path]?.includes(one));
        return absent.length === 0 ? [] : [{ path, absent: absent.join(", ") }];
    });
    // All machines lack the same things, which is one sentence and not one for each.
    return [...new Set(missing.map(({ absent }) => absent))].map((absent) => {
        const paths = missing.filter((one) => one.absent === absent).map(({ path }) => path);
        return `The token lacks ${absent} on ${paths.join(", ")}.`;
    });
}

function machineFaults({ nodes }: Site, { machines }: ProxmoxAnswers): string[] {
    return nodes.flatMap(({ name, vmId }) => {
        const taken = machines.find((machine) => machine.vmid === vmId && machine.name !== name);
        return taken === undefined
            ? []
            : [`nodes: the VM id ${taken.vmid} of ${name} belongs to ${taken.name} already.`];
    });
}

function firewallFaults({ firewall }: ProxmoxAnswers): string[] {
    return firewall === false
        ? [
              "The firewall of the Proxmox datacenter is off, so no machine would be fenced: Datacenter > Firewall > Options > Firewall, after rules that let you in.",
          ]
        : [];
}

/** Everything that is missing, one sentence each; nothing when machines can be made. */
export function prerequisiteFaults(site: Site, answers: ProxmoxAnswers): string[] {
    return [
        ...releaseFaults(answers),
        ...hostFaults(site, answers),
        ...storageFaults(site, answers),
        ...privilegeFaults(site, answers),
        ...machineFaults(site, answers),
        ...firewallFaults(answers),
    ];
}
