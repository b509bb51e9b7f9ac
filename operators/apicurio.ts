/** The operator of Apicurio Registry. */
import type { Behaviour, Labels, MadePods, Port, Resource, Tree } from "./behaviour";
import { keyOf, kinds } from "./names";
import { container, tcp, withSurge } from "./pods";
import { isTree, labelsAt, numberAt, textAt, treeAt, treesAt } from "./values";

const source =
    "apicurio-registry 3.3.1: operator/controller/src/main/java/io/apicurio/registry/operator/resource";

/** ResourceFactory.java: ports of both parts. */
export const apicurioPorts = { http: 8080, https: 8443, management: 9000 } as const;

/** Parts of a registry: the API, and the pages in front of it. */
export type ApicurioPart = "app" | "ui";

/** Labels.java, getSelectorLabels. */
export function apicurioLabels(name: string, part: ApicurioPart): Labels {
    return {
        app: name,
        "app.kubernetes.io/name": "apicurio-registry",
        "app.kubernetes.io/component": part,
        "app.kubernetes.io/part-of": "apicurio-registry",
        "app.kubernetes.io/instance": name,
    };
}

/** What the operator gives where a part says nothing (ResourceFactory.java). */
interface Defaults {
    readonly container: string;
    readonly resources: Tree;
    readonly ports: readonly Port[];
    readonly probe: Tree;
}

const answers = (path: string, port: number): Tree => ({
    httpGet: { path, port, scheme: "HTTP" },
});

const defaults: Readonly<Record<ApicurioPart, Defaults>> = {
    app: {
        container: "apicurio-registry-app",
        resources: {
            requests: { cpu: "500m", memory: "512Mi" },
            limits: { cpu: "1", memory: "1Gi" },
        },
        ports: [tcp(apicurioPorts.http, "http"), tcp(apicurioPorts.management, "management")],
        probe: answers("/health/ready", apicurioPorts.management),
    },
    ui: {
        container: "apicurio-registry-ui",
        resources: {
            requests: { cpu: "100m", memory: "256Mi" },
            limits: { cpu: "200m", memory: "512Mi" },
        },
        ports: [tcp(apicurioPorts.http, "http")],
        probe: answers("/config.js", apicurioPorts.http),
    },
};

/** The pod: the template, with what is missing in the container that the part runs in. */
function podOf(spec: Tree, { container: name, resources, probe }: Defaults): Tree {
    const template = treeAt(spec, "podTemplateSpec", "spec");
    const containers = treesAt(template, "containers");
    const own = containers.find((item) => item.name === name) ?? {};
    const env = treesAt(spec, "env");
    return {
        ...template,
        containers: [
            ...containers.filter((item) => item.name !== name),
            {
                readinessProbe: probe,
                livenessProbe: probe,
                ...own,
                ...container(
                    name,
                    isTree(own.resources) ? own.resources : resources,
                    textAt(own, "image"),
                ),
                ...(env.length > 0 ? { env } : {}),
            },
        ],
    };
}

function isThere(part: ApicurioPart, spec: Tree): boolean {
    return part === "app" || spec.enabled !== false;
}

const parts = ["app", "ui"] as const;

function registryPods(resource: Resource): MadePods[] {
    const { spec = {}, metadata } = resource;
    return parts.flatMap((part): MadePods[] => {
        const own = treeAt(spec, part);
        const count = numberAt(1, own, "replicas");
        return isThere(part, own)
            ? [
                  {
                      part,
                      name: `${metadata.name}-${part}-deployment`,
                      labels: {
                          ...labelsAt(own, "podTemplateSpec", "metadata", "labels"),
                          ...apicurioLabels(metadata.name, part),
                      },
                      count,
                      most: withSurge(count),
                      pod: podOf(own, defaults[part]),
                      ports: defaults[part].ports,
                      ...(part === "app" ? { isMain: true } : {}),
                  },
              ]
            : [];
    });
}

/** ActivationConditions.java: a budget for a part with more than one pod, unless it says otherwise. */
const registryBudgets: Behaviour["budgets"] = ({ spec, metadata: { name } }) =>
    parts.flatMap((part) => {
        const own = treeAt(spec, part);
        return isThere(part, own) &&
            numberAt(1, own, "replicas") > 1 &&
            treeAt(own, "podDisruptionBudget").enabled !== false
            ? [
                  {
                      name: `${name}-${part}-poddisruptionbudget`,
                      selector: apicurioLabels(name, part),
                      maxUnavailable: 1,
                  },
              ]
            : [];
    });

/** The rooms of the kinds. */
export const apicurio: readonly Behaviour[] = [
    {
        kind: "registry.apicur.io/ApicurioRegistry3",
        source,
        pods: registryPods,
        budgets: registryBudgets,
        services: ({ spec, metadata: { name } }) =>
            parts
                .filter((part) => isThere(part, treeAt(spec, part)))
                .map((part) => ({
                    name: `${name}-${part}-service`,
                    selector: apicurioLabels(name, part),
                    ports: [{ name: "http", port: apicurioPorts.http, target: "http" }],
                })),
        images: parts.map((part) => ({
            path: `spec.${part}.podTemplateSpec.spec.containers[].image`,
            // The operator names them in its own variables.
            optional: true,
        })),
        names: [
            ...keyOf("spec.app.storage.sql.dataSource", ["password"], kinds.secret),
            ...parts.flatMap((part) =>
                keyOf(`spec.${part}`, ["env[].valueFrom.secretKeyRef"], kinds.secret),
            ),
        ],
    },
];
