import * as assert from "node:assert/strict";
import { lostVersions, servedVersion } from "../../crds/versions";
import { crd } from "./fake-cluster";

function withVersions(versions: readonly object[]) {
    const content = crd();
    return { ...content, spec: { ...(content.spec as object), versions } };
}

describe("versions of a CRD", () => {
    it("that are stored must stay, served or not", () => {
        assert.deepEqual(lostVersions(["v1alpha1", "v1"], crd(["v1"])), ["v1alpha1"]);
        assert.deepEqual(lostVersions(["v1"], crd(["v1", "v2"])), []);
        const unserved = withVersions([{ name: "v1", served: false, storage: false }]);
        assert.deepEqual(lostVersions(["v1"], unserved), []);
        assert.deepEqual(lostVersions([], crd(["v1"])), []);
    });

    it("are listed in the stored one, which needs no conversion, if it is served", () => {
        assert.equal(servedVersion(crd(["v1", "v2"])), "v2");
        const old = { name: "v1", served: true, storage: false };
        const hidden = { name: "v2", served: false, storage: true };
        assert.equal(servedVersion(withVersions([hidden, old])), "v1");
        assert.equal(servedVersion(withVersions([hidden])), undefined);
    });
});
