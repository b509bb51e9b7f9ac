/** Random rules on where pods may run. Pure. */
import type { Tree } from "../../policy/kernel/tree";
import type { Dice } from "./dice";
import { NAMESPACES, PRIORITIES } from "./generated-ground";
import { CONTROL_PLANE, DEDICATED, DISK, GENERATION, HOSTNAME, ZONE } from "./generated-nodes";

/** What a rule can be about. */
export interface Around {
    /** Label `app` of the pods themselves. */
    readonly app: string;
    /** Labels `app` of the kinds that were made before. */
    readonly others: readonly string[];
    readonly nodes: readonly string[];
}

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

const topologyKey = (dice: Dice) => dice.one([HOSTNAME, HOSTNAME, ZONE, ZONE, DISK]);

/** Mostly the pods of the same kind. */
function labelSelector(dice: Dice, { app, others }: Around): Tree {
    const another = dice.one([app, ...others]);
    return dice.one([
        { matchLabels: { app } },
        { matchLabels: { app } },
        { matchLabels: { app } },
        { matchLabels: { app: another } },
        {
            matchExpressions: [
                {
                    key: "tier",
                    operator: dice.one(["In", "NotIn"]),
                    values: [dice.one(["x", "y"])],
                },
            ],
        },
        { matchExpressions: [{ key: "app", operator: "In", values: [app, another] }] },
        { matchExpressions: [{ key: "tier", operator: dice.one(["Exists", "DoesNotExist"]) }] },
    ]);
}

function podTerm(dice: Dice, around: Around): Tree {
    return {
        labelSelector: labelSelector(dice, around),
        topologyKey: topologyKey(dice),
        ...dice.one<Tree>([
            {},
            {},
            {},
            { namespaces: [NAMESPACES[0], NAMESPACES[1]] },
            { namespaceSelector: {} },
            { namespaceSelector: { matchLabels: { team: "red" } } },
            { namespaceSelector: { matchLabels: { team: "blue" } }, namespaces: [NAMESPACES[2]] },
        ]),
        ...dice.one<Tree>([
            {},
            {},
            {},
            { matchLabelKeys: ["version"] },
            { mismatchLabelKeys: ["version"] },
        ]),
    };
}

function nodeExpression(dice: Dice): Tree {
    return dice.one<() => Tree>([
        () => ({
            key: ZONE,
            operator: dice.one(["In", "NotIn"]),
            values: [dice.one(["zone-1", "zone-2", "zone-3"])],
        }),
        () => ({ key: DISK, operator: dice.one(["Exists", "DoesNotExist"]) }),
        () => ({
            key: GENERATION,
            operator: dice.one(["Gt", "Lt"]),
            values: [String(dice.between(3, 9))],
        }),
    ])();
}

function nodeSelectorTerm(dice: Dice, { nodes }: Around): Tree {
    const fields = {
        matchFields: [
            {
                key: "metadata.name",
                operator: dice.one(["In", "NotIn"]),
                values: [dice.one(nodes)],
            },
        ],
    };
    return {
        ...dice.perhaps(0.85, () => ({ matchExpressions: [nodeExpression(dice)] })),
        ...dice.perhaps(0.1, () => fields),
    };
}

function nodeAffinity(dice: Dice, around: Around): Tree {
    const terms = Array.from({ length: dice.one([1, 1, 2]) }, () => nodeSelectorTerm(dice, around));
    return dice.happens(0.5)
        ? { [REQUIRED]: { nodeSelectorTerms: terms } }
        : {
              [PREFERRED]: terms.map((preference) => ({
                  weight: dice.one([1, 50, 100]),
                  preference,
              })),
          };
}

function podAffinity(dice: Dice, around: Around, required: number): Tree {
    const terms = Array.from({ length: dice.one([1, 1, 1, 2]) }, () => podTerm(dice, around));
    return dice.happens(required)
        ? { [REQUIRED]: terms }
        : {
              [PREFERRED]: terms.map((podAffinityTerm) => ({
                  weight: dice.one([1, 50, 100]),
                  podAffinityTerm,
              })),
          };
}

function spreadConstraint(dice: Dice, around: Around): Tree {
    const isHard = dice.happens(0.75);
    return {
        maxSkew: dice.one([1, 1, 2]),
        topologyKey: topologyKey(dice),
        whenUnsatisfiable: isHard ? "DoNotSchedule" : "ScheduleAnyway",
        labelSelector: labelSelector(dice, around),
        ...dice.perhaps(isHard ? 0.15 : 0, () => ({ minDomains: dice.between(2, 3) })),
        ...dice.perhaps(0.3, () => ({ nodeTaintsPolicy: dice.one(["Honor", "Ignore"]) })),
        ...dice.perhaps(0.2, () => ({ nodeAffinityPolicy: dice.one(["Honor", "Ignore"]) })),
        ...dice.perhaps(0.1, () => ({ matchLabelKeys: ["version"] })),
    };
}

/** Several constraints must differ in the topology or the action. */
function spreadConstraints(dice: Dice, around: Around): Tree[] {
    const constraints = Array.from({ length: dice.one([1, 1, 2]) }, () =>
        spreadConstraint(dice, around),
    );
    const id = (tree: Tree) => `${String(tree.topologyKey)} ${String(tree.whenUnsatisfiable)}`;
    return [...new Map(constraints.map((tree) => [id(tree), tree])).values()];
}

function tolerations(dice: Dice): Tree[] {
    return dice.one<Tree[]>([
        [{ key: DEDICATED.key, operator: "Exists" }],
        [{ key: DEDICATED.key, operator: "Equal", value: DEDICATED.value, effect: "NoSchedule" }],
        [{ operator: "Exists" }],
        [{ key: CONTROL_PLANE, operator: "Exists", effect: "NoSchedule" }],
    ]);
}

/**
 * The part of a pod's spec that says where it may run.
 *
 * @param oddity from 0 to 1: how many pods have rules
 */
export function generateRules(dice: Dice, around: Around, oddity: number): Tree {
    const affinity = {
        ...dice.perhaps(0.15 * oddity, () => ({ nodeAffinity: nodeAffinity(dice, around) })),
        ...dice.perhaps(0.12 * oddity, () => ({ podAffinity: podAffinity(dice, around, 0.5) })),
        ...dice.perhaps(0.4 * oddity, () => ({ podAntiAffinity: podAffinity(dice, around, 0.6) })),
    };
    return {
        ...(Object.keys(affinity).length > 0 ? { affinity } : {}),
        ...dice.perhaps(0.35 * oddity, () => ({
            topologySpreadConstraints: spreadConstraints(dice, around),
        })),
        ...dice.perhaps(0.08 * oddity, () => ({
            nodeSelector: { [DISK]: dice.one(["ssd", "hdd"]) },
        })),
        ...dice.perhaps(0.2 * oddity, () => ({ tolerations: tolerations(dice) })),
        ...dice.perhaps(0.35 * oddity, () => ({ priorityClassName: dice.one(PRIORITIES) })),
    };
}
