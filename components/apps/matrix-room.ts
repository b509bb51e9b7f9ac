/** The Job that makes the room of the alerts. Pure. */
import * as fs from "node:fs";
import * as path from "node:path";
import { contentDigest } from "../base/content-digest";
import { resources, restrictedContainer, restrictedPod, variables } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { ALERT_ROOM, BRIDGE_USER } from "./matrix-configuration";
import { homeserver, MATRIX, matrixPods } from "./matrix-names";

const NAME = `${MATRIX}-room`;
const SCRIPT = "matrix_room.py";
const MESSAGE = "matrix_alert.js";
const SCRIPTS = "/scripts";
const SECRETS = "/secrets";

/** Keys of the bridge's Secret that the Job reads. */
export const roomKeys = ["as-token", "alerts-hook"] as const;

const read = (name: string) => fs.readFileSync(path.join(__dirname, "scripts", name), "utf8");

/**
 * How an alert is written, as the bridge carries it out.
 *
 * @param grafana address of Grafana; undefined where there is none
 */
export function alertMessage(grafana: string | undefined): string {
    return read(MESSAGE).replace("GRAFANA_URL", grafana ?? "");
}

/** What the Job reads. */
export function roomFiles(grafana: string | undefined): Manifest {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: NAME, namespace: MATRIX },
        data: { [SCRIPT]: read(SCRIPT), [MESSAGE]: alertMessage(grafana) },
    };
}

/** What the Job is told. */
export interface RoomJob {
    /** Of Synapse: it has Python. */
    readonly image: string;
    readonly serverName: string;
    /** Secret with {@link roomKeys}. */
    readonly secret: string;
    /** Which values are in it; undefined while they were never renewed. */
    readonly revision: string | undefined;
    readonly files: Manifest;
}

/** The Job, named after what it does: another message is another Job. */
export function roomJob({ image, serverName, secret, revision, files }: RoomJob): Manifest {
    const environment = {
        HOMESERVER: homeserver,
        SERVER_NAME: serverName,
        BRIDGE_USER,
        ROOM: ALERT_ROOM,
        SECRETS,
        MESSAGE: `${SCRIPTS}/${MESSAGE}`,
    };
    const template = {
        metadata: { labels: matrixPods.room },
        spec: {
            restartPolicy: "OnFailure",
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            priorityClassName: priorities.app.name,
            securityContext: restrictedPod(10_091),
            containers: [
                {
                    name: "room",
                    image,
                    imagePullPolicy: "IfNotPresent",
                    command: ["python3", `${SCRIPTS}/${SCRIPT}`],
                    env: variables(environment),
                    resources: resources("10m", "32Mi", "128Mi"),
                    securityContext: restrictedContainer,
                    volumeMounts: [
                        { name: "scripts", mountPath: SCRIPTS, readOnly: true },
                        { name: "secrets", mountPath: SECRETS, readOnly: true },
                    ],
                },
            ],
            volumes: [
                { name: "scripts", configMap: { name: NAME } },
                {
                    name: "secrets",
                    secret: {
                        secretName: secret,
                        items: roomKeys.map((key) => ({ key, path: key })),
                    },
                },
            ],
        },
    };
    const digest = contentDigest([template, files.data, revision]);
    return {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: `${NAME}-${digest}`, namespace: MATRIX },
        spec: { backoffLimit: 6, activeDeadlineSeconds: 3600, template },
    };
}
