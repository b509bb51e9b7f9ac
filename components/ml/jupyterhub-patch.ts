/** What JupyterHub's chart (4.4.0) has no values for. Pure. */
import * as yaml from "js-yaml";
import { HUB_VALUES, HUB_VALUES_KEY } from "../../operators/jupyterhub";
import { changeContainer, patchContainer, patchPod, secretVariable } from "../base/containers";
import { isRecord, type Manifest, objectKey } from "../base/object";
import { priorities } from "../base/priority";
import {
    HUB_SECRET,
    hubSecrets,
    JUPYTERHUB,
    NOTEBOOKS,
    SURROUNDINGS,
    type surroundings,
} from "./jupyterhub-names";

/** Without what stands in for secrets, which the hub reads elsewhere. */
function withoutStandIns(values: Record<string, unknown>): Record<string, unknown> {
    const [own, proxy] = [values.hub, values.proxy].map((part) => (isRecord(part) ? part : {}));
    const config = isRecord(own?.config) ? own.config : {};
    return {
        ...values,
        hub: { ...own, cookieSecret: null, config: { ...config, CryptKeeper: {} } },
        proxy: { ...proxy, secretToken: null },
    };
}

/**
 * The chart puts its values into a Secret, between secrets that it makes: the values alone, of which
 * none is secret, are a ConfigMap.
 */
function valuesAlone({ metadata, data }: Manifest): Manifest {
    const packed = isRecord(data) ? data[HUB_VALUES_KEY] : undefined;
    const text = typeof packed === "string" ? Buffer.from(packed, "base64").toString() : "";
    const values: unknown = yaml.load(text);
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { ...metadata, name: HUB_VALUES },
        data: {
            [HUB_VALUES_KEY]: yaml.dump(withoutStandIns(isRecord(values) ? values : {}), {
                sortKeys: true,
                lineWidth: -1,
            }),
        },
    };
}

const TOKEN = "CONFIGPROXY_AUTH_TOKEN";

/** Takes the token that hub and proxy share from the Secret that is made once. */
function withToken(manifest: Manifest, container: string): Manifest {
    const token = secretVariable(TOKEN, HUB_SECRET, hubSecrets.proxy);
    return changeContainer(manifest, container, (own) => ({
        ...own,
        env: (Array.isArray(own.env) ? (own.env as unknown[]) : []).map((variable) =>
            isRecord(variable) && variable.name === TOKEN ? token : variable,
        ),
    }));
}

/** Bringing tables up to a release may take minutes. */
const startupProbe = {
    httpGet: { path: "/hub/health", port: "http" },
    periodSeconds: 5,
    failureThreshold: 60,
};

const priorityClassName = priorities.app.name;

/** What the chart has no values for. */
export function jupyterhubPatch(manifest: Manifest): Manifest {
    switch (objectKey(manifest)) {
        case `Secret/${JUPYTERHUB}/hub`:
            return valuesAlone(manifest);
        case `Deployment/${JUPYTERHUB}/hub`: {
            const { spec } = manifest;
            const template = isRecord(spec) && isRecord(spec.template) ? spec.template : {};
            const pod = isRecord(template.spec) ? template.spec : {};
            const volumes = Array.isArray(pod.volumes) ? (pod.volumes as unknown[]) : [];
            return patchContainer(
                patchPod(withToken(manifest, "hub"), {
                    priorityClassName,
                    volumes: volumes.map((volume) =>
                        isRecord(volume) && volume.name === "secret"
                            ? { name: "secret", configMap: { name: HUB_VALUES } }
                            : volume,
                    ),
                }),
                "hub",
                { startupProbe },
            );
        }
        case `Deployment/${JUPYTERHUB}/proxy`:
            return patchPod(withToken(manifest, "chp"), {
                automountServiceAccountToken: false,
                priorityClassName,
            });
        default:
            return manifest;
    }
}

/** What the hub may do among the notebooks: start and end them, with their volumes. */
export function notebookRights(): Manifest[] {
    const apiGroup = "rbac.authorization.k8s.io";
    const metadata = { name: "jupyterhub", namespace: NOTEBOOKS };
    return [
        {
            apiVersion: `${apiGroup}/v1`,
            kind: "Role",
            metadata,
            rules: [
                {
                    apiGroups: [""],
                    resources: ["pods", "persistentvolumeclaims"],
                    verbs: ["get", "watch", "list", "create", "delete"],
                },
                { apiGroups: [""], resources: ["events"], verbs: ["get", "watch", "list"] },
            ],
        },
        {
            apiVersion: `${apiGroup}/v1`,
            kind: "RoleBinding",
            metadata,
            roleRef: { apiGroup, kind: "Role", name: metadata.name },
            subjects: [{ kind: "ServiceAccount", name: "hub", namespace: JUPYTERHUB }],
        },
    ];
}

/** What notebooks find in their environment; `tracking` is the address of MLflow, if there is one. */
export function notebookSurroundings(tracking: string | undefined): Manifest {
    return {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: SURROUNDINGS, namespace: NOTEBOOKS },
        data: {
            MLFLOW_DISABLE_TELEMETRY: "true",
            ...(tracking === undefined ? {} : { MLFLOW_TRACKING_URI: tracking }),
        } satisfies Partial<Record<(typeof surroundings)[number], string>>,
    };
}
