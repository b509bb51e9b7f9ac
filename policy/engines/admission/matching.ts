/** Whether a policy is asked about every pod that is created, and whether its word counts. */
import { admissionExemptions } from "../../../trust/admission-exemptions";
import { ANY_NAMESPACE, NAME_LABEL } from "../../kubernetes/namespaces";
import { selects } from "../../kubernetes/selectors";
import {
    isTree,
    read,
    readList,
    readString,
    readTree,
    showReading,
    type Tree,
} from "../../kernel/tree";

/** What comes up before Kyverno does. */
const SYSTEM = "kube-system";

/** Why a policy leaves a namespace alone that it must not, or the other way round. */
export function namespaceFault(spec: Tree, namespaces: readonly string[]): string | undefined {
    const selector = read(spec, ["matchConstraints", "namespaceSelector"]);
    if (selector.state === "known" && isTree(selector.value)) {
        const { matchLabels, matchExpressions } = selector.value;
        const keys = [
            ...Object.keys(isTree(matchLabels) ? matchLabels : {}),
            ...(Array.isArray(matchExpressions) ? matchExpressions : []).map(
                (expression: unknown) => readString(expression, "key"),
            ),
        ];
        const other = keys.find((key) => key !== NAME_LABEL);
        if (other !== undefined) {
            return `namespaces choose by their label ${other}; select by ${NAME_LABEL}`;
        }
    }
    const covers = (name: string) =>
        selector.state === "absent" || selects(selector, { [NAME_LABEL]: name }) === true;
    const left = [...namespaces, ANY_NAMESPACE].find((name) => !covers(name));
    if (left !== undefined) {
        const allowed = Object.keys(admissionExemptions).join(", ");
        return `it leaves namespace ${left} alone; only ${allowed} may be`;
    }
    return covers(SYSTEM)
        ? `it covers ${SYSTEM}, which must start while Kyverno is down; exclude it by name`
        : undefined;
}

function includes(list: readonly unknown[], ...wanted: string[]): boolean {
    return wanted.some((value) => list.includes(value));
}

/** Whether creating a pod asks the policy. */
function matchesPods(spec: Tree): boolean {
    return readList(spec, "matchConstraints", "resourceRules").some(
        (rule) =>
            includes(readList(rule, "apiGroups"), "", "*") &&
            includes(readList(rule, "apiVersions"), "v1", "*") &&
            includes(readList(rule, "resources"), "pods", "*") &&
            includes(readList(rule, "operations"), "CREATE", "*") &&
            readList(rule, "resourceNames").length === 0,
    );
}

/** What keeps the policy from enforcing anything; undefined when nothing does. */
export function disqualification(spec: Tree, namespaces: readonly string[]): string | undefined {
    const actions = read(spec, ["validationActions"]);
    if (!readList(spec, "validationActions").includes("Deny")) {
        return `validationActions is ${showReading(actions)}; set it to ["Deny"]`;
    }
    const failure = read(spec, ["failurePolicy"]);
    if (failure.state === "known" && failure.value !== "Fail") {
        return `failurePolicy is ${showReading(failure)}; set it to Fail`;
    }
    const admission = read(spec, ["evaluation", "admission", "enabled"]);
    if (admission.state === "known" && admission.value === false) {
        return "evaluation.admission.enabled is false; leave it out";
    }
    if (Object.keys(readTree(spec, "matchConstraints", "objectSelector")).length > 0) {
        return "its objectSelector lets pods choose; leave it out";
    }
    if (readList(spec, "matchConstraints", "excludeResourceRules").length > 0) {
        return "it has excludeResourceRules; leave them out";
    }
    if (!matchesPods(spec)) {
        return "its resourceRules do not match the creation of pods; add them";
    }
    return namespaceFault(spec, namespaces);
}
