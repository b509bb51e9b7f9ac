import * as assert from "node:assert/strict";
import { criteria } from "../../policy/criteria";
import { judge } from "./harness";
import { criteriaOfSystems, soundStacks } from "./sound-stacks";
import { deserializingOnce, silencedByUnknowns } from "./unknowns";

/** The component that generates the Secret says which keys it has, whatever their values. */
const NAMED = ["DR-03 is met by an unknown stringData"];

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
        deserializingOnce();

        it("meets its criteria", async () => {
            const { scorecard } = await judge(Object.values(parts), { judgedBy });
            for (const { id, verdict, findings, judged } of scorecard.criteria) {
                assert.equal(verdict, "met", `${id}: ${JSON.stringify(findings)}`);
                assert.notDeepEqual(judged, [], `${id} does not say what it judged`);
            }
        });

        for (const [name, part] of Object.entries(parts)) {
            it(`never meets with an unknown value what it misses without it: ${name}`, async () => {
                const silenced = await silencedByUnknowns(
                    part,
                    (changed) => Object.values({ ...parts, [name]: changed }),
                    judgedBy,
                );
                const unnamed = silenced.filter(
                    (text) => !NAMED.some((start) => text.startsWith(start)),
                );
                assert.deepEqual(unnamed, []);
            });
        }
    });
}
