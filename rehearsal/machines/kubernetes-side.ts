/**
 * Kubernetes as Talos would carry it: the rehearsal's real control plane, with the authority of the
 * machine configuration, reached at the virtual address and at those of the control planes.
 */
import type { Manifest } from "../../components/base/object";
import { Kubernetes } from "../../kubernetes-client/kubernetes";
import { ensureBinaries } from "../binaries";
import { type ControlPlane, startControlPlane } from "../control-plane";
import { revive, silence } from "../control-plane/silence";
import { readAuthority, sign } from "./certificates";
import { Door, type DoorTable } from "./doors";
import { etcdSnapshot } from "./etcd-snapshot";
import type { KubernetesSide } from "./talos-cluster";
import type { TalosConfiguration } from "./talos-configuration";
import { TalosError } from "./talos-error";
import type { TalosMachine } from "./talos-machine";

/** What a machine has. */
export interface Size {
    readonly cores: number;
    /** MiB. */
    readonly memory: number;
    /** Bytes of the system disk. */
    readonly disk: number;
}

/** What a {@link RealKubernetes} is told. */
export interface RealKubernetesOptions {
    readonly release: string;
    readonly doors: DoorTable;
    readonly virtualAddress: string;
    readonly controlPlanes: readonly string[];
    readonly port: number;
    /** CRDs that operators would make. */
    readonly definitions: readonly Manifest[];
    readonly sizeOf: (address: string) => Size;
    readonly progress: (line: string) => void;
}

const MIB = 1024 ** 2;
const PLAYED = { "kwok.x-k8s.io/node": "fake" } as const;

/** What the kubelet of a node registers (talos v1.13.9: pkg/machinery/labels, and the machine's size). */
export function registeredNode(
    { hostname, role, nodeLabels }: TalosConfiguration,
    address: string,
    { cores, memory, disk }: Size,
): Manifest {
    const isControlPlane = role === "controlplane";
    const amounts = {
        cpu: String(cores),
        memory: String(memory * MIB),
        "ephemeral-storage": String(disk),
        pods: "110",
    };
    return {
        apiVersion: "v1",
        kind: "Node",
        metadata: {
            name: hostname,
            annotations: PLAYED,
            labels: {
                "kubernetes.io/hostname": hostname,
                "kubernetes.io/os": "linux",
                "kubernetes.io/arch": "amd64",
                ...(isControlPlane ? { "node-role.kubernetes.io/control-plane": "" } : {}),
                ...nodeLabels,
            },
        },
        spec: isControlPlane
            ? { taints: [{ key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" }] }
            : {},
        status: {
            addresses: [
                { type: "InternalIP", address },
                { type: "Hostname", address: hostname },
            ],
            capacity: amounts,
            allocatable: amounts,
        },
    };
}

/** The pods that a control plane runs from files, as the health check of Talos counts them. */
function staticPods(node: string): Manifest[] {
    return ["kube-apiserver", "kube-controller-manager", "kube-scheduler"].map((name) => ({
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
            name: `${name}-${node}`,
            namespace: "kube-system",
            labels: { "k8s-app": name },
        },
        spec: {
            nodeName: node,
            hostNetwork: true,
            tolerations: [{ operator: "Exists" }],
            containers: [{ name, image: `registry.k8s.io/${name}` }],
        },
    }));
}

/** The rehearsal's control plane in the place of Talos'. */
export class RealKubernetes implements KubernetesSide {
    private controlPlane: ControlPlane | undefined;
    private client: Kubernetes | undefined;
    private starting: Promise<void> | undefined;
    private readonly doors: ReadonlyMap<string, Door>;

    constructor(private readonly options: RealKubernetesOptions) {
        const { doors, virtualAddress, controlPlanes, port } = options;
        const places = [virtualAddress, ...controlPlanes];
        this.doors = new Map(
            places.map((address) => [
                address,
                new Door(doors[`${address}:${port}`] ?? 0, () => this.apiPort()),
            ]),
        );
    }

    /** A client of an administrator; undefined before there is a cluster. */
    get kubernetes(): Kubernetes | undefined {
        return this.client;
    }

    /** Nodes go on booting while it starts, which takes some seconds. */
    start(configuration: TalosConfiguration): boolean {
        this.starting ??= this.raise(configuration).catch((error: unknown) => {
            this.options.progress(`The control plane did not start: ${(error as Error).message}`);
        });
        return this.client !== undefined;
    }

    private async raise(configuration: TalosConfiguration): Promise<void> {
        const { release, virtualAddress, controlPlanes, definitions, progress } = this.options;
        const authority = await readAuthority(configuration.kubernetesAuthority, "kubernetes");
        const addresses = [virtualAddress, ...controlPlanes, "127.0.0.1", "localhost"];
        const serving = await sign(authority, { name: "CN=kube-apiserver", addresses, days: 365 });
        progress("etcd was made: starting the real control plane");
        this.controlPlane = await startControlPlane({
            binaries: await ensureBinaries(progress),
            kubernetesVersion: release,
            certificates: {
                ...serving,
                authority: configuration.kubernetesAuthority.certificate,
            },
        });
        const client = await Kubernetes.connect(this.controlPlane.kubeconfig);
        await Promise.all(definitions.map((one) => client.apply(one, "operator")));
        this.client = client;
    }

    async register(machine: TalosMachine, configuration: TalosConfiguration): Promise<void> {
        const { client } = this;
        if (client === undefined) {
            return;
        }
        const size = this.options.sizeOf(machine.address);
        await client.apply(registeredNode(configuration, machine.address, size), "kubelet");
        if (configuration.role === "controlplane") {
            await Promise.all(
                staticPods(configuration.hostname).map((pod) => client.apply(pod, "kubelet")),
            );
        }
        await revive(client, configuration.hostname);
    }

    async setPower({ hostname }: TalosConfiguration, isOn: boolean): Promise<void> {
        const { client } = this;
        const node = await client?.find(`/api/v1/nodes/${hostname}`);
        if (client !== undefined && node !== undefined) {
            await (isOn ? revive : silence)(client, hostname);
        }
    }

    snapshot(): Promise<Buffer> {
        if (this.controlPlane === undefined) {
            throw new TalosError("UNAVAILABLE", "etcd is not running on this node");
        }
        return etcdSnapshot(this.controlPlane.etcdSocket);
    }

    async announce(addresses: readonly string[], hasQuorum: boolean): Promise<void> {
        for (const [address, door] of this.doors) {
            const isVirtual = address === this.options.virtualAddress;
            await door.set(hasQuorum && (isVirtual || addresses.includes(address)));
        }
    }

    /** Ends it with everything in it. */
    async stop(): Promise<void> {
        for (const door of this.doors.values()) {
            await door.set(false);
        }
        await this.starting;
        this.client?.close();
        await this.controlPlane?.stop();
    }

    private apiPort(): number {
        return Number(new URL(this.controlPlane?.server ?? "https://127.0.0.1:1").port);
    }
}
