import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { isBuiltIn } from "../../../components/base/scope";
import { record } from "../network/record";
import { build, settingsOf } from "../storage/systems";
import { CrdSchemas } from "./crd-schemas";

const folder = path.join(__dirname, "..", "..", "..", "..", "shared", "catalog", "crds");
const files = ["rook-ceph.yaml", "cloudnative-pg.yaml", "redis-operator.yaml"];

describe("custom resources of storage, data and apps", () => {
    for (const profile of ["dev", "staging", "prod"]) {
        it(`are what their CRDs accept in ${profile}, unknown fields refused`, async function () {
            const systems = { rookCeph: { toolbox: true } };
            const { objects } = await record(build, settingsOf(profile, { systems }));
            const custom = objects.filter((object) => !isBuiltIn(object));
            if (!fs.existsSync(folder)) {
                if (this.test !== undefined) {
                    this.test.title += ` (skipped: ${custom.length} not checked, no ${folder})`;
                }
                this.skip();
            }
            const schemas = new CrdSchemas(folder, files);
            assert.ok(custom.length >= 8);
            const faults = custom.flatMap(
                (object) => schemas.faults(object) ?? [`no CRD for ${object.kind}`],
            );
            assert.deepEqual(faults, []);
        });
    }

    it("are refused with a misspelt field, so the check above means something", function () {
        if (!fs.existsSync(folder)) {
            this.skip();
        }
        const spec = {
            clusterSize: 3,
            kubernetesConfig: { image: "redis", imagePolicy: "Always" },
        };
        const faults = new CrdSchemas(folder, files).faults({
            apiVersion: "redis.redis.opstreelabs.in/v1beta2",
            kind: "RedisReplication",
            metadata: { name: "queue" },
            spec,
        });
        assert.match(faults?.join(" ") ?? "", /imagePolicy/);
    });
});
