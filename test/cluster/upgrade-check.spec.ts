import assert from "node:assert/strict";
import { configuredKubernetes, forgottenUpgrade } from "../../components/cluster/upgrade-check";

const applied = "apiServer:\n    image: registry.k8s.io/kube-apiserver:v1.35.4\n";

describe("an upgrade of Kubernetes that nobody wrote down", () => {
    it("is noticed, with the setting that is missing", () => {
        const warning = forgottenUpgrade("1.35.9", [applied]);
        assert.match(warning ?? "", /runs Kubernetes 1\.35\.9.*names 1\.35\.4/);
        assert.match(warning ?? "", /cluster\.upgradedKubernetes to 1\.35\.9/);
    });

    it("is noticed on whichever control plane it was forgotten, and never on a worker", () => {
        const upgraded = applied.replace("1.35.4", "1.35.9");
        const worker = "kubelet:\n    image: ghcr.io/siderolabs/kubelet:v1.35.9\n";
        assert.match(
            forgottenUpgrade("1.35.9", [upgraded, applied, worker]) ?? "",
            /names 1\.35\.4/,
        );
        assert.equal(forgottenUpgrade("1.35.9", [upgraded, worker]), undefined);
    });

    it("is not suspected when both agree or one is not known", () => {
        assert.equal(forgottenUpgrade("1.35.4", [applied]), undefined);
        assert.equal(forgottenUpgrade(undefined, [applied]), undefined);
        assert.equal(forgottenUpgrade("1.35.9", [undefined]), undefined);
    });

    it("is read from the API server's image", () => {
        assert.equal(configuredKubernetes(applied), "1.35.4");
        assert.equal(configuredKubernetes("nothing"), undefined);
    });
});
