/** What other tools print, as findings. Pure. */
import { isRecord } from "../../components/base/object";

/** Something that a tool has found. */
export interface ToolFinding {
    readonly rule: string;
    /** `Kind/namespace/name`, or `Kind/name`. */
    readonly resource: string;
    readonly message: string;
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
    return isRecord(value) ? value : {};
}

function list(value: unknown): readonly Fields[] {
    return Array.isArray(value) ? value.filter(isRecord) : [];
}

function text(value: unknown): string {
    return typeof value === "string" ? value : "";
}

function keyOf(kind: unknown, namespace: unknown, name: unknown): string {
    return [kind, namespace, name]
        .map(text)
        .filter((part) => part !== "")
        .join("/");
}

/** The grade of kube-score for "all is well"; all below is a finding. */
const GOOD = 10;

/** Of `kube-score score -o json`. */
export function kubeScoreFindings(output: unknown): ToolFinding[] {
    return (Array.isArray(output) ? list(output) : []).flatMap((object) => {
        const { name, namespace } = fields(object.object_meta);
        const resource = keyOf(fields(object.type_meta).kind, namespace, name);
        return list(object.checks)
            .filter(({ grade, skipped }) => skipped !== true && Number(grade) < GOOD)
            .map(({ check, comments }): ToolFinding => {
                const [comment = {}] = list(comments);
                const place = text(comment.path);
                return {
                    rule: text(fields(check).id),
                    resource,
                    message: [place, text(comment.summary)].filter(Boolean).join(": "),
                };
            });
    });
}

/** Of `kube-linter lint --format json`. */
export function kubeLinterFindings(output: unknown): ToolFinding[] {
    return list(fields(output).Reports).map(({ Check, Object: found, Diagnostic }) => {
        const { GroupVersionKind, Namespace, Name } = fields(fields(found).K8sObject);
        return {
            rule: text(Check),
            resource: keyOf(fields(GroupVersionKind).Kind, Namespace, Name),
            message: text(fields(Diagnostic).Message),
        };
    });
}

/** Of `polaris audit --format json`, which sorts what it finds by object, pod and container. */
export function polarisFindings(output: unknown): ToolFinding[] {
    return list(fields(output).Results).flatMap(({ Kind, Namespace, Name, Results, PodResult }) => {
        const pod = fields(PodResult);
        const results = [
            Results,
            pod.Results,
            ...list(pod.ContainerResults).map((container) => container.Results),
        ];
        return results
            .flatMap((each) => Object.entries(fields(each)))
            .filter(([, result]) => fields(result).Success === false)
            .map(([rule, result]) => ({
                rule,
                resource: keyOf(Kind, Namespace, Name),
                message: text(fields(result).Message),
            }));
    });
}
