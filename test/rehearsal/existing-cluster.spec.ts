import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { UsageError } from "../../preview/stack-file";
import { useCluster } from "../../rehearsal/existing-cluster";

describe("the kubeconfig of a rehearsal", () => {
    let folder: string;
    const write = (name: string, currentContext: string, server: string) => {
        const file = path.join(folder, name);
        const content = {
            apiVersion: "v1",
            kind: "Config",
            clusters: [{ name, cluster: { server } }],
            users: [{ name, user: {} }],
            contexts: [{ name, context: { cluster: name, user: name } }],
            "current-context": currentContext,
        };
        fs.writeFileSync(file, JSON.stringify(content));
        return file;
    };
    const refusesWith = (kubeconfig: string, pattern: RegExp, confirmed?: string) =>
        assert.rejects(
            useCluster({ kubeconfig, confirmed, kwok: "/nowhere/kwok" }),
            (error: unknown) => error instanceof UsageError && pattern.test(error.message),
        );

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "kubeconfig-"));
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    it("must be there and be one", async () => {
        await refusesWith(
            path.join(folder, "none"),
            /^The kubeconfig .*none cannot be read: ENOENT/,
        );
        fs.writeFileSync(path.join(folder, "text"), "clusters: [");
        await refusesWith(path.join(folder, "text"), /^The kubeconfig .*text cannot be read: /);
        await refusesWith("", /^No kubeconfig is given/);
    });

    it("must have a current context", async () => {
        await refusesWith(write("one", "", "https://127.0.0.1:1"), /has no current context/);
    });

    it("must not lead to a real cluster, whatever is confirmed but that", async () => {
        const file = write("prod", "prod", "https://192.0.2.1:6443");
        await refusesWith(file, /^Context prod leads to https:\/\/192\.0\.2\.1:6443/);
        await refusesWith(file, /confirmed was staging/, "staging");
    });

    it("must lead to a cluster that answers", async () => {
        const file = write("kind-gone", "kind-gone", "https://127.0.0.1:1");
        await refusesWith(
            file,
            /^The cluster of context kind-gone does not answer: .*ECONNREFUSED/,
        );
    });

    it("may be several, of which the first decides", async () => {
        const files = [
            write("prod", "prod", "https://192.0.2.1:6443"),
            write("kind-gone", "kind-gone", "https://127.0.0.1:1"),
        ];
        await refusesWith(files.join(path.delimiter), /^Context prod/);
    });
});
