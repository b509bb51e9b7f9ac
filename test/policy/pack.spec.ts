import * as assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { criteria } from "../../policy/criteria";
import type { Scorecard } from "../../policy/kernel/ledger";

const root = path.join(__dirname, "..", "..");
const folder = path.join(root, "policy");

/** The two ways to start the pack: the engine's, and the preview's. */
const STARTS: Readonly<Record<string, readonly string[]>> = {
    "the start script of the engine": [
        path.join(root, "node_modules", "@pulumi", "pulumi", "cmd", "run-policy-pack"),
        "127.0.0.1:1",
        ".",
    ],
    "plain node": ["index.js"],
};

/** The port that the pack prints on its first line. */
async function portOf(pack: ChildProcess): Promise<number> {
    return new Promise((resolve, reject) => {
        let text = "";
        pack.stdout?.on("data", (chunk: Buffer) => {
            text += chunk.toString();
            if (text.includes("\n")) {
                resolve(Number(text.split("\n")[0]));
            }
        });
        pack.on("exit", () => {
            reject(new Error(`the pack stopped: ${text}`));
        });
    });
}

async function call<Request, Response>(
    method: (
        request: Request,
        callback: (error: ServiceError | null, response: Response) => void,
    ) => unknown,
    request: Request,
): Promise<Response> {
    return new Promise((resolve, reject) => {
        method(request, (error, response) => {
            if (error === null) {
                resolve(response);
            } else {
                reject(error);
            }
        });
    });
}

for (const [title, args] of Object.entries(STARTS)) {
    describe(`the pack, started by ${title}`, () => {
        const scorecard = path.join(os.tmpdir(), `scorecard-${process.pid}-${args.length}.json`);
        let pack: ChildProcess;
        let client: AnalyzerClient;

        before(async () => {
            pack = spawn(process.execPath, args, { cwd: folder });
            const address = `127.0.0.1:${await portOf(pack)}`;
            client = new AnalyzerClient(address, credentials.createInsecure());
        });

        after(() => {
            client.close();
            pack.kill();
            fs.rmSync(scorecard, { force: true });
        });

        it("names every criterion", async () => {
            const info = await call<Empty, proto.AnalyzerInfo>(
                (request, callback) => client.getAnalyzerInfo(request, callback),
                new Empty(),
            );
            const policies = info.getPoliciesList();
            for (const { name } of criteria) {
                assert.ok(policies.some((policy) => policy.getName() === name));
            }
            assert.equal(info.getName(), "readiness");
        });

        it("reports a violation and writes the scorecard where it is told to", async () => {
            const config = new proto.PolicyConfig();
            config.setEnforcementlevel(proto.EnforcementLevel.ADVISORY);
            config.setProperties(Struct.fromJavaScript({ file: scorecard }));
            const configure = new proto.ConfigureAnalyzerRequest();
            configure.getPolicyconfigMap().set("scorecard", config);
            await call<proto.ConfigureAnalyzerRequest, Empty>(
                (message, callback) => client.configure(message, callback),
                configure,
            );

            const request = new proto.AnalyzeRequest();
            request.setType("kubernetes:core/v1:ConfigMap");
            request.setUrn("urn:pulumi:a::b::kubernetes:core/v1:ConfigMap::c");
            request.setName("c");
            request.setProperties(
                Struct.fromJavaScript({
                    apiVersion: "v1",
                    kind: "ConfigMap",
                    metadata: { name: "c", namespace: "n" },
                }),
            );
            request.setOptions(new proto.AnalyzerResourceOptions());
            const response = await call<proto.AnalyzeRequest, proto.AnalyzeResponse>(
                (message, callback) => client.analyze(message, callback),
                request,
            );
            const messages = response.getDiagnosticsList().map((item) => item.getMessage());
            assert.match(messages.join("\n"), /CMP-04 ConfigMap\/n\/c: label .* is absent/);

            const resource = new proto.AnalyzerResource();
            resource.setType(request.getType());
            resource.setUrn(request.getUrn());
            resource.setName(request.getName());
            resource.setProperties(new Struct());
            resource.setOptions(new proto.AnalyzerResourceOptions());
            const stack = new proto.AnalyzeStackRequest();
            stack.setResourcesList([resource]);
            await call<proto.AnalyzeStackRequest, proto.AnalyzeResponse>(
                (message, callback) => client.analyzeStack(message, callback),
                stack,
            );
            const card = JSON.parse(fs.readFileSync(scorecard, "utf8")) as Scorecard;
            assert.deepEqual(
                card.criteria.map(({ id }) => id),
                criteria.map(({ id }) => id),
            );
            assert.equal(card.criteria.find(({ id }) => id === "CMP-04")?.verdict, "violated");
        });
    });
}
