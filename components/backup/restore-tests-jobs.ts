/** The pods of the restore tests, as objects. Pure. */
import { contentDigest } from "../base/content-digest";
import { resources, restrictedContainer, restrictedPod } from "../base/containers";
import { restoresAnnotation } from "../base/labels";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { monthly, RESTORE_TESTS, type RestoreTest, SCRATCH } from "./restore-tests-plan";
import { SCRIPT_MAP, SCRIPTS } from "./restore-tests-scripts";

/** Labels of the pods that carry tests out. */
export const restoreTestLabels = { "app.kubernetes.io/name": RESTORE_TESTS } as const;
/** Name of the CronJob that is the template of whatever reads a volume. */
export const CHECK_VOLUME = "check-volume";
/** ConfigMap with what each test is told, a key each. */
const PLANS = "restore-plans";
/** User `postgres` of the images of CloudNativePG (postgres-containers: Dockerfile). */
const USER = 26;

/** What each test is told. */
export function plans(tests: readonly RestoreTest[]): Manifest {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: PLANS, namespace: RESTORE_TESTS },
        data: Object.fromEntries(
            tests.map(({ name, plan }) => [`${name}.json`, JSON.stringify(plan)]),
        ),
    };
}

function configMap(name: string) {
    return { name, configMap: { name } };
}

/**
 * The CronJob of a test. It succeeds only when the copy is whole: when its last success was is when
 * the last restore was that is known to work.
 *
 * @param scripts ConfigMap with the programs
 */
export function testJob(test: RestoreTest, image: string, scripts: Manifest): Manifest {
    const { name, restores, plan } = test;
    return {
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata: {
            name,
            namespace: RESTORE_TESTS,
            annotations: { [restoresAnnotation]: restores.join(" ") },
        },
        spec: {
            schedule: monthly(name),
            timeZone: "Etc/UTC",
            concurrencyPolicy: "Forbid",
            startingDeadlineSeconds: 24 * 3600,
            successfulJobsHistoryLimit: 1,
            failedJobsHistoryLimit: 1,
            jobTemplate: {
                spec: {
                    // Once more for one whose node was drained; what is damaged stays so.
                    backoffLimit: 1,
                    activeDeadlineSeconds: 8 * 3600,
                    template: {
                        metadata: {
                            labels: restoreTestLabels,
                            annotations: {
                                "checksum/program": contentDigest([scripts.data, plan], 16),
                            },
                        },
                        spec: {
                            restartPolicy: "Never",
                            serviceAccountName: RESTORE_TESTS,
                            priorityClassName: priorities.app.name,
                            securityContext: restrictedPod(USER),
                            // What it restored goes before it does.
                            terminationGracePeriodSeconds: 300,
                            containers: [
                                {
                                    name: "restore-test",
                                    image,
                                    imagePullPolicy: "IfNotPresent",
                                    command: [
                                        "python3",
                                        "-B",
                                        `${SCRIPTS}/restore_test.py`,
                                        `/plans/${name}.json`,
                                    ],
                                    env: [
                                        {
                                            name: "POD",
                                            valueFrom: { fieldRef: { fieldPath: "metadata.name" } },
                                        },
                                        { name: "NAMESPACE", value: RESTORE_TESTS },
                                        { name: "HOME", value: "/tmp" },
                                    ],
                                    resources: resources("20m", "128Mi", "512Mi"),
                                    securityContext: restrictedContainer,
                                    volumeMounts: [
                                        {
                                            name: SCRIPT_MAP,
                                            mountPath: SCRIPTS,
                                            readOnly: true,
                                        },
                                        { name: PLANS, mountPath: "/plans", readOnly: true },
                                        { name: "tmp", mountPath: "/tmp" },
                                    ],
                                },
                            ],
                            volumes: [
                                configMap(SCRIPT_MAP),
                                configMap(PLANS),
                                { name: "tmp", emptyDir: { sizeLimit: "32Mi" } },
                            ],
                        },
                    },
                },
            },
        },
    };
}

/**
 * What reads a volume of a copy. It never runs by itself: a test makes a Job of it, with a claim in
 * place of the empty volume.
 */
export function volumeCheck(image: string): Manifest {
    return {
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata: { name: CHECK_VOLUME, namespace: SCRATCH },
        spec: {
            schedule: "0 0 1 1 *",
            suspend: true,
            timeZone: "Etc/UTC",
            startingDeadlineSeconds: 3600,
            concurrencyPolicy: "Forbid",
            jobTemplate: {
                spec: {
                    backoffLimit: 0,
                    activeDeadlineSeconds: 1800,
                    template: {
                        metadata: { labels: { "app.kubernetes.io/name": CHECK_VOLUME } },
                        spec: {
                            restartPolicy: "Never",
                            automountServiceAccountToken: false,
                            enableServiceLinks: false,
                            priorityClassName: priorities.app.name,
                            // Files of the copy become those of the group, so that it reads them all.
                            securityContext: restrictedPod(USER),
                            containers: [
                                {
                                    name: CHECK_VOLUME,
                                    image,
                                    imagePullPolicy: "IfNotPresent",
                                    command: ["python3", "-B", `${SCRIPTS}/check_volume.py`],
                                    env: [
                                        { name: "VOLUME", value: "/restored" },
                                        { name: "CHECKS", value: "[]" },
                                    ],
                                    resources: resources("50m", "128Mi", "512Mi"),
                                    securityContext: restrictedContainer,
                                    volumeMounts: [
                                        {
                                            name: SCRIPT_MAP,
                                            mountPath: SCRIPTS,
                                            readOnly: true,
                                        },
                                        {
                                            name: "restored",
                                            mountPath: "/restored",
                                            readOnly: true,
                                        },
                                    ],
                                },
                            ],
                            volumes: [
                                configMap(SCRIPT_MAP),
                                { name: "restored", emptyDir: { sizeLimit: "1Mi" } },
                            ],
                        },
                    },
                },
            },
        },
    };
}
