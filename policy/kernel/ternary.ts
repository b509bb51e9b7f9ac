/** Answers that only an update may know. */
import { isUnknown, read, readList } from "./tree";

/** Yes, no, or known only at the update. */
export type Ternary = boolean | "unknown";

/** Yes if one is; no if all are not. */
export function anyOf(answers: readonly Ternary[]): Ternary {
    return answers.includes(true) || (answers.includes("unknown") ? "unknown" : false);
}

/** Yes if all are; no if one is not. */
export function allOf(answers: readonly Ternary[]): Ternary {
    return answers.includes(false) ? false : answers.includes("unknown") ? "unknown" : true;
}

/** No for yes. */
export function not(answer: Ternary): Ternary {
    return answer === "unknown" ? answer : !answer;
}

/** Whether the switch at a path is on; absent stands for the default. */
export function switchAt(tree: unknown, path: readonly string[], absent: Ternary): Ternary {
    const reading = read(tree, path);
    return reading.state === "unknown"
        ? "unknown"
        : reading.state === "absent"
          ? absent
          : reading.value === true || reading.value === "true";
}

/** Whether a list has an element for which the question is answered with yes. */
export function someIn(
    tree: unknown,
    path: readonly string[],
    good: (element: unknown) => Ternary,
): Ternary {
    return read(tree, path).state === "unknown"
        ? "unknown"
        : anyOf(
              readList(tree, ...path).map((element) =>
                  isUnknown(element) ? "unknown" : good(element),
              ),
          );
}
