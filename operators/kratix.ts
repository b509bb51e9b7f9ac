/** Kratix: the programs that carry orders out. */
import type { Behaviour, Labels, MadePods, Resource, Surroundings, Tree } from "./behaviour";
import { isTree, listAt, present, textAt, treeAt, treesAt } from "./values";

const GROUP = "platform.kratix.io";

/** Namespace in which people order on this platform: programs run where their order is. */
export const orderNamespace = "orders";

/** Labels of the pods of a Promise's programs (api/v1alpha1/pipeline_factory.go, pipelineJobLabels). */
function programPods(promise: string): Labels {
    return { "kratix.io/promise-name": promise, "app.kubernetes.io/managed-by": "Kratix" };
}

/** What Kratix restricts its own containers to (pipeline_types.go, kratixSecurityContext). */
const ownSecurity = {
    allowPrivilegeEscalation: false,
    privileged: false,
    runAsNonRoot: true,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
} as const;

/** What a container gets where nobody says (pipeline_types.go, DefaultResourceRequirements). */
const ownResources = {
    requests: { cpu: "100m", memory: "128Mi", "ephemeral-storage": "128Mi" },
    limits: { cpu: "200m", memory: "256Mi", "ephemeral-storage": "256Mi" },
} as const;

/** Resources that the configuration of Kratix gives instead (cmd/main.go, Workflows). */
function defaultResources({ all }: Surroundings): Tree {
    const [configuration] = all("/ConfigMap").filter(
        ({ metadata }) =>
            metadata.name === "kratix" && metadata.namespace === "kratix-platform-system",
    );
    const text = configuration === undefined ? undefined : textAt(configuration, "data", "config");
    const said: unknown = text === undefined ? {} : JSON.parse(text);
    const found = isTree(said) ? treeAt(said, "workflows", "defaultContainerResources") : {};
    return Object.keys(found).length === 0 ? ownResources : found;
}

/** One program at a time for each order: they are counted as one, because an order takes seconds. */
function podsOf({ metadata, spec }: Resource, around: Surroundings): MadePods[] {
    const resources = defaultResources(around);
    const pipelines = treesAt(treeAt(spec, "workflows", "resource"), "configure");
    return pipelines.map((pipeline): MadePods => {
        const own = treeAt(pipeline, "spec");
        const adapter = (name: string) => ({ name, resources, securityContext: ownSecurity });
        return {
            part: textAt(pipeline, "metadata", "name") ?? "program",
            name: `kratix-${metadata.name}`,
            namespace: orderNamespace,
            labels: programPods(metadata.name),
            count: 1,
            passing: true,
            pod: {
                ...present({ nodeSelector: own.nodeSelector, tolerations: own.tolerations }),
                volumes: listAt(own, "volumes"),
                initContainers: [
                    adapter("reader"),
                    ...treesAt(own, "containers").map((container) => ({
                        resources,
                        ...container,
                    })),
                    adapter("work-writer"),
                ],
                containers: [adapter("status-writer")],
            },
            ports: [],
            usesApi: true,
        };
    });
}

/** The kind that a Promise brings. */
function kindsOf({ spec }: Resource): string[] {
    const api = treeAt(spec, "api", "spec");
    const [group, kind] = [textAt(api, "group"), textAt(api, "names", "kind")];
    return group === undefined || kind === undefined ? [] : [`${group}/${kind}`];
}

/** The room. */
export const kratix: readonly Behaviour[] = [
    {
        kind: `${GROUP}/Promise`,
        source: "kratix ae170e2: api/v1alpha1/{pipeline_factory,pipeline_types,promise_types}.go, cmd/main.go",
        pods: podsOf,
        defines: kindsOf,
        images: [{ path: "spec.workflows.resource.configure[].spec.containers[].image" }],
    },
];
