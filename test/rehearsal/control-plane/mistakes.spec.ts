import * as assert from "node:assert/strict";
import { once } from "node:events";
import * as net from "node:net";
import { requireSpace } from "../../../rehearsal/control-plane/disk";
import { relevantLine } from "../../../rehearsal/control-plane/log-tail";
import { freePort } from "../../../rehearsal/control-plane/port";
import { refusal } from "../../../rehearsal/control-plane/throw-away";
import { UsageError } from "../../../preview/stack-file";

const gibibyte = 1024 ** 3;

describe("free disk space", () => {
    const free = (folder: string) => (folder === "/small" ? 0.2 * gibibyte : 10 * gibibyte);

    it("that suffices is no matter", () => {
        assert.doesNotThrow(() => {
            requireSpace(["/large"], 3 * gibibyte, "A build", free);
        });
    });

    it("that is short is one sentence with the folder, the need and what is left", () => {
        assert.throws(() => {
            requireSpace(["/large", "/small"], 3 * gibibyte, "A build", free);
        }, new UsageError("A build needs 3.0 GiB of free disk space in /small, but 204 MiB are free."));
    });

    it("is asked of the file system of the nearest folder that exists", () => {
        assert.doesNotThrow(() => {
            requireSpace([`${__dirname}/not/there/yet`], 1, "A build");
        });
        assert.throws(() => {
            requireSpace([`${__dirname}/not/there/yet`], Number.MAX_SAFE_INTEGER, "A build");
        }, UsageError);
    });
});

describe("a port", () => {
    it("is one that nobody listens to", async () => {
        const port = await freePort();
        const server = net.createServer().listen(port, "127.0.0.1");
        await once(server, "listening");
        await assert.rejects(
            freePort(port),
            (error: unknown) =>
                error instanceof UsageError && error.message.startsWith(`Port ${port} is busy`),
        );
        server.close();
        await once(server, "close");
        assert.equal(await freePort(port), port);
    });
});

describe("the log of a program that stopped", () => {
    const klog = [
        "I1121 06:12:26.831518   29829 server.go:1] starting",
        'E1121 06:12:26.831518   29829 run.go:72] "command failed" err="deadline exceeded"',
        "goroutine trace without a word",
        "",
    ].join("\n");

    it("is told by its last line that reports a fault", () => {
        assert.match(relevantLine(klog, []) ?? "", /command failed/);
        const etcd = '{"level":"fatal","msg":"no space"}\n{"level":"info","msg":"bye"}\n';
        assert.match(relevantLine(etcd, []) ?? "", /no space/);
        assert.equal(
            relevantLine("Error: unknown flag: --x\nUsage:\n", []),
            "Error: unknown flag: --x",
        );
    });

    it("is told by its last line when none reports a fault, and by nothing when it is empty", () => {
        assert.equal(relevantLine("one\ntwo\n\n", []), "two");
        assert.equal(relevantLine("\n", []), undefined);
    });

    it("is told without secrets and without end", () => {
        assert.equal(relevantLine("token abc123 refused", ["abc123"]), "token [secret] refused");
        assert.ok((relevantLine("x".repeat(5000), []) ?? "").length < 400);
    });
});

describe("a cluster that is there", () => {
    const local = "https://127.0.0.1:40123";

    for (const name of ["kind-demo", "k3d-demo", "rehearsal-x1", "minikube"]) {
        it(`is used when its context is ${name} on this machine`, () => {
            assert.equal(refusal({ name, server: local }), undefined);
        });
    }

    it("is used when it is minikube's own machine", () => {
        const server = "https://192.168.49.2:8443";
        assert.equal(refusal({ name: "minikube", server }), undefined);
    });

    it("is refused when only its name looks like one", () => {
        assert.match(
            refusal({ name: "kind-prod", server: "https://10.0.0.5:6443" }) ?? "",
            /10\.0\.0\.5/,
        );
    });

    it("is refused when it may be real, with what to do", () => {
        const sentence = refusal({ name: "prod", server: "https://192.168.68.100:6443" });
        assert.ok(sentence?.includes("192.168.68.100") === true);
        assert.ok(sentence.endsWith("give --confirm prod."));
        assert.equal(sentence.split(". ").length, 1, "one sentence");
    });

    it("is used when exactly its context is confirmed", () => {
        const prod = { name: "prod", server: "https://192.168.68.100:6443" };
        assert.equal(refusal(prod, "prod"), undefined);
        assert.match(refusal(prod, "staging") ?? "", /confirmed was staging/);
    });
});
