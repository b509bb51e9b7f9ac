/** Kyverno and Gatekeeper both refuse: every object has two judges, and exceptions of one of them. */
import { type Finding, notJudged, violated } from "../../kernel/criterion";
import type { Facts, ObjectOf } from "../../kernel/facts";
import {
    holdsUnknown,
    isTree,
    read,
    readList,
    readString,
    readTree,
    showReading,
    type Tree,
} from "../../kernel/tree";

type Answer = boolean | "unknown";

const CONSTRAINTS = "constraints.gatekeeper.sh";

/** Points at which the word of a constraint keeps an object out; others only audit or test. */
const AT_ADMISSION: ReadonlySet<unknown> = new Set(["*", "validation.gatekeeper.sh", "vap.k8s.io"]);

/** A constraint without an action denies (gatekeeper v3.23.0: pkg/util/enforcement_action.go). */
function isDenying(constraint: ObjectOf): Answer {
    const action = read(constraint.inputs, ["spec", "enforcementAction"]);
    if (action.state === "unknown") {
        return "unknown";
    }
    if (action.state === "absent" || action.value === "" || action.value === "deny") {
        return true;
    }
    if (action.value !== "scoped") {
        return false;
    }
    const scoped = read(constraint.inputs, ["spec", "scopedEnforcementActions"]);
    if (scoped.state === "unknown" || holdsUnknown(scoped)) {
        return "unknown";
    }
    return readList(constraint.inputs, "spec", "scopedEnforcementActions").some(
        (entry) =>
            readString(entry, "action") === "deny" &&
            readList(entry, "enforcementPoints").some((point) =>
                AT_ADMISSION.has(readString(point, "name")),
            ),
    );
}

/** Policies of Kyverno by CEL, and by its own patterns. */
const BY_EXPRESSION = ["ValidatingPolicy", "NamespacedValidatingPolicy"];
const BY_PATTERN = ["ClusterPolicy", "Policy"];

const isEnforce = (value: unknown) => String(value).toLowerCase() === "enforce";

/** `failureAction` of a rule comes before that of the policy (kyverno v1.19: api/kyverno/v1). */
function refusesByPattern(spec: Tree): boolean {
    return readList(spec, "rules").some((rule) => {
        const { validate } = readTree(rule);
        return (
            isTree(validate) &&
            isEnforce(validate.failureAction ?? spec.validationFailureAction ?? "Audit")
        );
    });
}

function isRefusing({ object, inputs }: ObjectOf): Answer {
    const spec = readTree(inputs, "spec");
    if (BY_PATTERN.includes(object.kind)) {
        return (
            refusesByPattern(spec) ||
            (read(inputs, ["spec"]).state === "unknown" || holdsUnknown(spec) ? "unknown" : false)
        );
    }
    const actions = read(inputs, ["spec", "validationActions"]);
    if (actions.state === "unknown" || readList(spec, "validationActions").some(holdsUnknown)) {
        return "unknown";
    }
    // Without an action it denies (kyverno v1.19: api/policies.kyverno.io/v1, ValidationActions).
    return actions.state === "absent" || showReading(actions).includes('"Deny"');
}

/** Those whose answer is yes, and the first of which nobody can say; yes counts more. */
function asked(objects: readonly ObjectOf[], ask: (object: ObjectOf) => Answer) {
    const answers = objects.map((object) => ({ object, answer: ask(object) }));
    return {
        sure: answers.filter(({ answer }) => answer === true).map(({ object }) => object),
        unsure: answers.find(({ answer }) => answer === "unknown")?.object,
    };
}

/** What is wrong where both are there; nothing while at most one of them refuses. */
export function judgeEngines(facts: Facts): Finding[] {
    const constraints = facts
        .all()
        .filter((fact): fact is ObjectOf => fact.object?.group === CONSTRAINTS);
    if (constraints.length === 0) {
        return [];
    }
    const gatekeeper = asked(constraints, isDenying);
    const kyverno = asked(
        [
            ...BY_EXPRESSION.flatMap((kind) => facts.objects("policies.kyverno.io", kind)),
            ...BY_PATTERN.flatMap((kind) => facts.objects("kyverno.io", kind)),
        ],
        isRefusing,
    );
    const [constraint, ...others] = gatekeeper.sure;
    const [policy] = kyverno.sure;
    if (constraint !== undefined && policy !== undefined) {
        const all = others.length === 0 ? "it refuses" : `it and ${others.length} others refuse`;
        return [
            violated(
                constraint,
                `${all}, and so does Kyverno (${policy.key}): two engines give two verdicts; set enforcementAction to dryrun, or let Kyverno only audit`,
            ),
        ];
    }
    const hidden = gatekeeper.unsure ?? constraint;
    return hidden !== undefined && (policy ?? kyverno.unsure) !== undefined
        ? [notJudged(hidden, "whether it refuses beside Kyverno is known only at the update")]
        : [];
}
