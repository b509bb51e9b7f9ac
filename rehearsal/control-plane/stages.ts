/**
 * What KWOK does in the kubelets' place: nodes become ready, pods start, run and stop, jobs
 * complete. Templates and selectors are KWOK's Stage API (sigs.k8s.io/kwok: kustomize/stage); they
 * differ from its defaults in that a node and its pods recover after a silence.
 */
import * as yaml from "js-yaml";

/** How the simulated kubelets behave. Times in milliseconds. */
export interface StageOptions {
    /** Shortest and longest time from a pod's placement until it is ready; default: 0 to 1000. */
    readonly podStart?: readonly [number, number];
    /** Shortest and longest time a job's pod runs; default: 500 to 1500. */
    readonly jobRun?: readonly [number, number];
    /** Shortest and longest time from a pod's deletion to its end; default: 200 to 1000. */
    readonly podStop?: readonly [number, number];
}

interface Expression {
    readonly key: string;
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    readonly values?: readonly string[];
}

const deleted: Expression = { key: ".metadata.deletionTimestamp", operator: "Exists" };
const notDeleted: Expression = { ...deleted, operator: "DoesNotExist" };
const phase = (value: string): Expression => ({
    key: ".status.phase",
    operator: "In",
    values: [value],
});
const ready = (operator: Expression["operator"], value: string): Expression => ({
    key: '.status.conditions.[] | select( .type == "Ready" ) | .status',
    operator,
    values: [value],
});
const ofJob = (operator: Expression["operator"]): Expression => ({
    key: ".metadata.ownerReferences.[].kind",
    operator,
    values: ["Job"],
});

function stage(
    kind: "Node" | "Pod",
    name: string,
    matchExpressions: readonly Expression[],
    next: { statusTemplate: string } | { delete: true },
    [shortest, longest]: readonly [number, number] = [0, 0],
): Record<string, unknown> {
    return {
        apiVersion: "kwok.x-k8s.io/v1alpha1",
        kind: "Stage",
        metadata: { name },
        spec: {
            resourceRef: { apiGroup: "v1", kind },
            selector: { matchExpressions },
            delay: { durationMilliseconds: shortest, jitterDurationMilliseconds: longest },
            next,
        },
    };
}

/**
 * A node without addresses gets one of the shared network (RFC 6598) that follows from its name:
 * pods on the host network need one of their own to be an endpoint.
 */
const nodeStatus = (version: string) => `
{{ $now := Now }}
{{ $digits := regexReplaceAll "[a-f]" (sha256sum .metadata.name) "" }}
{{ $second := add 64 (mod (atoi (substr 0 4 $digits)) 64) }}
{{ $third := mod (atoi (substr 4 8 $digits)) 256 }}
{{ $fourth := add 1 (mod (atoi (substr 8 12 $digits)) 254) }}
conditions:
{{ range NodeConditions }}
- lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ $now | Quote }}
  message: {{ .message | Quote }}
  reason: {{ .reason | Quote }}
  status: {{ .status | Quote }}
  type: {{ .type | Quote }}
{{ end }}
{{ with .status.addresses }}
addresses:
{{ YAML . 1 }}
{{ else }}
addresses:
- address: {{ printf "100.%d.%d.%d" $second $third $fourth | Quote }}
  type: InternalIP
- address: {{ .metadata.name | Quote }}
  type: Hostname
{{ end }}
nodeInfo:
  architecture: amd64
  bootID: ""
  containerRuntimeVersion: kwok
  kernelVersion: kwok
  kubeProxyVersion: ""
  kubeletVersion: v${version}
  machineID: ""
  operatingSystem: linux
  osImage: kwok
  systemUUID: ""
`;

/** Conditions of a pod whose containers all run. */
const podConditions = `
{{ $now := Now }}
conditions:
{{ range $type := list "PodReadyToStartContainers" "Initialized" "Ready" "ContainersReady" }}
- lastTransitionTime: {{ $now | Quote }}
  status: "True"
  type: {{ $type }}
{{ end }}
{{ range .spec.readinessGates }}
- lastTransitionTime: {{ $now | Quote }}
  status: "True"
  type: {{ .conditionType | Quote }}
{{ end }}
`;

const runningPod = `${podConditions}
containerStatuses:
{{ range .spec.containers }}
- image: {{ .image | Quote }}
  name: {{ .name | Quote }}
  ready: true
  restartCount: 0
  started: true
  state:
    running:
      startedAt: {{ $now | Quote }}
{{ end }}
{{ with .spec.initContainers }}
initContainerStatuses:
{{ range . }}
- image: {{ .image | Quote }}
  name: {{ .name | Quote }}
  ready: true
  restartCount: 0
  {{ if eq .restartPolicy "Always" }}
  started: true
  state:
    running:
      startedAt: {{ $now | Quote }}
  {{ else }}
  state:
    terminated:
      exitCode: 0
      finishedAt: {{ $now | Quote }}
      reason: Completed
      startedAt: {{ $now | Quote }}
  {{ end }}
{{ end }}
{{ end }}
{{ with NodeIPsWith .spec.nodeName }}
hostIP: {{ index . 0 | Quote }}
hostIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
{{ with PodIPsWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) }}
podIP: {{ index . 0 | Quote }}
podIPs:
{{ range . }}
- ip: {{ . | Quote }}
{{ end }}
{{ end }}
phase: Running
startTime: {{ $now | Quote }}
`;

const completedPod = `
{{ $now := Now }}
conditions:
{{ range $type := list "Ready" "ContainersReady" }}
- lastTransitionTime: {{ $now | Quote }}
  reason: PodCompleted
  status: "False"
  type: {{ $type }}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- image: {{ .image | Quote }}
  name: {{ .name | Quote }}
  ready: false
  restartCount: 0
  started: false
  state:
    terminated:
      exitCode: 0
      finishedAt: {{ $now | Quote }}
      reason: Completed
      startedAt: {{ $now | Quote }}
{{ end }}
phase: Succeeded
`;

/**
 * KWOK's configuration file: how many changes it makes at the same time, and the stages.
 *
 * @param kubernetesVersion release that the nodes report, such as `1.35.4`
 */
export function kwokConfiguration(kubernetesVersion: string, options: StageOptions = {}): string {
    const { podStart = [0, 1000], jobRun = [500, 1500], podStop = [200, 1000] } = options;
    const documents = [
        {
            apiVersion: "config.kwok.x-k8s.io/v1alpha1",
            kind: "KwokConfiguration",
            options: {
                podPlayStageParallelism: 16,
                nodePlayStageParallelism: 8,
                nodeLeaseParallelism: 8,
                podsOnNodeSyncParallelism: 4,
            },
        },
        stage("Node", "node-ready", [notDeleted, ready("NotIn", "True")], {
            statusTemplate: nodeStatus(kubernetesVersion),
        }),
        stage(
            "Pod",
            "pod-start",
            [notDeleted, phase("Pending"), ready("NotIn", "True")],
            { statusTemplate: runningPod },
            podStart,
        ),
        // The node controller takes readiness from the pods of a silent node; the kubelet returns it.
        stage(
            "Pod",
            "pod-recover",
            [notDeleted, phase("Running"), ready("NotIn", "True")],
            { statusTemplate: podConditions },
            podStart,
        ),
        stage(
            "Pod",
            "pod-complete",
            [notDeleted, phase("Running"), ready("In", "True"), ofJob("In")],
            { statusTemplate: completedPod },
            jobRun,
        ),
        stage("Pod", "pod-stop", [deleted], { delete: true }, podStop),
    ];
    return documents.map((document) => yaml.dump(document)).join("---\n");
}
