/** Labels, annotations and taints that Kubernetes does not take of a node. Pure. */
import type { Fault } from "../base/definition";
import { isRecord } from "../base/object";
import { dotted } from "../configuration-faults";
import { isDeletion } from "./talos-schema";

type Path = readonly (string | number)[];

/** kubernetes.io, "Labels and Selectors": at most 63 characters, after a DNS name where there is one. */
const PART = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const EFFECTS: ReadonlySet<string> = new Set(["NoSchedule", "PreferNoSchedule", "NoExecute"]);

/**
 * Labels under `kubernetes.io` and `k8s.io` that a kubelet may give its own node, and Talos acts as
 * the kubelet: kubernetes, `staging/src/k8s.io/kubelet/pkg/apis/well_known_labels.go`.
 */
const OF_KUBERNETES = /(^|\.)(kubernetes|k8s)\.io$/;
const OF_THE_KUBELET: readonly RegExp[] = [
    /(^|\.)(kubelet|node)\.kubernetes\.io\//,
    /^(topology\.kubernetes\.io|failure-domain\.beta\.kubernetes\.io)\/(region|zone)$/,
    /^kubernetes\.io\/(hostname|os|arch)$/,
    /^beta\.kubernetes\.io\/(os|arch|instance-type)$/,
];

/** Whether a text may be the name of a label, with its prefix. */
function isName(text: string): boolean {
    const parts = text.split("/");
    const name = parts.at(-1) ?? "";
    const prefix = parts.length === 2 ? (parts[0] ?? "") : undefined;
    return (
        parts.length < 3 &&
        PART.test(name) &&
        (prefix === undefined || (PREFIX.test(prefix) && prefix.length <= 253))
    );
}

function nameFaults(name: string, path: Path): Fault[] {
    return isName(name)
        ? []
        : [
              {
                  key: dotted(path),
                  found: JSON.stringify(name),
                  allowed:
                      "a name of at most 63 letters, digits, dots, underscores and hyphens, after a DNS name and a slash if it has a prefix",
              },
          ];
}

function valueFaults(value: string, path: Path): Fault[] {
    return value === "" || PART.test(value)
        ? []
        : [
              {
                  key: dotted(path),
                  found: `${value.length} characters`,
                  allowed:
                      "a label of at most 63 letters, digits, dots, underscores and hyphens, a letter or digit at both ends",
              },
          ];
}

function restrictedFaults(name: string, path: Path): Fault[] {
    const prefix = name.split("/")[0] ?? "";
    return name.includes("/") &&
        OF_KUBERNETES.test(prefix) &&
        !OF_THE_KUBELET.some((allowed) => allowed.test(name))
        ? [
              {
                  key: dotted(path),
                  found: JSON.stringify(name),
                  allowed:
                      "a label that a node may give itself (Kubernetes, NodeRestriction): one of your own, or under node.kubernetes.io",
              },
          ]
        : [];
}

function taintFaults(value: string, path: Path): Fault[] {
    const [text = "", effect] = value.includes(":") ? value.split(":") : ["", value];
    return EFFECTS.has(effect ?? "") && (text === "" || PART.test(text))
        ? []
        : [
              {
                  key: dotted(path),
                  found: "another form",
                  allowed: `value:effect or effect, which is one of ${[...EFFECTS].join(", ")}`,
              },
          ];
}

type Entries = Readonly<Record<string, unknown>>;

/** What is wrong about labels that a node gives itself. */
export function nodeLabelFaults(labels: Entries, path: Path): Fault[] {
    return Object.entries(labels).flatMap(([name, value]) => [
        ...nameFaults(name, [...path, name]),
        ...valueFaults(String(value), [...path, name]),
        ...restrictedFaults(name, [...path, name]),
    ]);
}

/** What is wrong about taints, `value:effect` or `effect` by key. */
export function nodeTaintFaults(taints: Entries, path: Path): Fault[] {
    return Object.entries(taints).flatMap(([name, value]) => [
        ...nameFaults(name, [...path, name]),
        ...taintFaults(String(value), [...path, name]),
    ]);
}

/** What is wrong about the labels, annotations and taints of a main document. */
export function labelFaults(patch: Entries, path: Path): Fault[] {
    const machine = isRecord(patch.machine) ? patch.machine : {};
    const entries = (field: string): Entries =>
        Object.fromEntries(
            Object.entries(isRecord(machine[field]) ? machine[field] : {}).filter(
                ([name, value]) => name !== "$patch" && !isDeletion(value),
            ),
        );
    const at = (field: string) => [...path, "machine", field];
    return [
        ...nodeLabelFaults(entries("nodeLabels"), at("nodeLabels")),
        ...Object.keys(entries("nodeAnnotations")).flatMap((name) =>
            nameFaults(name, [...at("nodeAnnotations"), name]),
        ),
        ...nodeTaintFaults(entries("nodeTaints"), at("nodeTaints")),
    ];
}
