/**
 * JupyterHub: the notebooks that its spawner makes. It is told by the values of its chart, which is
 * why the room is about the ConfigMap with those alone.
 */
import type { Behaviour, Labels, Resource, Tree } from "./behaviour";
import { tcp } from "./pods";
import { isTree, numberAt, present, textAt, treeAt, yamlIn } from "./values";

/** Name of the ConfigMap with the values of the chart. */
export const HUB_VALUES = "jupyterhub-values";
/** Its key, which is also the name of the file that the hub reads. */
export const HUB_VALUES_KEY = "values.yaml";

/** Labels of every notebook (kubespawner 7.0.0: kubespawner/spawner.py, `_build_pod_labels`). */
export const notebookPods: Labels = {
    "app.kubernetes.io/name": "jupyterhub",
    "app.kubernetes.io/component": "singleuser-server",
};

/** Port of a notebook (kubespawner 7.0.0: `KubeSpawner.port`). */
export const NOTEBOOK_PORT = 8888;

/** A hub that says nothing lets so many notebooks run; 0 means any number. */
const UNSAID = 0;

/** Sizes count in 1024s (jupyterhub 5.5.0: jupyterhub/traitlets.py, `ByteSpecification`). */
const quantity = (size: unknown): unknown =>
    typeof size === "string" && /^[\d.]+[KMGT]$/.test(size) ? `${size}i` : size;

function sizesOf(singleuser: Tree, which: "guarantee" | "limit"): Tree {
    const of = (resource: "cpu" | "memory") => treeAt(singleuser, resource)[which];
    return present({ cpu: of("cpu"), memory: quantity(of("memory")) });
}

/** The tag may be part of the name. */
function imageOf(image: Tree): string | undefined {
    const [name, tag] = [textAt(image, "name"), textAt(image, "tag")];
    return tag === undefined || tag === "" ? name : `${name ?? ""}:${tag}`;
}

/** Variables that are read from elsewhere; the others are plain values, or the hub's own. */
function environmentOf(singleuser: Tree): unknown[] {
    return Object.values(treeAt(singleuser, "extraEnv")).filter(isTree);
}

/** The values; empty where they cannot be read. */
function valuesOf(resource: Resource): Tree {
    return yamlIn(textAt(resource, "data", HUB_VALUES_KEY));
}

/** The room. */
export const jupyterhub: readonly Behaviour[] = [
    {
        kind: "/ConfigMap",
        only: /^jupyterhub-values$/,
        source: "zero-to-jupyterhub 4.4.0: files/hub/jupyterhub_config.py; kubespawner 7.0.0: kubespawner/objects.py, make_pod",
        pods: (resource) => {
            const values = valuesOf(resource);
            const singleuser = treeAt(values, "singleuser");
            const spawner = treeAt(values, "hub", "config", "KubeSpawner");
            const count = numberAt(UNSAID, treeAt(values, "hub"), "activeServerLimit");
            if (count === UNSAID) {
                return "it lets any number of notebooks run (hub.activeServerLimit)";
            }
            const storage = treeAt(singleuser, "storage");
            const namespace = textAt(spawner, "namespace");
            return [
                {
                    part: "notebooks",
                    name: "jupyter",
                    ...(namespace === undefined ? {} : { namespace }),
                    labels: notebookPods,
                    count,
                    passing: true,
                    pod: {
                        securityContext: {
                            fsGroup: singleuser.fsGid,
                            ...treeAt(spawner, "pod_security_context"),
                        },
                        automountServiceAccountToken: false,
                        containers: [
                            {
                                name: "notebook",
                                env: environmentOf(singleuser),
                                image: imageOf(treeAt(singleuser, "image")),
                                resources: {
                                    requests: sizesOf(singleuser, "guarantee"),
                                    limits: sizesOf(singleuser, "limit"),
                                },
                                securityContext: {
                                    runAsUser: singleuser.uid,
                                    allowPrivilegeEscalation: singleuser.allowPrivilegeEscalation,
                                    ...treeAt(spawner, "container_security_context"),
                                },
                            },
                        ],
                    },
                    ports: [tcp(NOTEBOOK_PORT, "notebook-port")],
                    claims: [
                        present({
                            name: "home",
                            size: textAt(storage, "capacity"),
                            storageClass: textAt(storage, "dynamic", "storageClass"),
                        }) as { name: string; size: unknown; storageClass?: string },
                    ],
                },
            ];
        },
    },
];
