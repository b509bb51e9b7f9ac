import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { none } from "../base/capabilities";
import type { Controller } from "../base/component";
import { define } from "../base/definition";
import type { Exception } from "../base/exceptions";
import { toApiServer } from "../base/flows";
import type { SystemContext } from "../base/foundation";
import { chart } from "../base/pins";
import { System } from "../base/system";
import { certManager } from "./cert-manager";
import {
    gatekeeperAlerts,
    gatekeeperPods,
    gatekeeperPorts,
    gatekeeperScrapes,
} from "./gatekeeper-alerts";
import { gatekeeperDashboards } from "./gatekeeper-dashboards";
import {
    type Enforcement,
    gatekeeperPolicies,
    isAskedAbout,
    podsOfWorkloads,
} from "./gatekeeper-policies";
import {
    GATEKEEPER,
    gatekeeperCertificate,
    gatekeeperService,
    gatekeeperValues,
    patchedGatekeeper,
} from "./gatekeeper-values";
import { internalCertificate, serviceNames } from "./internal-certificate";
import { kyverno } from "./kyverno";

const KYVERNO_DOES = "Kyverno decides what is let in, and reports what runs against its policies";

/** The other policy engine. */
export const gatekeeper = define({
    name: "gatekeeper",
    layer: "security",
    purpose:
        "the policies of admission as constraints of Open Policy Agent, beside Kyverno's or in their place",
    origin: "002.1.3: Open Policy Agent among the admission controllers",
    charts: {
        gatekeeper: chart(
            "gatekeeper",
            "3.23.0",
            "https://open-policy-agent.github.io/gatekeeper/charts",
        ),
    },
    needs: [certManager],
    excludes: [kyverno],
    besides: {
        holds: (_site, { enforce }) => !enforce,
        says: "systems.gatekeeper.enforce is false: two engines that both refuse give two verdicts",
    },
    offIn: { dev: KYVERNO_DOES, staging: KYVERNO_DOES, prod: KYVERNO_DOES },
    settings: {
        enforce: z
            .boolean()
            .default(false)
            .describe(
                "its constraints refuse what violates them; else they only tell of it. Never beside Kyverno",
            ),
    },
    capabilities: {
        metrics: gatekeeperScrapes,
        alerts: gatekeeperAlerts,
        dashboards: gatekeeperDashboards,
        routes: none("it has no page"),
        signOn: none("nobody signs on to it"),
        backup: none("the program writes its constraints anew"),
        sizing: { by: "the profile: admission is asked once for each object" },
        flows: "declared",
        retention: none("what an audit found is replaced by the next one"),
    },
});

const controllers: readonly Controller[] = [
    {
        resource: `Deployment/${GATEKEEPER}/gatekeeper-audit`,
        reason:
            "The audit has no leader election: two would write the same statuses. It only tells of what " +
            "runs; admission goes on without it.",
    },
];

/** Today in UTC, by which the policy pack judges too. */
function currentDay(): string {
    return new Date().toISOString().slice(0, 10);
}

/** Arguments of {@link Gatekeeper}. */
export interface GatekeeperArgs extends SystemContext<typeof gatekeeper> {
    /** What signs the certificate of its webhook, and writes the authority into it. */
    readonly certificates: readonly pulumi.Resource[];
}

/**
 * Gatekeeper with the rules that Kyverno has, so that both say the same: constraint templates with
 * their CEL, a constraint of each, and what makes pods of workloads. Only one of the two may refuse.
 */
export class Gatekeeper extends System<typeof gatekeeper> {
    constructor(
        { certificates, ...context }: GatekeeperArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super(context, { controllers }, opts);
        const { site, settings } = context;
        const replicas = site.replicas("critical");
        const namespace = this.namespace(GATEKEEPER, {
            tier: "platform",
            backup: none("its constraints are written by the program, what it found anew"),
            flows: [
                {
                    name: "webhook",
                    pods: gatekeeperPods.webhook,
                    from: "api-server",
                    ports: [gatekeeperPorts.webhook],
                },
                toApiServer(),
            ],
        });
        const certificate = this.object(
            internalCertificate({
                name: gatekeeperCertificate,
                namespace: namespace.name,
                names: serviceNames(gatekeeperService, namespace.name),
                usage: "server auth",
            }),
            { dependsOn: [namespace.object, ...certificates] },
        );
        this.budget(
            "gatekeeper-controller-manager",
            { namespace, pods: gatekeeperPods.webhook },
            replicas,
        );
        this.chart(gatekeeper.charts.gatekeeper, {
            release: "gatekeeper",
            namespace,
            apiGroups: [
                ...["config", "connection", "expansion", "externaldata", "mutations", "status"],
                ...["syncset", "templates"],
            ].map((name) => `${name}.gatekeeper.sh`),
            needs: [certificate],
            patch: patchedGatekeeper,
            values: gatekeeperValues(replicas, settings.enforce),
        });
        this.constrain(context);
        this.observe(namespace);
    }

    /** Templates, then the constraints of the kinds that Gatekeeper makes of them. */
    private constrain({ site, settings, admission }: SystemContext<typeof gatekeeper>): void {
        const enforcement: Enforcement = settings.enforce ? "deny" : "dryrun";
        const today = currentDay();
        const exceptions: Exception[] = site.exceptions.filter((exception) =>
            isAskedAbout(exception, today),
        );
        if (settings.enforce) {
            admission.enforce((exception) => {
                if (isAskedAbout(exception, today)) {
                    throw new Error(
                        `${exception.resource} is excepted from ${exception.criterion}, of which Gatekeeper would have to know before the object is there: exempt its namespace in trust/admission-exemptions.ts`,
                    );
                }
                return [];
            });
        }
        for (const { template, constraint } of gatekeeperPolicies(enforcement, exceptions)) {
            const made = this.object(template, {
                dependsOn: [
                    ...this.definition("templates.gatekeeper.sh/ConstraintTemplate"),
                    ...this.ready,
                ],
            });
            this.object(constraint, { dependsOn: [made] });
        }
        for (const expansion of podsOfWorkloads) {
            this.object(expansion, {
                dependsOn: [
                    ...this.definition("expansion.gatekeeper.sh/ExpansionTemplate"),
                    ...this.ready,
                ],
            });
        }
    }
}
