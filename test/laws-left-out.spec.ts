import assert from "node:assert/strict";
import { readStackFile } from "../preview/stack-file";
import { leaveEverythingOut } from "./fixtures/left-out";
import { EVERYTHING, repository } from "./fixtures/stack-files";

describe("an update that names some resources only", () => {
    for (const name of ["dev", EVERYTHING]) {
        it(`runs the program of ${name} to its end, although nothing else was ever made`, async () => {
            const { registrations } = await leaveEverythingOut(readStackFile(repository, name));
            assert.ok(registrations.length > 500);
        });
    }
});
