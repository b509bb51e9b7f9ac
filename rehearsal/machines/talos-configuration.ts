/** The machine configuration as a node reads it: what the simulation needs of it. Pure. */
import * as yaml from "js-yaml";
import { isRecord } from "../../components/base/object";
import { readString } from "../../policy/kernel/tree";
import type { KeyPair } from "./certificates";

type Tree = Record<string, unknown>;

/** What a node is told. */
export interface TalosConfiguration {
    /** The documents as they came. */
    readonly text: string;
    readonly hostname: string;
    readonly role: "controlplane" | "worker";
    readonly clusterName: string;
    /** Of Talos; without a key on workers. */
    readonly talosAuthority: KeyPair;
    /** Of Kubernetes; without a key on workers. */
    readonly kubernetesAuthority: KeyPair;
    readonly endpoint: string;
    /** Name of the pod network that Talos brings, `none` where somebody else does. */
    readonly cni: string;
    readonly nodeLabels: Readonly<Record<string, string>>;
    /** Images of the kubelet and the API server, with their release. */
    readonly kubelet: string;
    /** The documents, the main one first. */
    readonly documents: readonly Tree[];
}

const decoded = (base64: string | undefined) =>
    Buffer.from(base64 ?? "", "base64").toString("utf8");

function keyPair(main: Tree, ...path: readonly string[]): KeyPair {
    return {
        certificate: decoded(readString(main, ...path, "crt")),
        key: decoded(readString(main, ...path, "key")),
    };
}

function recordAt(tree: unknown, ...path: readonly string[]): Tree {
    const found = path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), tree);
    return isRecord(found) ? found : {};
}

/**
 * Reads a configuration.
 *
 * @throws Error with Talos' kind of sentence for what it would refuse
 */
export function readConfiguration(text: string): TalosConfiguration {
    const documents = yaml.loadAll(text).filter(isRecord);
    const main = documents.find((document) => isRecord(document.machine));
    if (main === undefined) {
        throw new Error("the applied machine configuration doesn't contain v1alpha1 config");
    }
    const role = readString(main, "machine", "type");
    if (role !== "controlplane" && role !== "worker") {
        throw new Error(`unknown machine type ${role ?? ""}`);
    }
    const named = documents.find(({ kind }) => kind === "HostnameConfig");
    const labels = Object.entries(recordAt(main, "machine", "nodeLabels"));
    return {
        text,
        role,
        hostname:
            readString(named ?? {}, "hostname") ??
            readString(main, "machine", "network", "hostname") ??
            "",
        clusterName: readString(main, "cluster", "clusterName") ?? "",
        talosAuthority: keyPair(main, "machine", "ca"),
        kubernetesAuthority: keyPair(main, "cluster", "ca"),
        endpoint: readString(main, "cluster", "controlPlane", "endpoint") ?? "",
        cni: readString(main, "cluster", "network", "cni", "name") ?? "flannel",
        nodeLabels: Object.fromEntries(labels.map(([key, value]) => [key, String(value)])),
        kubelet: readString(main, "machine", "kubelet", "image") ?? "",
        documents: [main, ...documents.filter((document) => document !== main)],
    };
}

/**
 * Fields of the main document that are taken without a reboot; all else of it needs one, and the other
 * documents do not (talos v1.13.9: internal/app/machined/pkg/runtime/v1alpha1/v1alpha1_runtime.go,
 * `CanApplyImmediate`).
 */
const AT_ONCE = {
    top: ["debug", "cluster"],
    machine: [
        "ca",
        "acceptedCAs",
        "time",
        "certSANs",
        "install",
        "network",
        "sysfs",
        "sysctls",
        "logging",
        "controlPlane",
        "kubelet",
        "kernel",
        "registries",
        "pods",
        "seccompProfiles",
        "nodeAnnotations",
        "nodeLabels",
        "nodeTaints",
    ],
    features: [
        "kubernetesTalosAPIAccess",
        "kubePrism",
        "hostDNS",
        "imageCache",
        "nodeAddressSortAlgorithm",
    ],
} as const;

function without(tree: Tree, keys: readonly string[]): Tree {
    return Object.fromEntries(Object.entries(tree).filter(([key]) => !keys.includes(key)));
}

function slow({ documents: [main = {}] }: TalosConfiguration): unknown {
    const machine = recordAt(main, "machine");
    return {
        ...without(main, [...AT_ONCE.top, "machine"]),
        machine: {
            ...without(machine, [...AT_ONCE.machine, "features"]),
            features: without(recordAt(machine, "features"), AT_ONCE.features),
        },
    };
}

function ordered(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(ordered);
    }
    return isRecord(value)
        ? Object.fromEntries(
              Object.keys(value)
                  .sort()
                  .map((key) => [key, ordered(value[key])]),
          )
        : value;
}

/** Whether a change needs a reboot. */
export function needsReboot(from: TalosConfiguration, to: TalosConfiguration): boolean {
    return JSON.stringify(ordered(slow(from))) !== JSON.stringify(ordered(slow(to)));
}
