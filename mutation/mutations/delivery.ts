/** Mutations of how what teams write becomes what runs. */
import { at, change, drop, isKind, list } from "../define";
import type { Mutation } from "../define";
import type { Inputs, StackResource } from "../../preview/recorded-stack";

/** A project that lets its applications somewhere. */
const project = (resource: StackResource) =>
    isKind(resource, "argoproj.io/AppProject") &&
    list(resource.inputs, "spec", "destinations").length > 0;
/** Applications that heal themselves. */
const healing = (resource: StackResource) =>
    isKind(resource, "argoproj.io/ApplicationSet") &&
    "automated" in at(resource.inputs, "spec", "template", "spec", "syncPolicy");

const ofTekton = (kind: string, name?: string) => (resource: StackResource) =>
    isKind(resource, `tekton.dev/${kind}`) &&
    (name === undefined || at(resource.inputs, "metadata").name === name);

/** Replaces an argument of the scan that images pass before they are named. */
function scanned(argument: string, by: string) {
    return (inputs: Inputs) => {
        for (const step of list(inputs, "spec", "steps")) {
            step.args = (step.args as string[]).map((word) => (word === argument ? by : word));
        }
    };
}

const rollout = (resource: StackResource) => isKind(resource, "argoproj.io/Rollout");

export const deliveryMutations: readonly Mutation[] = [
    change(
        ["gate-that-stops-nothing", "SEC-11", "names images whatever the scan finds"],
        ofTekton("Task", "scan"),
        scanned("--exit-code=1", "--exit-code=0"),
    ),
    change(
        ["gate-for-lesser-ones", "SEC-11", "lets images with a critical vulnerability pass"],
        ofTekton("Task", "scan"),
        scanned("--severity=CRITICAL", "--severity=MEDIUM"),
    ),
    change(
        ["signed-beside-the-scan", "SEC-11", "signs images while they are scanned"],
        ofTekton("Pipeline"),
        (inputs) => {
            const sign = list(inputs, "spec", "tasks").find(({ name }) => name === "sign");
            drop(sign ?? {}, "runAfter");
        },
    ),
    change(["no-self-heal", "CI-01", "leaves drift as it is"], healing, ({ spec }) => {
        at(spec, "template", "spec", "syncPolicy", "automated").selfHeal = false;
    }),
    change(
        ["no-retry", "CI-01", "gives up after the first sync that fails"],
        healing,
        ({ spec }) => {
            drop(at(spec, "template", "spec", "syncPolicy"), "retry");
        },
    ),
    change(
        ["rolling-sync", "CI-01", "orders applications, which heals none"],
        healing,
        (inputs) => {
            at(inputs, "spec").strategy = { type: "RollingSync" };
        },
    ),
    change(
        ["into-the-platform", "CI-04", "lets an application into storage"],
        project,
        ({ spec }) => {
            list(spec, "destinations").forEach((destination) => {
                destination.namespace = "rook-ceph";
            });
        },
    ),
    change(
        ["everywhere", "CI-04", "lets an application into every namespace"],
        project,
        ({ spec }) => {
            list(spec, "destinations").forEach((destination) => {
                destination.namespace = "*";
            });
        },
    ),
    change(
        ["kinds-of-the-cluster", "CI-04", "lets an application own kinds of the cluster"],
        project,
        (inputs) => {
            at(inputs, "spec").clusterResourceWhitelist = [{ group: "*", kind: "*" }];
        },
    ),
    change(
        ["namespaces-by-a-wide-name", "CI-04", "lets an application own every namespace by name"],
        project,
        (inputs) => {
            at(inputs, "spec").clusterResourceWhitelist = [
                { group: "", kind: "Namespace", name: "*" },
            ];
        },
    ),
    change(
        ["deploys-into-the-platform", "CI-04", "deploys applications into storage"],
        healing,
        ({ spec }) => {
            at(spec, "template", "spec", "destination").namespace = "rook-ceph";
        },
    ),
    change(["canary-without-analysis", "CI-02", "takes no version back"], rollout, ({ spec }) => {
        drop(at(spec, "strategy", "canary"), "analysis");
    }),
    change(
        ["canary-of-nothing", "CI-02", "names an analysis that is not there"],
        rollout,
        (inputs) => {
            list(inputs, "spec", "strategy", "canary", "analysis", "templates").forEach((named) => {
                named.templateName = "errors";
            });
        },
    ),
    change(
        ["dry-analysis", "CI-02", "measures a version and decides nothing"],
        rollout,
        ({ spec }) => {
            at(spec, "strategy", "canary", "analysis").dryRun = [{ metricName: ".*" }];
        },
    ),
];
