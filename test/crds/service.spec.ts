import * as assert from "node:assert/strict";
import { credentials, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import {
    ResourceProviderClient,
    ResourceProviderService,
} from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as protocol from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { keepContent, outlineOf } from "../../components/base/crd-content";
import type { Manifest } from "../../components/base/object";
import { CrdProvider, type CrdProviderConfiguration } from "../../crds/provider";
import { toService } from "../../crds/service";
import { withCacheFolder } from "../fixtures/cache-folder";
import { crd, FakeCluster } from "./fake-cluster";

const NAME = "things.example.org";
const { DIFF_NONE, DIFF_SOME } = protocol.DiffResponse.DiffChanges;
const SECRET = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    value: "kind: Config",
};

function toStruct(value: object): Struct {
    return Struct.fromJavaScript(JSON.parse(JSON.stringify(value)) as Record<string, string>);
}

function inputs(content: Manifest): Struct {
    return toStruct({ ...outlineOf(content), digest: keepContent(content) });
}

/** Calls as the engine does: over the wire. */
function call<Response>(
    send: (done: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
    return new Promise((resolve, reject) => {
        send((error, response) => {
            if (error === null) {
                resolve(response);
            } else {
                reject(error);
            }
        });
    });
}

describe("the protocol between engine and the provider of CRDs", () => {
    withCacheFolder();

    let cluster: FakeCluster;
    let configurations: CrdProviderConfiguration[];
    let server: Server;
    let client: ResourceProviderClient;

    beforeEach(async () => {
        cluster = new FakeCluster();
        configurations = [];
        const provider = new CrdProvider((configuration) => {
            configurations.push(configuration);
            return Promise.resolve(cluster);
        }, {});
        server = new Server();
        server.addService(ResourceProviderService, toService(provider));
        const port = await new Promise<number>((resolve, reject) => {
            server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
                if (error === null) {
                    resolve(bound);
                } else {
                    reject(error);
                }
            });
        });
        client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
    });
    afterEach(() => {
        client.close();
        server.forceShutdown();
    });

    const create = (properties: Struct, preview = false) =>
        call<protocol.CreateResponse>((done) =>
            client.create(
                new protocol.CreateRequest().setProperties(properties).setPreview(preview),
                done,
            ),
        );

    it("takes a secret kubeconfig, and connects only when there is something to do", async () => {
        const args = toStruct({ kubeconfig: SECRET, context: "here", cluster: "lab" });
        const request = new protocol.ConfigureRequest().setArgs(args);
        const answer = await call<protocol.ConfigureResponse>((done) =>
            client.configure(request, done),
        );
        assert.equal(answer.getSupportspreview(), true);
        assert.deepEqual(configurations, []);
        await create(inputs(crd()));
        assert.deepEqual(configurations, [{ kubeconfig: "kind: Config", context: "here" }]);
    });

    it("leaves no more than the digest in the outputs", async () => {
        const answer = await create(inputs(crd()));
        assert.equal(answer.getId(), NAME);
        const outputs = answer.getProperties()?.toJavaScript() ?? {};
        assert.deepEqual(Object.keys(outputs), ["digest"]);
    });

    it("changes nothing in a preview", async () => {
        await create(inputs(crd()), true);
        assert.deepEqual(cluster.acts, [["dry", NAME]]);
    });

    it("compares inputs, never outputs", async () => {
        const compare = async (before: Manifest, after: Manifest) => {
            const request = new protocol.DiffRequest()
                .setOlds(toStruct({}))
                .setOldInputs(inputs(before))
                .setNews(inputs(after));
            return (
                await call<protocol.DiffResponse>((done) => client.diff(request, done))
            ).getChanges();
        };
        assert.equal(await compare(crd(), crd()), DIFF_NONE);
        assert.equal(await compare(crd(), crd(["v1", "v2"])), DIFF_SOME);
    });

    it("replaces CRDs for another cluster, never for a renewed kubeconfig", async () => {
        const compare = async (after: object) => {
            const before = { kubeconfig: SECRET, cluster: "lab" };
            const request = new protocol.DiffRequest()
                .setOldInputs(toStruct(before))
                .setNews(toStruct({ ...before, ...after }));
            const answer = await call<protocol.DiffResponse>((done) =>
                client.diffConfig(request, done),
            );
            return [answer.getChanges(), answer.getReplacesList()] as const;
        };
        assert.deepEqual(await compare({}), [DIFF_NONE, []]);
        assert.deepEqual(await compare({ kubeconfig: "new" }), [DIFF_SOME, []]);
        assert.deepEqual(await compare({ cluster: "other" }), [DIFF_SOME, ["cluster"]]);
    });

    it("updates, reads and deletes by the name", async () => {
        await create(inputs(crd()));
        const next = inputs(crd(["v1", "v2"]));
        await call<protocol.UpdateResponse>((done) =>
            client.update(new protocol.UpdateRequest().setNews(next), done),
        );
        const read = () =>
            call<protocol.ReadResponse>((done) =>
                client.read(new protocol.ReadRequest().setId(NAME).setInputs(next), done),
            );
        const found = await read();
        assert.equal(found.getId(), NAME);
        assert.deepEqual(found.getInputs()?.toJavaScript(), next.toJavaScript());
        await call((done) => client.delete(new protocol.DeleteRequest().setId(NAME), done));
        assert.equal((await read()).getId(), "");
    });

    it("tells a fault with its sentence alone", async () => {
        cluster.objects = { "/apis/example.org/v1/things": ["one"] };
        await create(inputs(crd()));
        await assert.rejects(
            call((done) => client.delete(new protocol.DeleteRequest().setId(NAME), done)),
            (error: ServiceError) => error.details.startsWith(`The CRD ${NAME} stays, `),
        );
        await assert.rejects(
            create(toStruct({ metadata: {} })),
            (error: ServiceError) =>
                error.details === "A CRD is registered with metadata.name, spec and digest.",
        );
    });
});
