/** Names of other objects in fields that a table or a room in operators/ lists. */
import { isUnknown } from "../../kernel/tree";
import type { ObjectOf } from "../../kernel/facts";
import type { Behaviour, NamedField, TypedField } from "../../../operators/behaviour";
import { toPath } from "../operated/fields";
import { behaviourOf } from "../operated/resources";
import type { Inventory } from "./inventory";
import type { Reference } from "./resolve";
import { fieldOf, namedObject, valuesAt } from "./values";

function ofName(fact: ObjectOf, field: NamedField, own: string): Reference[] {
    const path = toPath(field.path);
    const last = path.at(-1) ?? "";
    const inList = last.endsWith("[]");
    return valuesAt(fact.inputs, inList ? path : path.slice(0, -1)).flatMap(
        (holder): Reference[] => {
            const name = inList ? holder : fieldOf(holder, last);
            if (name === undefined || name === null || name === "") {
                return [];
            }
            const [namespace, inside] =
                typeof name === "string" && !isUnknown(name) ? name.split("/") : [];
            const { kind } = field;
            const where = field.path.replace(/\.name$/, "");
            if (field.inNamespace !== undefined && inside !== undefined) {
                return [{ fact, where, kind: field.inNamespace, namespace, name: inside }];
            }
            return [
                {
                    fact,
                    where,
                    kind,
                    namespace: (inList ? undefined : fieldOf(holder, "namespace")) ?? own,
                    name,
                    ...(field.keys === undefined || inList
                        ? {}
                        : { keys: valuesAt(holder, toPath(field.keys)) }),
                    optional: inList ? false : fieldOf(holder, "optional"),
                },
            ];
        },
    );
}

function ofType(fact: ObjectOf, { path, group, kind }: TypedField, own: string): Reference[] {
    return valuesAt(fact.inputs, toPath(path)).map((value) => ({
        fact,
        where: path,
        ...namedObject(value, { group, kind, namespace: own }),
    }));
}

/**
 * Objects that a resource names in the fields of a table.
 *
 * @param own the namespace in which a name without one is looked up; default: the resource's
 */
export function resolveNames(
    fact: ObjectOf,
    { names = [], typedNames = [] }: Pick<Behaviour, "names" | "typedNames">,
    own = fact.object.namespace ?? "",
): Reference[] {
    const all = [
        ...names.flatMap((field) => ofName(fact, field, own)),
        ...typedNames.flatMap((field) => ofType(fact, field, own)),
    ];
    // Below a field that only the update knows, every name is the same unknown.
    const [first] = all.filter(({ name }) => isUnknown(name));
    return all.filter((reference) => reference === first || !isUnknown(reference.name));
}

/** The namespace of the operator of a kind: of whoever may write the status of its resources. */
function operatorNamespace({ object }: ObjectOf, { access }: Inventory): string {
    const [account = ""] = access.operatorsOf(object.group, `${object.kind.toLowerCase()}s`);
    return account.split("/")[0] ?? "";
}

/** Objects that a custom resource names, as the room of its kind says. */
export function roomNames(fact: ObjectOf, inventory: Inventory): Reference[] {
    const room = behaviourOf(fact);
    return room === undefined
        ? []
        : resolveNames(
              fact,
              room,
              room.namesWhereOperatorRuns === true ? operatorNamespace(fact, inventory) : undefined,
          );
}
