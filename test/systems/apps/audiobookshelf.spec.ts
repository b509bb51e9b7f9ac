/** Audiobookshelf: who may reach what, and that it is told before anybody can. */
import assert from "node:assert/strict";
import { audiobookshelf as definition } from "../../../components/apps/audiobookshelf";
import { audiobookshelfServer } from "../../../components/apps/audiobookshelf-manifests";
import { signOnSettings } from "../../../components/apps/audiobookshelf-sign-on";
import { type RecordedStack, stack } from "../../fixtures/stack";
import { alone } from "../variants";

interface Container {
    readonly name: string;
    readonly command?: readonly string[];
    readonly env: readonly { readonly name: string; readonly value?: string }[];
}

interface ServerSpec {
    readonly replicas: number;
    readonly template: {
        readonly spec: {
            readonly initContainers: readonly Container[];
            readonly containers: readonly Container[];
            readonly tolerations: readonly { readonly tolerationSeconds: number }[];
        };
    };
    readonly volumeClaimTemplates: readonly {
        readonly metadata: { readonly name: string };
        readonly spec: {
            readonly storageClassName: string;
            readonly resources: { readonly requests: { readonly storage: string } };
        };
    }[];
}

const serverOf = (part: RecordedStack) =>
    part.object("StatefulSet/audiobookshelf/audiobookshelf").spec as ServerSpec;

describe("Audiobookshelf", () => {
    let prod: RecordedStack;
    before(async () => {
        prod = (await stack("prod")).component("audiobookshelf");
    });

    it("lets its own programs in, and takes uploads only of people who signed on", () => {
        const guard = (route: string) =>
            JSON.stringify(prod.object(`SecurityPolicy/audiobookshelf/${route}`).spec);
        assert.match(guard("audiobookshelf-upload"), /extAuth|oidc/);
        assert.match(guard("audiobookshelf"), /"defaultAction":"Allow"/);
    });

    it("keeps no upload in the memory of the proxy, and every other request small", () => {
        const limits = (route: string) =>
            prod.object(`BackendTrafficPolicy/audiobookshelf/${route}`).spec as {
                readonly requestBuffer?: { readonly limit: string };
                readonly timeout: { readonly http: { readonly requestTimeout: string } };
            };
        assert.equal(limits("audiobookshelf-upload").requestBuffer, undefined);
        assert.deepEqual(limits("audiobookshelf").requestBuffer, { limit: "10Mi" });
        assert.equal(limits("audiobookshelf").timeout.http.requestTimeout, "43200s");
    });

    it("is told who signs people on before the port is open", () => {
        const { initContainers, containers } = serverOf(prod).template.spec;
        const [prepares] = initContainers;
        assert.deepEqual(prepares?.command, ["node", "/scripts/audiobookshelf_sign_on.mjs"]);
        const plain = prepares.env.find(({ name }) => name === "SETTINGS")?.value ?? "";
        assert.match(plain, /"authOpenIDAutoRegister":true/);
        assert.doesNotMatch(plain, /Secret/);
        // The server itself knows neither password.
        const [server] = containers;
        assert.deepEqual(
            server?.env.map(({ name }) => name).filter((name) => /PASSWORD|SECRET/.test(name)),
            [],
        );
    });

    it("is one pod that leaves a dead node after half a minute", () => {
        const { replicas, template } = serverOf(prod);
        assert.equal(replicas, 1);
        assert.deepEqual(
            template.spec.tolerations.map(({ tolerationSeconds }) => tolerationSeconds),
            [30, 30],
        );
        assert.deepEqual(prod.ofKind("PodDisruptionBudget"), []);
    });

    it("has its database on a block device and what people hear on the file system, as large as the settings say", async () => {
        const claims = (part: RecordedStack) =>
            serverOf(part).volumeClaimTemplates.map(({ metadata, spec }) => [
                metadata.name,
                spec.storageClassName,
                spec.resources.requests.storage,
            ]);
        assert.deepEqual(claims(prod), [
            ["config", "ceph-block", "2Gi"],
            ["metadata", "ceph-block", "5Gi"],
            ["media", "ceph-filesystem", "20Gi"],
        ]);
        const larger = await alone(definition, { mediaSize: 500 });
        assert.deepEqual(claims(larger)[2], ["media", "ceph-filesystem", "500Gi"]);
    });

    it("trusts the platform's own authority where the provider shows its certificate", async () => {
        const trusts = (server: unknown) => JSON.stringify(server).includes("NODE_EXTRA_CA_CERTS");
        assert.ok(trusts(serverOf(await alone(definition))));
        const known = audiobookshelfServer({
            image: "ghcr.io/advplyr/audiobookshelf:2.36.0",
            sizes: { config: 1, metadata: 1, media: 1 },
            classes: { block: "block", filesystem: "filesystem" },
            administrator: "root",
            client: "client",
            settings: {},
            authority: undefined,
        });
        assert.ok(!trusts(known));
    });

    it("is not there in dev", async () => {
        const dev = await stack("dev");
        assert.deepEqual(
            dev.ofKind("StatefulSet").filter(({ metadata }) => metadata.name === "audiobookshelf"),
            [],
        );
    });
});

describe("what Audiobookshelf is told of a provider", () => {
    const endpoints = {
        discovery: "https://login.example.org/.well-known/openid-configuration",
        authorization: "https://login.example.org/authorize",
        token: "https://login.example.org/token",
        userInfo: "https://login.example.org/userinfo",
        keys: "https://login.example.org/keys",
    };

    it("is everything without which it takes the settings for none", () => {
        const told = signOnSettings({ issuer: "https://login.example.org", endpoints });
        // server/objects/settings/ServerSettings.js, isOpenIDAuthSettingsValid; the secret comes by
        // itself.
        const wanted = [
            "authOpenIDIssuerURL",
            "authOpenIDAuthorizationURL",
            "authOpenIDTokenURL",
            "authOpenIDUserInfoURL",
            "authOpenIDJwksURL",
            "authOpenIDClientID",
            "authOpenIDTokenSigningAlgorithm",
        ];
        assert.deepEqual(
            wanted.filter((key) => typeof told[key] !== "string" || told[key] === ""),
            [],
        );
    });
});
