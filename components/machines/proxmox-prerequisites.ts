/**
 * What Proxmox must have before machines can be made, judged from what its API answers. Pure; each
 * missing thing is one sentence. `docs/proxmox.md` has the commands that give it.
 */
import type { HostSettings } from "../site-schema";
import { neededPaths, type ProxmoxDemand } from "./proxmox-privileges";

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

function releaseFaults({ version }: ProxmoxAnswers): string[] {
    const [major = 0, minor = 0] = version.split(".").map(Number);
    const [oldestMajor, oldestMinor] = oldestRelease;
    return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
        ? []
        : [`Proxmox VE is ${version}; needed: ${oldestRelease.join(".")} or newer.`];
}

function hostFaults(demand: ProxmoxDemand, { hosts }: ProxmoxAnswers): string[] {
    const known = hosts.map(({ name }) => name).join(", ");
    return demand.hosts.flatMap(({ name }) => {
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

function storageFaults({ hosts, snippets }: ProxmoxDemand, { storages }: ProxmoxAnswers): string[] {
    return hosts.flatMap((host) => {
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
                  ...snippets
                      .filter((one) => one.host === host.name)
                      .flatMap(({ datastore }) =>
                          storageFault(host, known, {
                              key: "edge.snippetDatastore",
                              storage: datastore,
                              content: "snippets",
                          }),
                      ),
              ];
    });
}

function privilegeFaults(demand: ProxmoxDemand, { privileges }: ProxmoxAnswers): string[] {
    const missing = Object.entries(neededPaths(demand)).flatMap(([path, needed]) => {
        const absent = needed.filter((one) => !privileges[path]?.includes(one));
        return absent.length === 0 ? [] : [{ path, absent: absent.join(", ") }];
    });
    // All machines lack the same things, which is one sentence and not one for each.
    return [...new Set(missing.map(({ absent }) => absent))].map((absent) => {
        const paths = missing.filter((one) => one.absent === absent).map(({ path }) => path);
        return `The token lacks ${absent} on ${paths.join(", ")}.`;
    });
}

function machineFaults(demand: ProxmoxDemand, { machines }: ProxmoxAnswers): string[] {
    return demand.machines.flatMap(({ name, vmId, key }) => {
        const taken = machines.find((machine) => machine.vmid === vmId && machine.name !== name);
        return taken === undefined
            ? []
            : [`${key}: the VM id ${taken.vmid} of ${name} belongs to ${taken.name} already.`];
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
export function prerequisiteFaults(demand: ProxmoxDemand, answers: ProxmoxAnswers): string[] {
    return [
        ...releaseFaults(answers),
        ...hostFaults(demand, answers),
        ...storageFaults(demand, answers),
        ...privilegeFaults(demand, answers),
        ...machineFaults(demand, answers),
        ...firewallFaults(answers),
    ];
}
