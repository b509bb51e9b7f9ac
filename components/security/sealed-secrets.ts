import type * as pulumi from "@pulumi/pulumi";
import { kept } from "../base/backup-tier";
import { none } from "../base/capabilities";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import { chart } from "../base/pins";
import { priorities } from "../base/priority";
import { System } from "../base/system";
import { text } from "../base/values";
import { sealedSecretsAlerts, sealedSecretsScrapes } from "./sealed-secrets-alerts";
import { sealedSecretsDashboards } from "./sealed-secrets-dashboards";

/** Hours: a key that is older opens too much of what was ever sealed. */
const YEAR = 8760;

/** Secrets that may lie in git. */
export const sealedSecrets = define({
    name: "sealedSecrets",
    layer: "security",
    purpose: "turns encrypted SealedSecrets, which may lie in git, into Secrets",
    origin: "000.1, 001, 002: secrets that may lie in Git",
    charts: {
        sealedSecrets: chart(
            "sealed-secrets",
            "2.19.1",
            "https://bitnami.github.io/sealed-secrets",
        ),
    },
    offIn: { dev: "nothing is sealed for a stack that is made anew at will" },
    settings: {
        keyRenewal: text(
            (value) => /^[1-9]\d{0,3}h$/.test(value) && parseInt(value) <= YEAR,
            `hours from 1h to ${YEAR}h, such as 720h`,
        )
            .default("720h")
            .describe("how often a new sealing key is made, as a Go duration"),
    },
    capabilities: {
        metrics: sealedSecretsScrapes,
        alerts: sealedSecretsAlerts,
        dashboards: sealedSecretsDashboards,
        routes: none("`kubeseal` reaches it through the API server"),
        signOn: none("nobody signs on to it"),
        backup: kept(0, "the sealing keys, which are Secrets"),
        sizing: none("one replica by upstream's design; it works only when something is sealed"),
        flows: "declared",
        retention: none("old sealing keys stay for good: what was sealed with them must open"),
    },
});

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
export class SealedSecrets extends System<typeof sealedSecrets> {
    constructor(
        context: SystemContext<typeof sealedSecrets>,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { exceptions }, opts);
        const namespace = this.namespace("sealed-secrets", {
            tier: "platform",
            backup: 0,
            flows: [
                toApiServer(),
                // `kubeseal` fetches the public key through the API server's proxy.
                { name: "from-api-server", from: "api-server", ports: [8080] },
            ],
        });
        this.chart(sealedSecrets.charts.sealedSecrets, {
            release: "sealed-secrets",
            apiGroups: ["bitnami.com"],
            namespace,
            values: {
                fullnameOverride: CONTROLLER,
                // A new key every so often, old ones stay for what was sealed with them (SEC-14).
                keyrenewperiod: context.settings.keyRenewal,
                priorityClassName: priorities.platform.name,
                // The chart would let everybody who has signed in reach it (SEC-06): Kubernetes' own
                // roles edit and admin may already, which is enough for `kubeseal`.
                rbac: { serviceProxier: { bind: false } },
                // A budget would nail the single replica to its node.
                pdb: { create: false },
                // It asks what readiness asks too, so it waits until that was seen for a while.
                livenessProbe: { failureThreshold: 6 },
                resources: {
                    requests: { cpu: "25m", memory: "64Mi" },
                    limits: { memory: "256Mi" },
                },
            },
        });
        this.observe(namespace);
    }
}
