import type * as pulumi from "@pulumi/pulumi";
import type { Exception } from "../base/exceptions";
import type { KubernetesObject } from "../base/object";
import { priorities } from "../base/priority";
import { System, type SystemArgs } from "../base/system";
import { charts } from "../versions";

/** Arguments of {@link SealedSecrets}. */
export interface SealedSecretsArgs extends SystemArgs {
    /** The priority class that the controller names. */
    readonly needs: readonly pulumi.Resource[];
}

/** Name that `kubeseal` looks for. */
const CONTROLLER = "sealed-secrets-controller";

const exceptions: readonly Exception[] = [
    {
        criterion: "HA-04",
        resource: `Deployment/sealed-secrets/${CONTROLLER}`,
        reason:
            "The controller has no leader election: two would unseal the same object and race for " +
            "new keys, so the chart fixes one replica.",
        guard:
            "unsealed Secrets stay when it is gone; a pod that starts in seconds is rescheduled at " +
            "once; the sealing keys are Secrets and thus in every etcd snapshot",
        expires: "2027-05-31",
    },
];

/** Turns encrypted SealedSecrets, which may lie in git, into Secrets. */
export class SealedSecrets extends System {
    /** The CRD by `<group>/<Kind>`. */
    readonly definitions: ReadonlyMap<string, KubernetesObject>;
    /** SealedSecrets are unsealed. */
    readonly ready: readonly KubernetesObject[];

    constructor(
        name: string,
        { context, needs }: SealedSecretsArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("security", "SealedSecrets", name, { context, exceptions }, opts);
        const { settings, apiServerPort } = context;
        const namespace = this.namespace("sealed-secrets", {
            tier: "platform",
            flows: [
                { name: "to-api-server", to: "api-server", ports: [apiServerPort] },
                // `kubeseal` fetches the public key through the API server's proxy.
                { name: "from-api-server", from: "api-server", ports: [8080] },
            ],
        });
        const chart = this.chart(name, {
            pin: charts.sealedSecrets,
            release: "sealed-secrets",
            namespace,
            needs,
            values: {
                fullnameOverride: CONTROLLER,
                // A new key every so often, old ones stay for what was sealed with them (SEC-14).
                keyrenewperiod: settings.systems.sealedSecrets.keyRenewal,
                priorityClassName: priorities.platform.name,
                // A budget would nail the single replica to its node.
                pdb: { create: false },
                resources: {
                    requests: { cpu: "25m", memory: "64Mi" },
                    limits: { memory: "256Mi" },
                },
            },
        });
        this.definitions = chart.definitions;
        this.ready = chart.ready;
        this.registerOutputs({});
    }
}
