import type * as pulumi from "@pulumi/pulumi";
import { deployApps } from "./apps/layer";
import { Escrow } from "./backup/escrow";
import { deployBackup } from "./backup/layer";
import { PlatformComponent } from "./base/component";
import { SecretPlan } from "./base/secret-plan";
import { restartReaders } from "./base/secret-readers";
import { deployData, deployServedData } from "./data/layer";
import { deployDelivery } from "./delivery/layer";
import { deployFoundation, type Ground } from "./foundation/layer";
import { deployIdentity } from "./identity/layer";
import { deployMeshPolicies, deployNetwork } from "./network/layer";
import { deployGateway } from "./gateway/layer";
import { deployMl } from "./ml/layer";
import { kubePrometheusStack } from "./observability/kube-prometheus-stack";
import { deployObservability } from "./observability/layer";
import { SecretAges } from "./observability/secret-ages";
import { deploySecrets } from "./secrets/layer";
import { deployScaling } from "./scaling/layer";
import { deploySecurity } from "./security/layer";
import type { Site } from "./site";
import { siteFacts } from "./site-facts";
import { deployStorage } from "./storage/layer";
import { deployTenancy } from "./tenancy/layer";

/** Arguments of {@link Platform}. */
export interface PlatformArgs {
    readonly site: Site;
    /** What was renewed: pods that read it are started anew; default: nothing was. */
    readonly secrets?: SecretPlan;
}

/** The root of everything; it is registered first, so that policies know the site early. */
export class Platform extends PlatformComponent {
    constructor(name: string, { site, secrets = new SecretPlan() }: PlatformArgs) {
        const transformations = [restartReaders(secrets)];
        super("base", "Platform", name, siteFacts(site, name), { transformations });
    }
}

/** What the deployed systems give to the rest of the program. */
export interface Deployed {
    /** Nodes are ready when it is; empty when the cluster brings its own network. */
    readonly podNetwork: readonly pulumi.Resource[];
    /** Addresses of what people use, by system. */
    readonly urls: Readonly<Record<string, string>>;
}

/**
 * Deploys every system that is on, layer by layer, in the order in which data flows.
 *
 * @param inside the options of every system: its parent, and the provider of the cluster
 */
export function deployPlatform(ground: Ground, inside: pulumi.ComponentResourceOptions): Deployed {
    const foundation = deployFoundation(ground, inside);
    const network = deployNetwork(foundation);
    const security = deploySecurity(network);
    const gateway = deployGateway(security);
    const storage = deployStorage(gateway);
    const data = deployData(storage);
    const identity = deployIdentity(data);
    const scaling = deployScaling(deployServedData(identity));
    const delivery = deployDelivery(scaling);
    const apps = deployApps(delivery);
    const secrets = deploySecrets(deployMl(deployTenancy(apps)));
    const all = deployBackup(deployObservability(secrets));
    // Last: every secret is known.
    if (all.collector !== undefined && all.settings.isOn(kubePrometheusStack)) {
        new SecretAges("secret-ages", { ...all, collector: all.collector }, inside);
    }
    new Escrow("escrow", { kept: all.secrets.keptOutside }, inside);
    // And every flow.
    return deployMeshPolicies(all);
}
