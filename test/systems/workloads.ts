/** The workloads of a recorded stack, with the templates of their pods. */
import type { Manifest } from "../../components/base/object";
import type { RecordedStack } from "../fixtures/stack";

export interface Container {
    readonly name: string;
    readonly image: string;
    readonly resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
    readonly securityContext?: SecurityContext;
    readonly livenessProbe?: object;
    readonly readinessProbe?: object;
}

interface SecurityContext {
    readonly runAsNonRoot?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly allowPrivilegeEscalation?: boolean;
    readonly capabilities?: { drop?: string[] };
    readonly seccompProfile?: { type: string };
}

interface PodSpec {
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly securityContext?: SecurityContext;
    readonly priorityClassName?: string;
    readonly hostNetwork?: boolean;
    readonly volumes?: readonly object[];
    readonly topologySpreadConstraints?: readonly { topologyKey: string }[];
}

interface PodTemplate {
    readonly metadata: { readonly labels: Readonly<Record<string, string>> };
    readonly spec: PodSpec;
}

/** A workload with the template of its pods. */
export interface Workload {
    /** `Kind/namespace/name`. */
    readonly key: string;
    readonly manifest: Manifest;
    readonly replicas: number;
    readonly template: PodTemplate;
}

/** The least number of pods that an autoscaler keeps of a workload; undefined without one. */
function leastScaled(part: RecordedStack, { kind, metadata }: Manifest): number | undefined {
    return part
        .ofKind("ScaledObject")
        .filter((scaler) => scaler.metadata.namespace === metadata.namespace)
        .map(
            ({ spec }) =>
                spec as {
                    scaleTargetRef: { kind: string; name: string };
                    minReplicaCount: number;
                },
        )
        .find(({ scaleTargetRef: { kind: of, name } }) => of === kind && name === metadata.name)
        ?.minReplicaCount;
}

/** The workloads of a run. */
export function workloads(part: RecordedStack): Workload[] {
    return part.objects.flatMap((manifest) => {
        const spec = (manifest.spec ?? {}) as {
            replicas?: number;
            template?: PodTemplate | string;
            jobTemplate?: { spec: { template: PodTemplate } };
        };
        const template = spec.template ?? spec.jobTemplate?.spec.template;
        const { name = "", namespace = "" } = manifest.metadata;
        // Schedules of Velero have a template too, of backups; sets of Argo CD one of applications;
        // a database names the one that it is made from.
        return typeof template !== "object" ||
            !("spec" in template) ||
            !("containers" in template.spec)
            ? []
            : [
                  {
                      key: `${manifest.kind}/${namespace}/${name}`,
                      manifest,
                      replicas: ["Deployment", "StatefulSet", "Rollout"].includes(manifest.kind)
                          ? (spec.replicas ?? leastScaled(part, manifest) ?? 1)
                          : 1,
                      template,
                  },
              ];
    });
}
