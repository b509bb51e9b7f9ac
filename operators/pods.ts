/** What operators of several kinds do alike with pods, claims and Services. */
import type {
    Labels,
    MadeClaim,
    MadeService,
    MadeValues,
    Port,
    Resource,
    ServicePort,
    Tree,
} from "./behaviour";
import { isTree, listAt, textAt, treeAt } from "./values";

/** A TCP port. */
export function tcp(port: number, name?: string): Port {
    return name === undefined ? { port } : { port, name };
}

/** Ports of a Service that go to the same ports of the pods. */
export function straight(...ports: readonly number[]): ServicePort[] {
    return ports.map((port) => ({ port, target: port }));
}

/** A Service named after its resource. */
export function serviceOf(
    { metadata }: Resource,
    suffix: string,
    selector: Labels,
    ...ports: readonly number[]
): MadeService {
    return { name: `${metadata.name}${suffix}`, selector, ports: straight(...ports) };
}

/** A Secret or ConfigMap whose keys nobody can say. */
export function unnamedKeys(name: string): MadeValues {
    return { name };
}

/** A container, as far as it decides where its pod runs and what it costs. */
export function container(name: string, resources: unknown, image?: string): Tree {
    return {
        name,
        ...(image === undefined ? {} : { image }),
        resources: isTree(resources) ? resources : {},
    };
}

/** Keeps pods with the labels apart, by node or another topology. */
export function apart(
    labels: Labels,
    required: boolean,
    topologyKey = "kubernetes.io/hostname",
    weight = 50,
): Tree {
    const term = { labelSelector: { matchLabels: labels }, topologyKey };
    return required
        ? { requiredDuringSchedulingIgnoredDuringExecution: [term] }
        : {
              preferredDuringSchedulingIgnoredDuringExecution: [{ weight, podAffinityTerm: term }],
          };
}

/** Both affinities: lists are joined, as operators append to what a user says. */
export function joinAntiAffinity(affinity: Tree, added: Tree): Tree {
    const own = treeAt(affinity, "podAntiAffinity");
    const fields = new Set([...Object.keys(own), ...Object.keys(added)]);
    return {
        ...affinity,
        podAntiAffinity: Object.fromEntries(
            [...fields].map((field) => [field, [...listAt(own, field), ...listAt(added, field)]]),
        ),
    };
}

/** Adds tolerations. */
export function withTolerations(pod: Tree, ...added: Tree[]): Tree {
    return { ...pod, tolerations: [...listAt(pod, "tolerations"), ...added] };
}

/** The claim that a `spec` of a PersistentVolumeClaim asks for; none without a size. */
export function claimOf(name: string, claim: Tree): MadeClaim[] {
    const { storage } = treeAt(claim, "resources", "requests");
    const storageClass = textAt(claim, "storageClassName");
    return storage === undefined
        ? []
        : [{ name, ...(storageClass === undefined ? {} : { storageClass }), size: storage }];
}

/** Kubernetes' default of a Deployment's rolling update: a quarter more, rounded up. */
export function withSurge(replicas: number): number {
    return replicas + Math.ceil(replicas / 4);
}
