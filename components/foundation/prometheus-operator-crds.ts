import type * as pulumi from "@pulumi/pulumi";
import { ofDefinitions } from "../base/capabilities";
import { define } from "../base/definition";
import type { SystemContext } from "../base/foundation";
import { chart } from "../base/pins";
import { System } from "../base/system";

/** The CRDs that monitors and alerts are written in. */
export const prometheusOperatorCrds = define({
    name: "prometheusOperatorCrds",
    layer: "foundation",
    purpose: "the CRDs of monitors and rules, so that every system may bring its own",
    origin: "001: Prometheus by its operator; the CRDs come before what is watched",
    charts: {
        prometheusOperatorCrds: chart(
            "prometheus-operator-crds",
            "31.0.1",
            "https://prometheus-community.github.io/helm-charts",
        ),
    },
    capabilities: ofDefinitions,
});

/**
 * The CRDs of the Prometheus operator alone. They lie in the foundation so that the first system may
 * bring a monitor and alerts; what collects and evaluates them comes long after.
 */
export class PrometheusOperatorCrds extends System<typeof prometheusOperatorCrds> {
    constructor(
        context: SystemContext<typeof prometheusOperatorCrds>,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, {}, opts);
        this.chart(prometheusOperatorCrds.charts.prometheusOperatorCrds, {
            values: {},
            apiGroups: ["monitoring.coreos.com"],
        });
    }
}
