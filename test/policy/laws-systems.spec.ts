import * as assert from "node:assert/strict";
import { criteria } from "../../policy/criteria";
import type { Criterion } from "../../policy/kernel/criterion";
import { type Parts, pathsOf, withValue } from "./change";
import { judge, UNKNOWN } from "./harness";
import { criteriaOfSystems, soundStacks } from "./sound-stacks";

/** The component that generates the Secret says which keys it has, whatever their values. */
const NAMED = ["DR-03 is met by an unknown stringData"];

async function unmet(parts: Parts, judgedBy: readonly Criterion[]): Promise<Set<string>> {
    const { scorecard } = await judge(Object.values(parts), { judgedBy });
    return new Set(
        scorecard.criteria.filter(({ verdict }) => verdict !== "met").map(({ id }) => id),
    );
}

describe("the criteria about systems", () => {
    it("are all in the pack", () => {
        const ids = criteria.map(({ id }) => id);
        assert.deepEqual(
            [...criteriaOfSystems].filter((id) => !ids.includes(id)),
            [],
        );
    });
});

for (const [title, { criteria: judgedBy, parts }] of Object.entries(soundStacks)) {
    describe(`a sound stack with ${title}`, () => {
        it("meets its criteria", async () => {
            const { scorecard } = await judge(Object.values(parts), { judgedBy });
            for (const { id, verdict, findings, judged } of scorecard.criteria) {
                assert.equal(verdict, "met", `${id}: ${JSON.stringify(findings)}`);
                assert.notDeepEqual(judged, [], `${id} does not say what it judged`);
            }
        });

        for (const [name, { inputs }] of Object.entries(parts)) {
            // The type of a resource tells its kind even where the inputs do not.
            const paths = pathsOf(inputs).filter(
                ([first]) => first !== "apiVersion" && first !== "kind",
            );
            it(`never meets with an unknown value what it misses without it: ${name}`, async () => {
                const silenced: string[] = [];
                for (const path of paths) {
                    const part = parts[name] ?? assert.fail(name);
                    const of = (value: unknown) =>
                        unmet({ ...parts, [name]: withValue(part, path, value) }, judgedBy);
                    const [withUnknown, without] = [await of(UNKNOWN), await of(undefined)];
                    silenced.push(
                        ...[...without]
                            .filter((id) => !withUnknown.has(id))
                            .map((id) => `${id} is met by an unknown ${path.join(".")}`),
                    );
                }
                const unnamed = silenced.filter(
                    (text) => !NAMED.some((start) => text.startsWith(start)),
                );
                assert.deepEqual(unnamed, []);
            });
        }
    });
}
