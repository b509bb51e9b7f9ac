/**
 * The rules that every rendered object keeps whatever system it belongs to, judged on what a run
 * registered. The policy pack judges the whole program; this finds the fault next to its system.
 */
import type { RecordedStack } from "../fixtures/stack";
import { isAllowedImage } from "../../trust/registries";
import { matches, podsOf } from "./pods";
import { type Workload, workloads } from "./workloads";

const LASTING = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

function containerFaults(
    { key, manifest, template }: Workload,
    unprobed: readonly string[],
): string[] {
    const lasting = LASTING.has(manifest.kind) && !unprobed.includes(key);
    const { containers, initContainers = [] } = template.spec;
    return [...containers, ...initContainers].flatMap((container) => {
        const { name, image, resources, livenessProbe, readinessProbe } = container;
        const probed = !lasting || !containers.includes(container);
        const rules: [boolean, string][] = [
            [isAllowedImage(image), `image ${image} is from no allowed registry`],
            [/:[^:/@]+(@sha256:\w+)?$/.test(image), `image ${image} has no tag`],
            [!image.endsWith(":latest"), "image has the tag latest"],
            [resources?.requests?.cpu !== undefined, "no cpu request"],
            [resources?.requests?.memory !== undefined, "no memory request"],
            [resources?.limits?.memory !== undefined, "no memory limit"],
            [probed || livenessProbe !== undefined, "no liveness probe"],
            [probed || readinessProbe !== undefined, "no readiness probe"],
        ];
        return rules.flatMap(([holds, fault]) => (holds ? [] : [`${key} ${name}: ${fault}`]));
    });
}

function securityFaults({ key, template }: Workload): string[] {
    const { containers, initContainers = [], securityContext: pod, hostNetwork } = template.spec;
    const hostPath = (template.spec.volumes ?? []).some((volume) => "hostPath" in volume);
    const shared = [
        ...(hostNetwork === true ? [`${key}: host network`] : []),
        ...(hostPath ? [`${key}: hostPath`] : []),
    ];
    const own = [...containers, ...initContainers].flatMap(({ name, securityContext: own }) => {
        const rules: [boolean, string][] = [
            [(own?.runAsNonRoot ?? pod?.runAsNonRoot) === true, "may run as root"],
            [own?.readOnlyRootFilesystem === true, "writable root filesystem"],
            [own?.allowPrivilegeEscalation === false, "privilege escalation"],
            [own?.capabilities?.drop?.includes("ALL") === true, "keeps capabilities"],
            [
                (own?.seccompProfile ?? pod?.seccompProfile)?.type === "RuntimeDefault",
                "no seccomp profile",
            ],
        ];
        return rules.flatMap(([holds, fault]) => (holds ? [] : [`${key} ${name}: ${fault}`]));
    });
    return [...shared, ...own];
}

function availabilityFaults(part: RecordedStack): string[] {
    const budgets = part.objects
        .filter(({ kind }) => kind === "PodDisruptionBudget")
        .map(({ metadata, spec }) => ({
            metadata,
            spec: spec as {
                minAvailable?: number;
                maxUnavailable?: number;
                selector: { matchLabels: Record<string, string> };
            },
        }));
    const all = workloads(part);
    const pods = podsOf(part);
    const idle = budgets
        .filter(
            ({ metadata, spec }) =>
                !pods.some(
                    ({ namespace, labels }) =>
                        namespace === metadata.namespace &&
                        matches(spec.selector.matchLabels, labels),
                ),
        )
        .map(({ metadata }) => `PodDisruptionBudget ${metadata.name ?? ""} selects nothing`);
    return all
        .flatMap(({ key, manifest, replicas, template }) => {
            const own = budgets.filter(
                ({ metadata, spec }) =>
                    metadata.namespace === manifest.metadata.namespace &&
                    matches(spec.selector.matchLabels, template.metadata.labels),
            );
            if (replicas < 2) {
                return own.length === 0 ? [] : [`${key}: a budget on a single replica`];
            }
            const wanted = replicas >= 3 ? 2 : 1;
            const spread = template.spec.topologySpreadConstraints ?? [];
            return [
                ...(own.length === 1 && own[0]?.spec.minAvailable === wanted
                    ? []
                    : [`${key}: no budget with minAvailable ${wanted}`]),
                ...(spread.some(({ topologyKey }) => topologyKey === "kubernetes.io/hostname")
                    ? []
                    : [`${key}: not spread over nodes`]),
            ];
        })
        .concat(idle);
}

/** Everything that breaks a rule, one sentence each. */
export function faults(
    part: RecordedStack,
    /** Keys of the node agents, which need what SEC-03 forbids. */
    agents: readonly string[] = [],
    /** Keys of those that no probe can ask, which HA-07 excepts. */
    unprobed: readonly string[] = [],
): string[] {
    const all = workloads(part);
    return [
        ...all.flatMap((workload) => containerFaults(workload, unprobed)),
        ...all.filter(({ key }) => !agents.includes(key)).flatMap(securityFaults),
        ...all
            .filter(({ template }) => template.spec.priorityClassName === undefined)
            .map(({ key }) => `${key}: no priority class`),
        ...availabilityFaults(part),
    ];
}
