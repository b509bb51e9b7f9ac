/**
 * What the layers of the platform offer each other. Who serves stands below, who collects stands
 * above, what only has to be named lies in the foundation: so data flows one way, and a layer takes
 * what the layers below offer and returns that plus its own.
 */
import type * as pulumi from "@pulumi/pulumi";
import type { AlertRoom } from "./base/alert-room";
import type { LanguageModel } from "./base/language-model";
import type { End, Endpoint } from "./base/connection";
import type { AnyDefinition, SettingsOf } from "./base/definition";
import type { CustomState } from "./base/state-metrics";
import type { TraceTarget } from "./base/traces";
import type { OfferedPage } from "./base/offered-page";
import type { Foundation, SystemContext } from "./base/foundation";
import type { DatabaseArchiver } from "./data/barman-cloud";
import type { Postgres } from "./data/cloudnative-pg";
import type { KafkaOffer } from "./data/kafka-offer";
import type { SchemaRegistryOffer } from "./data/schema-registry-offer";
import type { RedisOffer } from "./data/redis-operator";
import type { SharedServer } from "./data/shared-postgres";
import type { Directory } from "./identity/lldap";
import type { SignOnProvider } from "./identity/sign-on";
import type { PublicGateway } from "./gateway/public-gateway";
import type { SignOn } from "./gateway/route";
import type { Istio } from "./network/istio";
import type { SailOperator } from "./network/sail-operator";
import type { AlertProgram } from "./observability/alert-routing-configuration";
import type { LogStore } from "./observability/loki";
import type { CertManager } from "./security/cert-manager";
import type { Issuers } from "./security/issuers";
import type { Scaler } from "./scaling/keda";
import type { Settings } from "./settings";
import type { Storage } from "./storage/ceph-cluster";
import type { Snapshots } from "./storage/volume-snapshots";

/** The foundation, and how a layer builds on it. */
export interface House extends Foundation {
    readonly settings: Settings;
    /** Options of every system: child of the platform, with its provider. */
    readonly inside: pulumi.ComponentResourceOptions;
    /** When the certificate of the talosconfig ends, as an ISO date; undefined without Talos. */
    readonly talosconfigExpiry?: pulumi.Output<string | undefined>;
    /** The CRDs of the Gateway API. */
    readonly gatewayApi: { readonly ready: readonly pulumi.Resource[] } | undefined;
    /** Where programs send spans; undefined when nobody takes them. */
    readonly traces: TraceTarget | undefined;
    /** Pods that send them, by the name of their connection. */
    readonly traced: Readonly<Record<string, End>>;
    /** What must run before anything is delivered from the repository; absent where nothing is. */
    readonly delivering?: readonly pulumi.Resource[];
    /** Custom resources of the layers so far, of which series are made. */
    readonly states?: readonly CustomState[];
    /** Pods that ask the scanner about images before they are pushed. */
    readonly imageScans?: End;
    /** A room in which alerts may be told, of a chat of the platform's own. */
    readonly alertRoom?: AlertRoom;
    /** A language model of the site's own. */
    readonly languageModel?: LanguageModel;
    /** Addresses of what people use, by system. */
    readonly urls: Readonly<Record<string, string>>;
    /** Pages of the layers so far; whoever signs people on gives them their names. */
    readonly pages: readonly OfferedPage[];
}

/** With the pod network. */
export interface WithNetwork extends House {
    /** Nodes are ready when it is; empty when the cluster brings its own network. */
    readonly podNetwork: readonly pulumi.Resource[];
    /** What brings the kinds of the mesh, and its control plane; undefined without a mesh. */
    readonly mesh: { readonly operator: SailOperator; readonly control: Istio } | undefined;
    /** Pods through which requests come in from the internet. */
    readonly tunnel: End | undefined;
}

/** With certificates. */
export interface WithSecurity extends WithNetwork {
    readonly certificates: { readonly manager: CertManager; readonly issuers: Issuers } | undefined;
    /** Kubelets have certificates that can be verified. */
    readonly kubeletCertificates: { readonly ready: readonly pulumi.Resource[] } | undefined;
}

/** With the front door. */
export interface WithGateway extends WithSecurity {
    /** Where routes attach; undefined when nothing is reached from outside. */
    readonly gateway: PublicGateway | undefined;
}

/** With volumes and buckets. */
export interface WithStorage extends WithGateway {
    /** Snapshots of volumes. */
    readonly snapshots: Snapshots | undefined;
    readonly storage: Storage | undefined;
}

/** With databases and queues. */
export interface WithData extends WithStorage {
    readonly postgres: Postgres | undefined;
    /** Archives databases. */
    readonly archiver: DatabaseArchiver | undefined;
    /** The shared cluster of who signs people on. */
    readonly identityDatabases: SharedServer | undefined;
    /** The shared cluster of the tools of those who run the platform; that of sign-on if need be. */
    readonly platformDatabases: SharedServer | undefined;
    /** The shared cluster of what people use every day. */
    readonly appDatabases: SharedServer | undefined;
    /** The shared cluster of whoever trains, tracks and serves models. */
    readonly modelDatabases: SharedServer | undefined;
    readonly redis: RedisOffer | undefined;
    readonly kafka: KafkaOffer | undefined;
}

/** With people and groups. */
export interface WithIdentity extends WithData {
    readonly directory: Directory | undefined;
    /** Who answers the clients of OpenID Connect; undefined when nobody does. */
    readonly signOnProvider: SignOnProvider | undefined;
    /** Guards routes; undefined when nobody signs people on at the gateway. */
    readonly guards: SignOn | undefined;
}

/** With what of the data people open. */
export interface WithServedData extends WithIdentity {
    /** Schemas of topics; undefined where nobody keeps any. */
    readonly schemas: SchemaRegistryOffer | undefined;
}

/** With what scales workloads. */
export interface WithScaling extends WithServedData {
    /** Measures queues; undefined when workloads have the number of pods that they say. */
    readonly scaler: Scaler | undefined;
    /** What pods with a GPU wait for; undefined when the platform offers none. */
    readonly gpuRuntime: readonly pulumi.Resource[] | undefined;
}

/** With what keeps metrics and logs. */
export interface WithObservability extends WithIdentity {
    /** Where metrics are handed in: each server by its own address, because each has its own copy. */
    readonly metrics:
        { readonly endpoint: Endpoint; readonly members: readonly string[] } | undefined;
    /** Where lines are handed in. */
    readonly logs: LogStore | undefined;
    /** Programs of the platform that are told of alerts beside people. */
    readonly alertPrograms: readonly AlertProgram[];
}

/** Builds a system with its own settings if it is on, and returns nothing if it is off. */
export type On = <D extends AnyDefinition, Built>(
    definition: D,
    build: (context: SystemContext<D>) => Built,
) => Built | undefined;

/** How a layer switches systems on, with what the house offers so far. */
export function systemsOn({ settings, ...house }: House): On {
    const { site, renderer, network, backups, admission, secrets, pods, collector, developers } =
        house;
    return (definition, build) =>
        settings.isOn(definition)
            ? build({
                  site,
                  renderer,
                  network,
                  backups,
                  secrets,
                  admission,
                  pods,
                  collector,
                  developers,
                  definition,
                  // Parsed by the schema of this very definition.
                  settings: settings.systems[
                      definition.name as keyof Settings["systems"]
                  ] as unknown as SettingsOf<typeof definition>,
                  secret: (key) => settings.secret(key),
              })
            : undefined;
}

/**
 * What another system offers, for one that declares it in `needs`.
 *
 * @throws Error when it is off all the same: the settings have refused such a stack before
 */
export function needed<Offer>(
    offer: Offer | undefined,
    { who, what }: { readonly who: AnyDefinition; readonly what: AnyDefinition },
): Offer {
    if (offer === undefined) {
        throw new Error(`${who.name} is built without ${what.name}: is it among its needs?`);
    }
    return offer;
}
