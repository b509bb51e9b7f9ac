import type * as pulumi from "@pulumi/pulumi";
import { deployApps } from "./apps/layer";
import { deployBackup } from "./backup/layer";
import { PlatformComponent } from "./base/component";
import { deployData } from "./data/layer";
import { deployFoundation, type Ground } from "./foundation/layer";
import { deployIdentity } from "./identity/layer";
import { deployNetwork } from "./network/layer";
import { deployGateway } from "./gateway/layer";
import { deployObservability } from "./observability/layer";
import { deploySecrets } from "./secrets/layer";
import { deployScaling } from "./scaling/layer";
import { deploySecurity } from "./security/layer";
import type { Site } from "./site";
import { siteFacts } from "./site-facts";
import { deployStorage } from "./storage/layer";

/** The root of everything; it is registered first, so that policies know the site early. */
export class Platform extends PlatformComponent {
    constructor(name: string, { site }: { readonly site: Site }) {
        super("base", "Platform", name, siteFacts(site, name));
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
    const scaling = deployScaling(identity);
    const apps = deployApps(scaling);
    const secrets = deploySecrets(apps);
    return deployBackup(deployObservability(secrets));
}
