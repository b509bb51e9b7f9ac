/** Mutations of how what teams write becomes what runs. */
import { at, change, drop, isKind, list } from "../define";
import type { Mutation } from "../define";
import type { StackResource } from "../../preview/recorded-stack";

/** A project that lets its applications somewhere. */
const project = (resource: StackResource) =>
    isKind(resource, "argoproj.io/AppProject") &&
    list(resource.inputs, "spec", "destinations").length > 0;
/** Applications that heal themselves. */
const healing = (resource: StackResource) =>
    isKind(resource, "argoproj.io/ApplicationSet") &&
    "automated" in at(resource.inputs, "spec", "template", "spec", "syncPolicy");

const rollout = (resource: StackResource) => isKind(resource, "argoproj.io/Rollout");

export const deliveryMutations: readonly Mutation[] = [
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
