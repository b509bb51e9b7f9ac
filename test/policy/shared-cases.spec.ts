import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "js-yaml";
import { sharedPath, skipWithout } from "../fixtures/shared-folder";
import { type Inputs, judge, object, platform } from "./harness";

type Manifest = Inputs & { apiVersion: string; kind: string };

/** What must be said of the resources of each file: a criterion, and the field or value it names. */
const VIOLATED: Readonly<Record<string, readonly [criterion: string, message: RegExp]>> = {
    "iac04-jdbc": ["IAC-04", /Deployment\/shop\/web: .*SPRING_DATASOURCE_URL/],
    "iac04-pgpassword": ["IAC-04", /Deployment\/shop\/web: .*PGPASSWORD/],
    "iac04-requirepass": ["IAC-04", /Deployment\/shop\/web: .*requirepass/],
    "iac04-sql": ["IAC-04", /ConfigMap\/shop\/init: .*init\.sql/],
    "probe-name": ["HA-14", /Deployment\/shop\/web: .*\bweb\b/],
    "rbac-group": ["SEC-06", /ClusterRoleBinding\/all: .*system:authenticated/],
    "rwo-three": ["HA-13", /Deployment\/shop\/web: .*data/],
    "sec01-all-namespaces": ["SEC-01", /NetworkPolicy\/shop\/all: /],
    "sec01-cidrset": ["SEC-01", /CiliumNetworkPolicy\/shop\/set: .*0\.0\.0\.0\/0/],
    "shape-limits": ["HA-08", /Deployment\/shop\/web: .*cpu/],
    "shape-mount": ["HA-14", /Deployment\/shop\/web: .*missing/],
    webhook: ["SEC-15", /ValidatingWebhookConfiguration\/bind: /],
};
/** What must not be said. */
const SILENT: Readonly<Record<string, string>> = {
    "iac04-fp-keyname": "IAC-04",
    "sts-podname": "HA-14",
};

async function resultOf(file: string) {
    const manifests = yaml.loadAll(fs.readFileSync(file, "utf8")) as Manifest[];
    return judge([platform(), ...manifests.map((manifest) => object(manifest))]);
}

describe("objects that others wrote", () => {
    const folder = sharedPath("cases");

    for (const [name, [criterion, message]] of Object.entries(VIOLATED)) {
        it(`${name} violates ${criterion}, by resource and field`, async function () {
            if (folder === undefined) {
                skipWithout(this, 1, "file");
            }
            const said = (await resultOf(path.join(folder, `${name}.yaml`))).of(criterion);
            assert.match(said.join("\n"), message);
        });
    }

    for (const [name, criterion] of Object.entries(SILENT)) {
        it(`${name} does not violate ${criterion}`, async function () {
            if (folder === undefined) {
                skipWithout(this, 1, "file");
            }
            const result = await resultOf(path.join(folder, `${name}.yaml`));
            assert.deepEqual(result.of(criterion), []);
            assert.deepEqual(result.notJudged(criterion), []);
        });
    }

    it("are all known here", function () {
        if (folder === undefined) {
            skipWithout(this, 14, "files");
        }
        const names = fs.readdirSync(folder).map((file) => path.basename(file, ".yaml"));
        assert.deepEqual(names.sort(), [...Object.keys(VIOLATED), ...Object.keys(SILENT)].sort());
    });
});
