/** What each call of a node's API does. A call is for one node; who asks for several gets all answers. */
import { randomUUID } from "node:crypto";
import { readAuthority, sign } from "./certificates";
import { archiveOf } from "./tar";
import type { TalosCluster } from "./talos-cluster";
import { TalosError } from "./talos-error";
import { type Image, MODES, type Mode, type TalosMachine } from "./talos-machine";

type Message = Readonly<Record<string, unknown>>;

/** What a call is told. */
export interface Call {
    readonly cluster: TalosCluster;
    readonly machine: TalosMachine;
    readonly request: Message;
    readonly now: number;
    /** Bytes of memory of the machine. */
    readonly memory: number;
}

/** Answers for one node. */
export type Answer = (call: Call) => Message | Promise<Message>;

/** Days that a kubeconfig lives (talos v1.13.9: `adminKubeconfig.certLifetime`, 8760h). */
const KUBECONFIG_DAYS = 365;

const acknowledged = (): Message => ({ actor_id: randomUUID() });

/**
 * The image of an installer, such as `factory.talos.dev/nocloud-installer/<schematic>:v1.13.9`.
 *
 * @throws TalosError for another text
 */
export function imageOf(text: string): Image {
    const found = /^(?:[^/]+\/)+([0-9a-z-]+):(v\d+\.\d+\.\d+\S*)$/.exec(text);
    if (found === null) {
        throw new TalosError("INVALID_ARGUMENT", `error validating installer image "${text}"`);
    }
    return { schematic: found[1] ?? "", release: found[2] ?? "" };
}

function services({ machine }: Call): Message {
    const isControlPlane = machine.disk.configuration?.role === "controlplane";
    const isEtcdUp = machine.disk.member !== undefined;
    const service = (id: string, isUp: boolean): Message => ({
        id,
        state: isUp ? "Running" : "Preparing",
        events: { events: [{ msg: "", state: isUp ? "Running" : "Preparing" }] },
        health: { healthy: isUp },
    });
    return {
        services: [
            service("apid", true),
            service("kubelet", true),
            ...(isControlPlane ? [service("etcd", isEtcdUp), service("trustd", true)] : []),
        ],
    };
}

function members({ cluster, machine }: Call): Message {
    return {
        members: cluster.membersFor(machine).map(({ id, hostname, address }) => ({
            id,
            hostname,
            peer_urls: [`https://${address}:2380`],
            client_urls: [`https://${address}:2379`],
        })),
    };
}

function etcdStatus({ cluster, machine }: Call): Message {
    cluster.membersFor(machine);
    return {
        member_status: {
            protocol_version: "3.6.0",
            storage_version: "3.6.0",
            db_size: 1024,
            db_size_in_use: 1024,
            leader: cluster.etcd.leader ?? 0,
            member_id: machine.disk.member ?? 0,
        },
    };
}

function apply({ machine, request, now }: Call): Message {
    const mode =
        (Object.keys(MODES) as Mode[]).find((one) => MODES[one] === request.mode) ?? "auto";
    const text = Buffer.from(request.data as Uint8Array).toString("utf8");
    const done = machine.apply(text, mode, request.dry_run === true, now);
    return { mode: MODES[done.mode], mode_details: done.details, warnings: [] };
}

/** Calls of the machine service that answer with one message per node. */
export const UNARY: Readonly<Record<string, Answer>> = {
    ApplyConfiguration: apply,
    Bootstrap: ({ cluster, machine, request }) => {
        cluster.bootstrap(machine, request.recover_etcd === true);
        return {};
    },
    EtcdAlarmList: (call) => {
        call.cluster.membersFor(call.machine);
        return {};
    },
    EtcdForfeitLeadership: ({ cluster, machine }) => {
        cluster.etcd.forfeit(machine.disk.member ?? 0);
        return acknowledged();
    },
    EtcdLeaveCluster: ({ cluster, machine }) => {
        cluster.leave(machine);
        return acknowledged();
    },
    EtcdMemberList: members,
    EtcdRemoveMemberByID: ({ cluster, request }) => {
        cluster.etcd.remove(Number(request.member_id));
        return acknowledged();
    },
    EtcdStatus: etcdStatus,
    Memory: ({ memory }) => ({ meminfo: { memtotal: Math.floor(memory / 1024) } }),
    Reboot: ({ machine, now }) => {
        machine.reboot(now);
        return acknowledged();
    },
    Reset: ({ cluster, machine, request, now }) => {
        const { graceful, reboot } = request;
        cluster.reset(machine, { graceful: graceful === true, reboot: reboot === true }, now);
        return acknowledged();
    },
    ServiceList: services,
    Shutdown: ({ machine, now }) => {
        machine.shutdown(now);
        return acknowledged();
    },
    Upgrade: ({ machine, request, now }) => {
        machine.upgrade(imageOf(String(request.image)), now);
        return { ack: "Upgrade request received", ...acknowledged() };
    },
    Version: ({ machine }) => ({
        version: { tag: machine.disk.image.release, os: "linux", arch: "amd64" },
        platform: { name: "nocloud", mode: "cloud" },
    }),
};

/** An administrator's kubeconfig, signed anew at each call (internal/app/machined: `Kubeconfig`). */
async function kubeconfig({ machine }: Call): Promise<Buffer> {
    const { configuration } = machine.disk;
    if (configuration?.role !== "controlplane" || machine.disk.member === undefined) {
        throw new TalosError("UNAVAILABLE", "kubeconfig is only available on control plane nodes");
    }
    const { kubernetesAuthority, clusterName, endpoint } = configuration;
    const authority = await readAuthority(kubernetesAuthority, "kubernetes");
    const subject = { name: "CN=admin, O=system:masters", addresses: [], days: KUBECONFIG_DAYS };
    const { certificate, key } = await sign(authority, subject);
    const encoded = (text: string) => Buffer.from(text, "utf8").toString("base64");
    const user = `admin@${clusterName}`;
    return archiveOf(
        "kubeconfig",
        JSON.stringify({
            apiVersion: "v1",
            kind: "Config",
            clusters: [
                {
                    name: clusterName,
                    cluster: {
                        server: endpoint,
                        "certificate-authority-data": encoded(kubernetesAuthority.certificate),
                    },
                },
            ],
            users: [
                {
                    name: user,
                    user: {
                        "client-certificate-data": encoded(certificate),
                        "client-key-data": encoded(key),
                    },
                },
            ],
            contexts: [
                { name: user, context: { cluster: clusterName, user, namespace: "default" } },
            ],
            "current-context": user,
        }),
    );
}

/** File with an id that is another after each start (Linux, proc(5)). */
const BOOT_ID = "/proc/sys/kernel/random/boot_id";

/** @throws TalosError for any other file */
function read({ machine, request }: Call): Buffer {
    const path = String(request.path);
    if (path !== BOOT_ID) {
        throw new TalosError("UNIMPLEMENTED", `${path} is not played`);
    }
    return Buffer.from(`${machine.address}-${machine.boots}\n`, "utf8");
}

/** Calls of the machine service that send bytes. */
export const STREAMS: Readonly<Record<string, (call: Call) => Buffer | Promise<Buffer>>> = {
    EtcdSnapshot: ({ cluster, machine }) => cluster.snapshotOf(machine),
    Kubeconfig: kubeconfig,
    Read: read,
};
