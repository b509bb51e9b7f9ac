import * as assert from "node:assert/strict";
import { inDependencyOrder } from "../../rehearsal/graph";

const step = (id: string, ...dependencies: string[]) => ({ id, dependencies });
const moment = () => new Promise((resolve) => setImmediate(resolve));

describe("work in dependency order", () => {
    it("does a step after everything that it depends on", async () => {
        const done: string[] = [];
        const steps = [step("c", "b", "a"), step("b", "a", "elsewhere"), step("a")];
        await inDependencyOrder(
            steps,
            async ({ id }) => {
                await moment();
                done.push(id);
            },
            4,
        );
        assert.deepEqual(done, ["a", "b", "c"]);
    });

    it("never does more at a time than allowed, and as many as that", async () => {
        let running = 0;
        let most = 0;
        const steps = Array.from({ length: 10 }, (_, index) => step(String(index)));
        await inDependencyOrder(
            steps,
            async () => {
                running += 1;
                most = Math.max(most, running);
                await moment();
                running -= 1;
            },
            3,
        );
        assert.equal(most, 3);
    });

    it("is done at once without steps", async () => {
        await inDependencyOrder([], () => Promise.reject(new Error("nothing to do")), 2);
    });

    it("ends with the first failure", async () => {
        const done: string[] = [];
        const work = ({ id }: { id: string }) => {
            done.push(id);
            return id === "a" ? Promise.reject(new Error("no server")) : Promise.resolve();
        };
        await assert.rejects(inDependencyOrder([step("a"), step("b", "a")], work, 1), /no server/);
        assert.deepEqual(done, ["a"]);
    });

    it("names the steps that wait for each other", async () => {
        const steps = [step("a", "b"), step("b", "a"), step("c"), step("self", "self")];
        await assert.rejects(
            inDependencyOrder(steps, () => Promise.resolve(), 2),
            /wait for each other in a circle: a, b$/,
        );
    });
});
