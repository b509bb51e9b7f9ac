/**
 * A small cluster that the operations work on: nodes, etcd, Ceph, Kubernetes and the state of the stack,
 * all in memory. It can lose its operator at any change, before or after the change is made.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Cluster, KubernetesApi, TalosApi } from "../../../operate/cluster/cluster";
import { MACHINE_TYPE } from "../../../scripts/stack/machines";
import { type StackState } from "../../../operate/stack-state";
import { ApiError } from "../../../kubernetes-client/connection";
import { sampleSite } from "../../fixtures/settings";

export const NEW = { release: "v1.13.9", schematic: "b".repeat(64) };
export const OLD = { release: "v1.13.7", schematic: "a".repeat(64) };
export const IMAGE = `factory.talos.dev/nocloud-installer/${NEW.schematic}:${NEW.release}`;

/** Whoever works on the cluster is killed. */
export class Killed extends Error {}

interface FakeNode {
    readonly name: string;
    readonly address: string;
    readonly controlPlane: boolean;
    release: string;
    schematic: string;
    on: boolean;
    etcd: "Running" | "Preparing" | "Finished";
    member: boolean;
}

interface FakeObject {
    annotations: Record<string, string>;
    unschedulable: boolean;
    kubelet: string;
    ready: boolean;
}

export class World {
    readonly site = sampleSite();
    readonly acts: string[] = [];
    readonly nodes = new Map<string, FakeNode>();
    readonly objects = new Map<string, FakeObject>();
    /** Pods that a drain moves, by node. */
    readonly pods = new Map<string, string[]>();
    /** OSDs by id. */
    readonly osds = new Map<
        string,
        { host: string; out: boolean; running: boolean; known: boolean }
    >();
    readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "operate-test-"));
    readonly settings: Record<string, string> = {};
    leader = "ctrl-1";
    alarms: string[] = [];
    kubernetesRelease = "1.35.4";
    machineProtected = new Map<string, boolean>();
    /** What `up` does with a node in the state. */
    health = { health: "HEALTH_OK", details: {} as Record<string, { severity: string }> };
    budgets: object[] = [];
    time = Date.parse("2026-11-27T10:00:00Z");
    snapshotBytes = 4128;
    /** Changes until the operator is killed; undefined for never. */
    fuse: number | undefined;
    /** Whether the last change before that is made. */
    killedAfter = false;
    changes = 0;
    upCode = 0;
    /** What a node runs after an upgrade; default: what it was told. */
    upgradeFails = new Set<string>();

    constructor(running = OLD) {
        for (const { name, address, role } of this.site.nodes) {
            const controlPlane = role === "controlPlane";
            const etcd = controlPlane ? "Running" : "Finished";
            this.nodes.set(name, {
                name,
                address,
                controlPlane,
                ...running,
                on: true,
                etcd,
                member: controlPlane,
            });
            this.objects.set(name, this.freshObject());
            this.pods.set(name, controlPlane ? [] : [`${name}-app`]);
            this.machineProtected.set(name, true);
        }
        const workers = this.site.nodes.filter(({ role }) => role === "worker");
        workers.forEach(({ name }, index) => {
            this.osds.set(String(index), { host: name, out: false, running: true, known: true });
        });
    }

    remove(): void {
        fs.rmSync(this.folder, { recursive: true, force: true });
    }

    cluster(lines: string[] = []): Cluster {
        return {
            stack: "prod",
            site: this.site,
            talosctl: this.talosctl(),
            kubernetes: this.kubernetes(),
            hasCeph: true,
            snapshots: path.join(this.folder, "snapshots"),
            clock: {
                now: () => this.time,
                pause: (seconds) => {
                    this.time += seconds * 1000;
                    return Promise.resolve();
                },
            },
            tell: (line) => lines.push(line),
        };
    }

    state(): StackState {
        return {
            output: () => Promise.resolve(IMAGE),
            resources: () =>
                Promise.resolve(
                    [...this.machineProtected].map(([name, protect]) => ({
                        ...{ name, protect, type: MACHINE_TYPE, urn: `urn:${name}`, outputs: {} },
                    })),
                ),
            unprotect: (urn) =>
                this.change(`unprotect ${urn}`, () => {
                    this.machineProtected.set(urn.slice(4), false);
                }),
            setConfig: (key, value) =>
                this.change(`config ${key}=${value}`, () => {
                    this.settings[key] = value;
                }),
            secret: () => Promise.resolve("secret"),
            up: async (flags) => {
                await this.change(`up ${flags.join(" ")}`, () => {
                    for (const flag of flags.filter((one) => one.startsWith("urn:"))) {
                        this.makeAnew(flag.slice(4));
                    }
                });
                return this.upCode;
            },
        };
    }

    private freshObject(): FakeObject {
        return {
            annotations: {},
            unschedulable: false,
            kubelet: `v${this.kubernetesRelease}`,
            ready: true,
        };
    }

    private makeAnew(name: string): void {
        const node = this.node(name);
        Object.assign(node, {
            ...NEW,
            on: true,
            member: node.controlPlane,
            etcd: node.controlPlane ? "Running" : "Finished",
        });
        this.objects.set(name, this.freshObject());
        this.pods.set(name, []);
        this.machineProtected.set(name, true);
    }

    /** A change, which may be the last one. */
    async change<T>(act: string, make: () => T): Promise<T> {
        await Promise.resolve();
        this.changes += 1;
        const isLast = this.fuse !== undefined && this.changes > this.fuse;
        if (isLast && !this.killedAfter) {
            throw new Killed(act);
        }
        this.acts.push(act);
        const made = make();
        if (isLast) {
            throw new Killed(act);
        }
        return made;
    }

    node(nameOrAddress: string): FakeNode {
        const found = [...this.nodes.values()].find(
            ({ name, address }) => name === nameOrAddress || address === nameOrAddress,
        );
        if (found === undefined) {
            throw new Error(`there is no node ${nameOrAddress}`);
        }
        return found;
    }

    private answering(address: string): FakeNode {
        const node = this.node(address);
        if (!node.on) {
            throw new ApiError(0, `${node.name} does not answer`);
        }
        return node;
    }

    private etcdMembers() {
        return [...this.nodes.values()]
            .filter(({ member }) => member)
            .map(({ name }) => ({ id: `id-${name}`, hostname: name, learner: false }));
    }

    private talosctl(): TalosApi {
        const ask = async <T>(address: string, answer: (node: FakeNode) => T): Promise<T> => {
            await Promise.resolve();
            return answer(this.answering(address));
        };
        const members = (address: string) =>
            ask(address, ({ etcd }) => {
                if (etcd !== "Running") {
                    throw new ApiError(0, "etcd does not run");
                }
                return this.etcdMembers();
            });
        const object = (name: string) => this.objects.get(name) ?? this.freshObject();
        return {
            version: (address) => ask(address, ({ release }) => release),
            schematic: (address) => ask(address, ({ schematic }) => schematic),
            configuration: (address) => ask(address, () => "machine: {}"),
            members,
            etcd: async (address) => ({ members: await members(address), alarms: this.alarms }),
            removeMember: async (address, id) => {
                this.answering(address);
                await this.change(`remove-member ${id}`, () => {
                    Object.assign(this.node(id.replace("id-", "")), { member: false });
                });
            },
            leader: (address) => ask(address, () => `id-${this.leader}`),
            service: (address) => ask(address, ({ etcd }) => etcd),
            snapshot: (address, file) =>
                ask(address, () => {
                    fs.writeFileSync(file, Buffer.alloc(this.snapshotBytes));
                    fs.utimesSync(file, this.time / 1000, this.time / 1000);
                }),
            upgrade: async (address, image) => {
                const { name } = this.answering(address);
                await this.change(`drain ${name}`, () => {
                    object(name).unschedulable = true;
                });
                await this.change(`upgrade ${name} ${image}`, () => {
                    if (!this.upgradeFails.has(name)) {
                        Object.assign(this.node(name), NEW);
                    }
                });
                object(name).unschedulable = false;
            },
            upgradeKubernetes: async (_address, release, dryRun) => {
                if (dryRun) {
                    return;
                }
                await this.change(`upgrade-k8s ${release}`, () => {
                    this.kubernetesRelease = release;
                });
                for (const [name, one] of this.objects) {
                    await this.change(`kubelet ${name}`, () => {
                        one.kubelet = `v${release}`;
                    });
                }
            },
            reset: async (address) => {
                const node = this.answering(address);
                await this.change(`reset ${node.name}`, () => {
                    Object.assign(node, { member: false, etcd: "Finished", on: false });
                    object(node.name).ready = false;
                });
            },
            shutdown: async (address) => {
                const node = this.answering(address);
                await this.change(`shutdown ${node.name}`, () => {
                    node.on = false;
                    object(node.name).ready = false;
                });
            },
            recover: async (address, file) => {
                const node = this.answering(address);
                await this.change(`recover ${node.name} ${path.basename(file)}`, () => {
                    for (const one of this.nodes.values()) {
                        Object.assign(
                            one,
                            one.controlPlane ? { etcd: "Running", member: true } : {},
                        );
                    }
                });
            },
        };
    }

    private toNode(name: string) {
        const one = this.objects.get(name);
        return one === undefined
            ? undefined
            : {
                  metadata: { name, annotations: one.annotations },
                  spec: { unschedulable: one.unschedulable },
                  status: {
                      conditions: [{ type: "Ready", status: one.ready ? "True" : "False" }],
                      nodeInfo: { kubeletVersion: one.kubelet },
                  },
              };
    }

    private read(url: string, query: Readonly<Record<string, string>> = {}): unknown {
        const [, node] = /^\/api\/v1\/nodes\/(.+)$/.exec(url) ?? [];
        const [, osd] = /deployments\/rook-ceph-osd-(\d+)$/.exec(url) ?? [];
        if (node !== undefined) {
            return this.toNode(node);
        }
        if (osd !== undefined) {
            return this.osds.has(osd) ? { metadata: { name: `rook-ceph-osd-${osd}` } } : undefined;
        }
        if (url === "/version") {
            return { gitVersion: `v${this.kubernetesRelease}` };
        }
        if (url === "/api/v1/nodes") {
            return { items: [...this.objects.keys()].map((name) => this.toNode(name)) };
        }
        if (url.endsWith("/poddisruptionbudgets")) {
            return { items: this.budgets };
        }
        if (url.includes("/cephclusters/")) {
            const lastChecked = new Date(this.time).toISOString();
            return { status: { ceph: { ...this.health, lastChecked } } };
        }
        if (url.endsWith("/deployments")) {
            return { items: [...this.osds].map(([id, { host }]) => this.osdDeployment(id, host)) };
        }
        if (url === "/api/v1/pods") {
            const name = (query.fieldSelector ?? "").replace("spec.nodeName=", "");
            const items = (this.pods.get(name) ?? []).map((pod) => ({
                metadata: { namespace: "apps", name: pod, uid: pod },
                spec: { nodeName: name },
            }));
            return { items };
        }
        if (query.labelSelector?.includes("ceph-osd-id=") === true) {
            const id = query.labelSelector.split("ceph-osd-id=")[1] ?? "";
            return { items: this.osds.get(id)?.running === true ? [{}] : [] };
        }
        return { items: [{ metadata: { name: "rook-ceph-operator-0" } }] };
    }

    private osdDeployment(id: string, host: string) {
        const nodeSelector = { "kubernetes.io/hostname": host };
        return {
            metadata: { name: `rook-ceph-osd-${id}`, labels: { "ceph-osd-id": id } },
            spec: { template: { spec: { nodeSelector } } },
        };
    }

    private async ceph([, verb = "", id = "", more = ""]: readonly string[]): Promise<string> {
        const osd = this.osds.get(id);
        switch (verb) {
            case "ls": {
                const ids = [...this.osds]
                    .filter(([, { known }]) => known)
                    .map(([one]) => Number(one));
                return JSON.stringify(ids);
            }
            case "safe-to-destroy":
                if (osd?.out !== true) {
                    throw new ApiError(0, `OSD ${id} has placement groups`);
                }
                return "";
            case "out":
                return this.change(`out ${id}`, () => {
                    Object.assign(osd ?? {}, { out: true });
                    return "";
                });
            case "down":
                return "";
            case "purge":
                return this.change(`purge ${id}`, () => {
                    Object.assign(osd ?? {}, { known: false });
                    return "";
                });
            case "crush":
                return this.change(`crush remove ${more}`, () => "");
            default:
                throw new Error(`ceph has no ${verb}`);
        }
    }

    private kubernetes(): KubernetesApi {
        const find = async <T>(url: string, query?: Readonly<Record<string, string>>) => {
            await Promise.resolve();
            return this.read(url, query) as T | undefined;
        };
        return {
            find,
            get: async <T>(url: string, query?: Readonly<Record<string, string>>) => {
                const found = await find<T>(url, query);
                if (found === undefined) {
                    throw new ApiError(404, "not found");
                }
                return found;
            },
            merge: async (url, changes) => {
                const name = url.split("/").at(-1) ?? "";
                const { metadata, spec } = changes as {
                    metadata?: { annotations?: Record<string, string | null> };
                    spec?: { unschedulable?: boolean; replicas?: number };
                };
                await this.change(`merge ${name} ${JSON.stringify(changes)}`, () => {
                    const one = this.objects.get(name);
                    if (spec?.replicas === 0) {
                        Object.assign(this.osds.get(name.split("-").at(-1) ?? "") ?? {}, {
                            running: false,
                        });
                    }
                    if (one === undefined) {
                        return;
                    }
                    one.unschedulable = spec?.unschedulable ?? one.unschedulable;
                    for (const [key, value] of Object.entries(metadata?.annotations ?? {})) {
                        one.annotations = Object.fromEntries(
                            Object.entries({ ...one.annotations, [key]: value }).flatMap(
                                ([entry, text]) => (text === null ? [] : [[entry, text] as const]),
                            ),
                        );
                    }
                });
            },
            delete: async (url) => {
                const name = url.split("/").at(-1) ?? "";
                await this.change(`delete ${name}`, () => {
                    this.objects.delete(name);
                    this.osds.delete(name.replace("rook-ceph-osd-", ""));
                });
            },
            evict: async ({ metadata: { name } }) => {
                await this.change(`evict ${name}`, () => {
                    for (const [node, pods] of this.pods) {
                        this.pods.set(
                            node,
                            pods.filter((pod) => pod !== name),
                        );
                    }
                });
            },
            execute: (_place, command) => this.ceph(command.slice(3)),
        };
    }
}
