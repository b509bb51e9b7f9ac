import type * as pulumi from "@pulumi/pulumi";
import { AdmissionExceptions } from "../base/admission";
import { BackupPlan } from "../base/backup-tier";
import type { ChartRenderer } from "../base/chart-renderer";
import type { NetworkMap } from "../base/flows";
import { PriorityClasses } from "../base/priority";
import type { SecretPlan } from "../base/secret-plan";
import type { TraceTarget } from "../base/traces";
import { type House, systemsOn } from "../house";
import type { Settings } from "../settings";
import { GatewayApi, gatewayApi } from "./gateway-api";
import { Monitoring } from "./monitoring";
import { PrometheusOperatorCrds, prometheusOperatorCrds } from "./prometheus-operator-crds";
import { Rbac, rbac } from "./rbac";

/** What the house is built on. */
export interface Ground {
    readonly settings: Settings;
    readonly renderer: Pick<ChartRenderer, "render">;
    readonly network: NetworkMap;
    /** What is kept secret, and how often each was renewed. */
    readonly secrets: SecretPlan;
    /** When the certificate of the talosconfig ends, as an ISO date; undefined without Talos. */
    readonly talosconfigExpiry?: pulumi.Output<string | undefined>;
    /** Where programs send spans; undefined when nobody takes them. */
    readonly traces: TraceTarget | undefined;
}

/** What everybody may name: priority classes, roles, CRDs, the namespace of what collects. */
export function deployFoundation(
    { settings, renderer, network, secrets, talosconfigExpiry, traces }: Ground,
    inside: pulumi.ComponentResourceOptions,
): House {
    const { site } = settings;
    const pods = new PriorityClasses("priorities", inside).ready;
    const backups = new BackupPlan();
    const given = {
        settings,
        site,
        renderer,
        network,
        backups,
        secrets,
        admission: new AdmissionExceptions(),
        pods,
        inside,
        talosconfigExpiry,
        traces,
        traced: {},
        urls: {},
        pages: [],
    };
    const before = { developers: undefined, collector: undefined, gatewayApi: undefined };
    const developers = systemsOn({ ...given, ...before })(
        rbac,
        (context) => new Rbac(context, inside),
    );
    const ground = { ...given, developers };
    const on = systemsOn({ ...before, ...ground });
    const crds = on(
        prometheusOperatorCrds,
        (context) => new PrometheusOperatorCrds(context, inside),
    );
    return {
        ...ground,
        gatewayApi: on(gatewayApi, (context) => new GatewayApi(context, inside)),
        collector:
            crds &&
            new Monitoring(
                "monitoring",
                { network, backups, secrets, definitions: crds.definitions },
                inside,
            ),
    };
}
