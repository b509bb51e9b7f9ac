import type * as pulumi from "@pulumi/pulumi";
import { connect, type Endpoint } from "../base/connection";
import type { Foundation } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import { Part } from "../base/part";
import type { Scaler } from "./keda";
import { authentication, scaledObject } from "./scaled-object-manifests";
import type { Trigger } from "./triggers";

/** Arguments of {@link ScaledByQueue}. */
export interface ScaledByQueueArgs extends Pick<Foundation, "site"> {
    readonly scaler: Scaler;
    readonly namespace: Namespace;
    /** Name of the Deployment; it must not say how many replicas it has. */
    readonly deployment: string;
    readonly atLeast: number;
    readonly atMost: number;
    /** What waits for it. */
    readonly trigger: Trigger;
    /** The pods that hold what waits. */
    readonly store: Endpoint;
    /** What must be there before: the Deployment and the queue. */
    readonly needs: readonly pulumi.Resource[];
}

/**
 * A Deployment that has as many pods as what waits in its queue asks for. From then on its `replicas`
 * belong to the autoscaler alone: whoever writes the Deployment leaves the field out.
 */
export class ScaledByQueue extends Part {
    constructor(name: string, args: ScaledByQueueArgs, opts: pulumi.ComponentResourceOptions) {
        super("scaling", "ScaledByQueue", name, args, {}, opts);
        const { scaler, namespace, deployment, atLeast, atMost, trigger } = args;
        const ways = connect(`${name}-queue`, { from: scaler.operator, to: args.store });
        const dependsOn = (kind: string) => [
            namespace.object,
            ...scaler.ready,
            ...[scaler.definitions.get(`keda.sh/${kind}`) ?? []].flat(),
        ];
        const secrets = this.object(authentication(name, namespace.name, trigger), {
            dependsOn: dependsOn("TriggerAuthentication"),
        });
        this.object(scaledObject(name, namespace.name, { deployment, atLeast, atMost, trigger }), {
            dependsOn: [...dependsOn("ScaledObject"), secrets, ...ways, ...args.needs],
        });
    }
}
