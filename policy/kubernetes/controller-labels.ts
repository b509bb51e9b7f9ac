/**
 * Labels that controllers of Kubernetes put on the pods they make, beside those of the template.
 * Some are known before there is a pod, an ordinal for each of a StatefulSet; of others only the
 * update knows the value.
 */
import { numberIn } from "./scaling";
import type { ObjectFact } from "../kernel/facts";
import { read, readString, readTree, type Tree } from "../kernel/tree";

type Labels = Readonly<Record<string, string>>;

/** Whether a label may have a value once there are pods. */
export type PossibleValue = (value: string) => boolean;

/** What a controller adds to the labels of a template. */
export interface AddedLabels {
    /** Each pod carries one of these sets; without any, the template's labels are all there is. */
    readonly sets: readonly Labels[];
    /** Labels that every pod carries, with a value that only the update knows. */
    readonly open: Readonly<Record<string, PossibleValue>>;
}

/** What no controller adds. */
export const NO_LABELS: AddedLabels = { sets: [], open: {} };

const POD_NAME = "statefulset.kubernetes.io/pod-name";
const POD_INDEX = "apps.kubernetes.io/pod-index";
const COMPLETION_INDEX = "batch.kubernetes.io/job-completion-index";
const JOB_NAMES = ["batch.kubernetes.io/job-name", "job-name"];
const JOB_UIDS = ["batch.kubernetes.io/controller-uid", "controller-uid"];

const any: PossibleValue = () => true;

function same<T>(keys: readonly string[], value: T): Record<string, T> {
    return Object.fromEntries(keys.map((key) => [key, value]));
}

/** Numbers from `start` on. */
function range(start: number, count: number): number[] {
    return Array.from({ length: Math.max(count, 0) }, (_, index) => start + index);
}

/** Whether a text ends in a whole number, as the names of numbered pods do. */
function numbered(prefix: string): PossibleValue {
    return (value) => value.startsWith(prefix) && /^\d+$/.test(value.slice(prefix.length));
}

/**
 * kubernetes v1.35: pkg/controller/statefulset/stateful_set_utils.go (updateIdentity,
 * setPodRevision); ordinals are counted from spec.ordinals.start.
 */
function ofStatefulSet(name: string, inputs: Tree, count: number | "unknown"): AddedLabels {
    const start = numberIn(read(inputs, ["spec", "ordinals", "start"]), 0);
    const open = { "controller-revision-hash": any };
    return count === "unknown" || start === "unknown"
        ? {
              sets: [],
              open: { ...open, [POD_NAME]: numbered(`${name}-`), [POD_INDEX]: numbered("") },
          }
        : {
              open,
              sets: range(start, count).map((ordinal) => ({
                  [POD_NAME]: `${name}-${ordinal}`,
                  [POD_INDEX]: String(ordinal),
              })),
          };
}

/** kubernetes v1.35: pkg/apis/batch/v1/defaults.go and pkg/controller/job/job_controller.go. */
function ofJob(spec: Tree, jobName: PossibleValue | string): AddedLabels {
    const completions = numberIn(read(spec, ["completions"]), 0);
    const isIndexed = readString(spec, "completionMode") === "Indexed";
    const named = typeof jobName === "string" ? same(JOB_NAMES, jobName) : {};
    const open = {
        ...same(JOB_UIDS, any),
        ...(typeof jobName === "string" ? {} : same(JOB_NAMES, jobName)),
    };
    return isIndexed && completions !== "unknown"
        ? {
              open,
              sets: range(0, completions).map((index) => ({
                  ...named,
                  [COMPLETION_INDEX]: String(index),
              })),
          }
        : { open: isIndexed ? { ...open, [COMPLETION_INDEX]: any } : open, sets: [named] };
}

/**
 * The labels that the controller of an object adds.
 *
 * @param count how many pods there are at most
 */
export function addedLabels(
    { group, kind, name }: ObjectFact,
    inputs: Tree,
    count: number | "unknown",
): AddedLabels {
    switch (`${group}/${kind}`) {
        case "apps/StatefulSet":
            return ofStatefulSet(name, inputs, count);
        case "apps/Deployment":
            return { sets: [], open: { "pod-template-hash": any } };
        case "argoproj.io/Rollout":
            return { sets: [], open: { "rollouts-pod-template-hash": any } };
        case "apps/DaemonSet":
            return {
                sets: [],
                open: { "controller-revision-hash": any, "pod-template-generation": any },
            };
        case "batch/Job":
            return ofJob(readTree(inputs, "spec"), name);
        case "batch/CronJob":
            // Its jobs are named after the minute that they are for (cronjob_controllerv2.go).
            return ofJob(readTree(inputs, "spec", "jobTemplate", "spec"), numbered(`${name}-`));
        default:
            return NO_LABELS;
    }
}
