/**
 * What the documents of a Talos machine configuration look like, as far as this project writes
 * them. Field names and meanings: siderolabs/docs, "Configuration reference" of Talos 1.13; the
 * tests check every generated document against Talos' own JSON schema.
 */

/** An entry of `cluster.apiServer.admissionControl`. */
export interface AdmissionPlugin {
    name: string;
    configuration: Record<string, unknown>;
}

/** The `machine` half of the main document. */
export interface MachineSection {
    nodeTaints?: Record<string, string>;
    nodeLabels?: Record<string, string>;
    kubelet?: {
        image?: string;
        extraArgs?: Record<string, string>;
        nodeIP?: { validSubnets: string[] };
    };
    files?: { path: string; op: "create"; permissions: number; content: string }[];
    install?: { disk?: string; image?: string; wipe?: boolean };
    sysctls?: Record<string, string>;
    kernel?: { modules: { name: string }[] };
    features?: {
        kubePrism?: { enabled: boolean; port: number };
        hostDNS?: { enabled: boolean; forwardKubeDNSToHost: boolean };
        kubernetesTalosAPIAccess?: TalosApiAccess;
    };
}

/** Which pods may ask Talos for what. */
export type TalosApiAccess =
    | { enabled: false }
    | { enabled: true; allowedRoles: string[]; allowedKubernetesNamespaces: string[] };

/** The `cluster` half of the main document. */
export interface ClusterSection {
    controlPlane?: { endpoint: string; localAPIServerPort?: number };
    network?: { cni: { name: "none" }; podSubnets: string[]; serviceSubnets: string[] };
    proxy?: { disabled: boolean };
    etcd?: { advertisedSubnets: string[]; extraArgs: Record<string, string> };
    apiServer?: {
        image?: string;
        extraArgs?: Record<string, string>;
        extraVolumes?: { hostPath: string; mountPath: string; readonly: boolean }[];
        auditPolicy?: Record<string, unknown>;
        admissionControl?: (AdmissionPlugin | { name: string; $patch: "delete" })[];
    };
    controllerManager?: { image?: string; extraArgs?: Record<string, string> };
    scheduler?: { image?: string; extraArgs?: Record<string, string> };
    allowSchedulingOnControlPlanes?: boolean;
}

/** The main document; it is the only one without `kind`. */
export interface MainDocument {
    machine?: MachineSection;
    cluster?: ClusterSection;
}

/** LUKS with a key that follows from the machine. */
interface VolumeEncryption {
    provider: "luks2";
    keys: { slot: number; nodeID: Record<string, never>; lockToState?: boolean }[];
}

/** Documents beside the main one, by kind. */
export type NamedDocument = { apiVersion: "v1alpha1" } & (
    | { kind: "HostnameConfig"; hostname: string; auto: "off" }
    | { kind: "LinkAliasConfig"; name: string; selector: { match: string } }
    | {
          kind: "LinkConfig";
          name: string;
          up: boolean;
          mtu?: number;
          addresses?: { address: string }[];
          routes?: { gateway: string }[];
      }
    | { kind: "Layer2VIPConfig"; name: string; link: string }
    | {
          kind: "ResolverConfig";
          nameservers: { address: string }[];
          searchDomains: { disableDefault: boolean };
      }
    | { kind: "TimeSyncConfig"; ntp: { servers: string[] } }
    | {
          kind: "VolumeConfig";
          name: "STATE" | "EPHEMERAL";
          encryption: VolumeEncryption;
      }
    | {
          kind: "UserVolumeConfig";
          name: string;
          provisioning: { diskSelector: { match: string }; minSize: string; grow: boolean };
          encryption: VolumeEncryption;
      }
    | { kind: "NetworkDefaultActionConfig"; ingress: "block" }
    | {
          kind: "KmsgLogConfig";
          name: string;
          /** Where what the kernel writes goes: `tcp://host:port/`. */
          url: string;
      }
    | {
          kind: "NetworkRuleConfig";
          name: string;
          portSelector: { ports: (number | string)[]; protocol: "tcp" | "udp" };
          ingress: { subnet: string }[];
      }
);

/** One patch of a machine configuration: strategic merge, one document. */
export type MachineDocument = MainDocument | NamedDocument;
