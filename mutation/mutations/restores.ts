/** Mutations of restore tests, after which nobody knows whether anything can be restored. */
import { at, change, drop, isKind, list } from "../define";
import type { Mutation } from "../define";
import type { Inputs, StackResource } from "../../preview/recorded-stack";

const test = (start: string) => (resource: StackResource) =>
    isKind(resource, "CronJob") &&
    at(resource.inputs, "metadata").namespace === "restore-tests" &&
    String(at(resource.inputs, "metadata").name).startsWith(start);

const rules = (resource: StackResource) =>
    isKind(resource, "monitoring.coreos.com/PrometheusRule") &&
    at(resource.inputs, "metadata").name === "restore-tests";

/** Changes each alert of the restore tests. */
function eachAlert(inputs: Inputs, edit: (rule: Inputs) => void): void {
    for (const group of list(inputs, "spec", "groups")) {
        list(group, "rules").forEach(edit);
    }
}

/** DR-07, DR-10. */
export const restoreMutations: readonly Mutation[] = [
    change(
        ["unchecked-tier", "DR-07", "restores a tier and no longer says what of it"],
        test("tier-"),
        (inputs) => {
            drop(at(inputs, "metadata"), "annotations");
        },
    ),
    change(
        ["paused-restores", "DR-07", "suspends the restore test of a database"],
        test("database-"),
        (inputs) => {
            at(inputs, "spec").suspend = true;
        },
    ),
    change(["yearly-restores", "DR-07", "restores once a year"], test(""), (inputs) => {
        at(inputs, "spec").schedule = "30 9 7 1 *";
    }),
    change(
        ["late-restore-alert", "DR-07", "tells of an old restore after a quarter"],
        rules,
        (inputs) => {
            eachAlert(inputs, (rule) => {
                rule.expr = String(rule.expr).replaceAll("3024000", "90 * 86400");
            });
        },
    ),
    change(["silent-restores", "DR-07", "hears nothing of restores"], rules, (inputs) => {
        at(inputs, "spec").groups = [];
    }),
    change(
        ["copies-by-default", "DR-10", "gives everybody volumes that go with their claims"],
        (resource) =>
            isKind(resource, "StorageClass") &&
            at(resource.inputs, "metadata").name === "ceph-scratch",
        (inputs) => {
            at(inputs, "metadata", "annotations")["storageclass.kubernetes.io/is-default-class"] =
                "true";
        },
    ),
];
