/**
 * The resources of a node that the provider's health check and talosctl read. Pure. Types, namespaces and
 * ids: talos v1.13.9, pkg/machinery/resources.
 */
import type { TalosMachine } from "./talos-machine";
import { STAGES } from "./talos-machine";

/** A resource before it is written. */
export interface TalosResource {
    readonly type: string;
    readonly namespace: string;
    readonly id: string;
    /** Message of `talos.proto`, and its content. */
    readonly message:
        | "BootstrapManifestsConfigSpec"
        | "MachineStatusSpec"
        | "ResourceDefinitionSpec"
        | "VolumeStatusSpec"
        | "Nothing";
    readonly spec: Readonly<Record<string, unknown>>;
    /** The same for people and for `talosctl -o json`. */
    readonly yaml: unknown;
}

/** Bytes of EPHEMERAL: more than Talos demands (pkg/minimal, `DiskSize`). */
const EPHEMERAL = 40 * 1024 ** 3;
const STATIC_PODS = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"];

/** Kinds that talosctl is asked for by another name (`talosctl get rd`), with their namespace. */
const NAMED = [
    ["ExtensionStatuses.runtime.talos.dev", "runtime", "extensions"],
    ["MachineConfigs.config.talos.dev", "config", "machineconfig"],
] as const;

/** The definition of a kind (cosi-project/runtime v1.14.1, pkg/resource/meta/resource_definition.go). */
function definition([type, namespace, alias]: (typeof NAMED)[number]): TalosResource {
    return {
        type: "ResourceDefinitions.meta.cosi.dev",
        namespace: "meta",
        id: type.toLowerCase(),
        message: "ResourceDefinitionSpec",
        spec: {
            resource_type: type,
            display_type: type.split(".")[0] ?? type,
            default_namespace: namespace,
            all_aliases: [alias],
        },
        yaml: { type, defaultNamespace: namespace, allAliases: [alias] },
    };
}

/** Every resource of a node. */
export function resourcesOf({ disk, stage }: TalosMachine): TalosResource[] {
    const { configuration, image } = disk;
    const isControlPlane = configuration?.role === "controlplane";
    const status = {
        stage: stage === "off" ? 0 : STAGES[stage],
        status: { ready: stage === "running" },
    };
    return [
        ...NAMED.map(definition),
        {
            type: "MachineStatuses.runtime.talos.dev",
            namespace: "runtime",
            id: "machine",
            message: "MachineStatusSpec",
            spec: status,
            yaml: { stage, status: { ready: stage === "running", unmetConditions: [] } },
        },
        {
            type: "VolumeStatuses.block.talos.dev",
            namespace: "runtime",
            id: "EPHEMERAL",
            message: "VolumeStatusSpec",
            spec: { location: "/dev/sda6", size: EPHEMERAL },
            yaml: { phase: "ready", location: "/dev/sda6", size: EPHEMERAL },
        },
        {
            // The factory writes the schematic as an extension of this name.
            type: "ExtensionStatuses.runtime.talos.dev",
            namespace: "runtime",
            id: "0",
            message: "Nothing",
            spec: {},
            yaml: { image: "", metadata: { name: "schematic", version: image.schematic } },
        },
        ...(configuration === undefined
            ? []
            : [
                  {
                      type: "MachineConfigs.config.talos.dev",
                      namespace: "config",
                      id: "v1alpha1",
                      message: "Nothing" as const,
                      spec: {},
                      yaml: configuration.text,
                  },
              ]),
        ...(isControlPlane && disk.member !== undefined
            ? STATIC_PODS.map((name) => ({
                  type: "StaticPodStatuses.kubernetes.talos.dev",
                  namespace: "k8s",
                  id: `kube-system/${name}-${configuration.hostname}`,
                  message: "Nothing" as const,
                  spec: {},
                  yaml: {},
              }))
            : []),
        ...(isControlPlane
            ? [
                  {
                      type: "BootstrapManifestsConfigs.kubernetes.talos.dev",
                      namespace: "controlplane",
                      id: "manifests",
                      message: "BootstrapManifestsConfigSpec" as const,
                      spec: { cni_name: configuration.cni },
                      yaml: { cniName: configuration.cni },
                  },
              ]
            : []),
    ];
}
