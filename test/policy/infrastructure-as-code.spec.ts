import * as assert from "node:assert/strict";
import {
    container,
    deployment,
    type Inputs,
    judge,
    object,
    platform,
    resource,
    type Resource,
    standardLabels,
    system,
    UNKNOWN,
} from "./harness";

const DIGEST = "5f9b7a2d".repeat(8);

function chart(inputs: Inputs = {}): Resource {
    return resource("platform:base:Chart", "cilium", {
        chart: "cilium",
        version: "1.20.0",
        repository: "https://helm.cilium.io/",
        digest: DIGEST,
        rendered: true,
        objects: 10,
        ...inputs,
    });
}

describe("IAC-01", () => {
    it("is met by an exact version, a digest and a listed repository", async () => {
        const result = await judge([chart()]);
        assert.deepEqual(result.of("IAC-01"), []);
        assert.equal(result.verdict("IAC-01").verdict, "met");
    });

    it("does not mind a slash at the end of the repository", async () => {
        const result = await judge([chart({ repository: "https://helm.cilium.io" })]);
        assert.deepEqual(result.of("IAC-01"), []);
    });

    for (const version of ["1.20", "^1.20.0", "latest", "*", ""]) {
        it(`is violated by the version ${JSON.stringify(version)}`, async () => {
            const result = await judge([chart({ version })]);
            assert.deepEqual(result.of("IAC-01"), [
                `Chart/cilium: version is ${JSON.stringify(version)}; pin an exact version such as 1.2.3.`,
            ]);
        });
    }

    it("is violated by a digest that is no sha256", async () => {
        const result = await judge([chart({ digest: "abc" })]);
        assert.deepEqual(result.of("IAC-01"), [
            'Chart/cilium: digest is "abc"; run `make charts` to lock the sha256.',
        ]);
    });

    it("is violated by a repository that is not listed", async () => {
        const result = await judge([chart({ repository: "https://helm.cilium.io.evil.org/" })]);
        assert.match(result.of("IAC-01").join(), /repository is "https:\/\/helm\.cilium\.io\.evil/);
    });

    it("is violated by every absent value", async () => {
        const absent = { version: undefined, repository: undefined, digest: undefined };
        const result = await judge([chart(absent)]);
        assert.equal(result.of("IAC-01").length, 3);
    });

    it("is not judged where values are unknown", async () => {
        const result = await judge([chart({ version: UNKNOWN, digest: UNKNOWN })]);
        assert.deepEqual(result.of("IAC-01"), []);
        assert.equal(result.verdict("IAC-01").verdict, "not judged");
        assert.equal(result.notJudged("IAC-01").length, 2);
    });

    it("is not judged when the chart was not rendered, and says why", async () => {
        const reason = "helm is not installed: run `make helm`";
        const result = await judge([chart({ rendered: false, digest: undefined, reason })]);
        assert.deepEqual(result.notJudged("IAC-01"), [
            `Chart/cilium: the chart was not rendered: ${reason}`,
        ]);
    });

    for (const type of [
        "kubernetes:helm.sh/v3:Release",
        "kubernetes:helm.sh/v4:Chart",
        "kubernetes:yaml/v2:ConfigFile",
        "kubernetes:kustomize/v2:Directory",
    ]) {
        it(`is violated by ${type}, which hides its objects`, async () => {
            const result = await judge([resource(type, "hidden", {}, { parent: system.urn })]);
            assert.match(result.of("IAC-01").join(), /hides its objects from every policy/);
        });
    }

    it("is not applicable without a chart", async () => {
        assert.equal((await judge([])).verdict("IAC-01").verdict, "not applicable");
    });
});

describe("a chart that was not rendered", () => {
    it("leaves every criterion about objects not judged, whatever the other objects are", async () => {
        const result = await judge([chart({ rendered: false }), platform(), deployment()]);
        const verdicts = new Map(result.scorecard.criteria.map((item) => [item.id, item.verdict]));
        assert.equal(verdicts.get("HA-08"), "not judged");
        assert.equal(verdicts.get("CMP-04"), "not judged");
        assert.equal(verdicts.get("HA-01"), "met");
        assert.ok(result.notJudged("HA-08")[0]?.startsWith("Chart/cilium: the chart was not"));
    });
});

describe("IAC-02", () => {
    const judgeImage = (image: unknown) => judge([deployment({ container: { image } })]);

    for (const image of [
        "ghcr.io/example/web:1.2.3",
        "ghcr.io/example/web:v1.2",
        "ghcr.io/example/web:18.1-alpine",
        "docker.io/envoyproxy/ratelimit:17b1956c",
        "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z",
        "example.org:5000/web:1.2.3",
        `ghcr.io/example/web@sha256:${DIGEST}`,
        `ghcr.io/example/web:latest@sha256:${DIGEST}`,
    ]) {
        it(`is met by ${image}`, async () => {
            assert.deepEqual((await judgeImage(image)).of("IAC-02"), []);
        });
    }

    for (const image of [
        "busybox",
        "example.org:5000/web",
        "web:latest",
        "web:latest-1.2",
        "web:stable",
        "web:main",
        "web:v3",
        "web:alpine",
        "web@sha256:abc",
    ]) {
        it(`is violated by ${image}`, async () => {
            const [message = ""] = (await judgeImage(image)).of("IAC-02");
            assert.ok(message.startsWith("Deployment/apps/web: container web runs "), message);
        });
    }

    it("is violated by a container without an image", async () => {
        assert.deepEqual((await judgeImage(undefined)).of("IAC-02"), [
            "Deployment/apps/web: container web names no image; name one with an exact tag or a digest.",
        ]);
    });

    it("is violated by a database that leaves the image to its operator", async () => {
        const cluster = object({
            apiVersion: "postgresql.cnpg.io/v1",
            kind: "Cluster",
            metadata: { name: "db", namespace: "apps" },
            spec: { instances: 3 },
        });
        assert.deepEqual((await judge([cluster])).of("IAC-02"), [
            "Cluster/apps/db: spec.imageName names no image; name one with an exact tag or a digest.",
        ]);
    });

    it("judges init containers, sidecars and image volumes too", async () => {
        const result = await judge([
            deployment({
                pod: {
                    initContainers: [{ name: "init", image: "init" }],
                    volumes: [{ name: "model", image: { reference: "model:latest" } }],
                },
            }),
        ]);
        assert.equal(result.of("IAC-02").length, 2);
    });

    it("is not judged where the image or the containers are unknown", async () => {
        assert.equal((await judgeImage(UNKNOWN)).verdict("IAC-02").verdict, "not judged");
        const result = await judge([deployment({ pod: { containers: UNKNOWN } })]);
        assert.equal(result.verdict("IAC-02").verdict, "not judged");
    });
});

describe("IAC-03", () => {
    const configMap = (metadata: Inputs, options = {}) =>
        object({ apiVersion: "v1", kind: "ConfigMap", metadata }, options);

    it("is met inside a component and a namespace", async () => {
        const result = await judge([configMap({ name: "a", namespace: "apps" })]);
        assert.deepEqual(result.of("IAC-03"), []);
    });

    it("is violated at the root of the stack", async () => {
        const loose = configMap({ name: "a", namespace: "apps" }, { parent: undefined });
        assert.deepEqual((await judge([loose])).of("IAC-03"), [
            "ConfigMap/apps/a: its parent is the stack itself; register it inside a component.",
        ]);
    });

    it("lets providers and components stand at the root", async () => {
        const result = await judge([
            resource("pulumi:providers:kubernetes", "cluster"),
            resource("platform:apps:N8n", "n8n"),
        ]);
        assert.deepEqual(result.of("IAC-03"), []);
    });

    it("judges other resources than Kubernetes objects too", async () => {
        const password = resource("random:index/randomPassword:RandomPassword", "p");
        assert.equal((await judge([password])).of("IAC-03").length, 1);
    });

    it("is violated by a namespaced object without a namespace", async () => {
        assert.deepEqual((await judge([configMap({ name: "a" })])).of("IAC-03"), [
            "ConfigMap/a: it names no namespace; set metadata.namespace.",
        ]);
    });

    it("is met by a cluster-scoped object without a namespace", async () => {
        const role = object({
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: { name: "reader" },
        });
        assert.deepEqual((await judge([role])).of("IAC-03"), []);
    });

    it("learns the scope of custom resources from their CRDs", async () => {
        const custom = (kind: string) =>
            object({ apiVersion: "example.org/v1", kind, metadata: { name: "x" } });
        const result = await judge([
            definition("Widget", { scope: "Namespaced" }),
            definition("Machine", { scope: "Cluster" }),
            custom("Widget"),
            custom("Machine"),
            custom("Stranger"),
        ]);
        assert.deepEqual(result.of("IAC-03"), [
            "Widget/x: it names no namespace; set metadata.namespace.",
        ]);
        assert.deepEqual(result.notJudged("IAC-03"), [
            "Stranger/x: whether a Stranger needs a namespace, only its CRD says",
        ]);
    });

    it("is not judged while the namespace is unknown", async () => {
        const result = await judge([configMap({ name: "a", namespace: UNKNOWN })]);
        assert.equal(result.verdict("IAC-03").verdict, "not judged");
    });
});

describe("IAC-04", () => {
    const withEnvironment = (env: unknown) => judge([deployment({ container: { env } })]);
    const configMap = (data: unknown) =>
        object({
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name: "settings", namespace: "apps" },
            data,
        });

    it("is met by a reference to a Secret", async () => {
        const valueFrom = { secretKeyRef: { name: "db", key: "password" } };
        const result = await withEnvironment([{ name: "DB_PASSWORD", valueFrom }]);
        assert.deepEqual(result.of("IAC-04"), []);
    });

    it("is violated by a literal in the environment", async () => {
        const result = await withEnvironment([{ name: "DB_PASSWORD", value: "hunter2" }]);
        assert.deepEqual(result.of("IAC-04"), [
            "Deployment/apps/web: container web has a literal value for DB_PASSWORD; use valueFrom.secretKeyRef.",
        ]);
    });

    it("never repeats the secret", async () => {
        const result = await withEnvironment([{ name: "DB_PASSWORD", value: "hunter2" }]);
        assert.doesNotMatch(JSON.stringify(result), /hunter2/);
    });

    it("is violated by a computed value with a secret's name", async () => {
        const result = await withEnvironment([{ name: "DB_PASSWORD", value: UNKNOWN }]);
        assert.equal(result.of("IAC-04").length, 1);
    });

    it("is met by a computed value with another name", async () => {
        const result = await withEnvironment([{ name: "DB_HOST", value: UNKNOWN }]);
        assert.equal(result.verdict("IAC-04").verdict, "met");
    });

    it("is not judged while variables or the whole environment are unknown", async () => {
        for (const env of [UNKNOWN, [UNKNOWN]]) {
            const result = await withEnvironment(env);
            assert.equal(result.verdict("IAC-04").verdict, "not judged");
        }
    });

    it("is violated by a literal argument, and not judged while one is unknown", async () => {
        const result = await judge([
            deployment({ container: { args: ["--password=hunter2", "--verbose"] } }),
        ]);
        assert.deepEqual(result.of("IAC-04"), [
            "Deployment/apps/web: container web passes a literal as password in args; put it into a Secret and reference that.",
        ]);
        const unknown = await judge([deployment({ container: { args: [UNKNOWN] } })]);
        assert.equal(unknown.verdict("IAC-04").verdict, "not judged");
    });

    it("judges jobs and init containers too", async () => {
        const env = [{ name: "API_TOKEN", value: "abc-def" }];
        const job = object({
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { name: "migrate", namespace: "apps" },
            spec: {
                template: {
                    spec: { initContainers: [container({ env })], containers: [container()] },
                },
            },
        });
        assert.equal((await judge([job])).of("IAC-04").length, 1);
    });

    it("is violated by a ConfigMap with a private key", async () => {
        const key = ["-----BEGIN PRIV", "ATE KEY-----"].join("");
        assert.deepEqual((await judge([configMap({ "tls.pem": key })])).of("IAC-04"), [
            "ConfigMap/apps/settings: data.tls.pem holds a private key; put it into a Secret and reference that.",
        ]);
    });

    it("is violated by a ConfigMap with a secret's key, alone or inside a file", async () => {
        const result = await judge([
            configMap({ password: "hunter2", "app.yaml": "database:\n  password: hunter2\n" }),
        ]);
        assert.equal(result.of("IAC-04").length, 2);
    });

    it("is met by a ConfigMap without data, and not judged by an unknown one", async () => {
        assert.deepEqual((await judge([configMap(undefined)])).of("IAC-04"), []);
        const unknown = await judge([configMap(UNKNOWN)]);
        assert.equal(unknown.verdict("IAC-04").verdict, "not judged");
    });

    it("is violated by a private key in any other object", async () => {
        const key = ["-----BEGIN EC PRIV", "ATE KEY-----"].join("");
        const custom = object({
            apiVersion: "example.org/v1",
            kind: "Gateway",
            metadata: { name: "g", namespace: "apps" },
            spec: { listeners: [{ tls: key }] },
        });
        assert.match(
            (await judge([custom])).of("IAC-04").join(),
            /spec\.listeners\[0\]\.tls holds/,
        );
    });

    describe("of a Secret", () => {
        const secret = (content: Inputs, parent = system) => [
            parent,
            object(
                {
                    apiVersion: "v1",
                    kind: "Secret",
                    metadata: { name: "db", namespace: "apps" },
                    ...content,
                },
                { parent: parent.urn },
            ),
        ];

        it("is violated by literal values, whose keys it names", async () => {
            const result = await judge(secret({ stringData: { user: "app", password: "x" } }));
            assert.deepEqual(result.of("IAC-04"), [
                "Secret/apps/db: it has literal values for password, user; make it a child of platform:base:GeneratedSecret or platform:base:ConfiguredSecret.",
            ]);
        });

        for (const type of ["platform:base:GeneratedSecret", "platform:base:ConfiguredSecret"]) {
            it(`is met under a ${type}`, async () => {
                const content = { stringData: { user: "app", password: "x" } };
                const result = await judge(secret(content, resource(type, "db")));
                assert.deepEqual(result.of("IAC-04"), []);
            });
        }

        it("is met without data, with empty values, and with values that are all unknown", async () => {
            for (const content of [
                {},
                { data: { "ca.crt": "" } },
                { data: UNKNOWN },
                { stringData: { password: UNKNOWN } },
            ]) {
                assert.deepEqual((await judge(secret(content))).of("IAC-04"), []);
            }
        });

        it("does not mind a SealedSecret", async () => {
            const sealed = object({
                apiVersion: "bitnami.com/v1alpha1",
                kind: "SealedSecret",
                metadata: { name: "db", namespace: "apps" },
                spec: { encryptedData: { password: "AgBy3i4OJSWK" } },
            });
            assert.equal((await judge([sealed])).verdict("IAC-04").verdict, "not applicable");
        });
    });
});

describe("IAC-05", () => {
    const provider = (inputs: Inputs) => resource("pulumi:providers:kubernetes", "k8s", inputs);

    it("is met by a provider with a fixed clusterIdentifier", async () => {
        const result = await judge([platform(), provider({ clusterIdentifier: "prod" })]);
        assert.deepEqual(result.of("IAC-05"), []);
    });

    for (const [title, inputs] of Object.entries({
        "an absent": {},
        "an empty": { clusterIdentifier: "" },
        "an unknown": { clusterIdentifier: UNKNOWN },
    })) {
        it(`is violated by ${title} clusterIdentifier`, async () => {
            const result = await judge([platform({ profile: "dev" }), provider(inputs)]);
            assert.match(
                result.of("IAC-05").join(),
                /^Provider|kubernetes\/k8s: clusterIdentifier/,
            );
            assert.equal(result.of("IAC-05").length, 1);
        });
    }

    const cluster = (apiVersion: string, kind: string) => (protect: boolean) =>
        object({ apiVersion, kind, metadata: { name: "x", namespace: "y" } }, { protect });
    const plain = (type: string) => (protect: boolean) =>
        resource(type, "x", {}, { protect, parent: system.urn });
    const data = {
        "a machine": plain("proxmoxve:index/vmLegacy:VmLegacy"),
        "a machine of the new kind": plain("proxmoxve:index/vm:Vm"),
        "the Talos secrets": plain("talos:machine/secrets:Secrets"),
        "a CephCluster": cluster("ceph.rook.io/v1", "CephCluster"),
        "a CephBlockPool": cluster("ceph.rook.io/v1", "CephBlockPool"),
        "a CephFilesystem": cluster("ceph.rook.io/v1", "CephFilesystem"),
        "a CephObjectStore": cluster("ceph.rook.io/v1", "CephObjectStore"),
        "a database": cluster("postgresql.cnpg.io/v1", "Cluster"),
    };
    for (const [title, make] of Object.entries(data)) {
        it(`wants ${title} protected in prod only`, async () => {
            const prod = platform();
            assert.match(
                (await judge([prod, make(false)])).of("IAC-05").join(),
                /it is not protected in prod/,
            );
            assert.deepEqual((await judge([prod, make(true)])).of("IAC-05"), []);
            const dev = platform({ profile: "dev" });
            assert.deepEqual((await judge([dev, make(false)])).of("IAC-05"), []);
        });
    }

    it("is not judged while the profile is unknown or nobody says it", async () => {
        for (const resources of [[platform({ profile: UNKNOWN })], []]) {
            const result = await judge([...resources, data["a machine"](false)]);
            assert.equal(result.verdict("IAC-05").verdict, "not judged");
        }
    });

    it("wants storage classes of prod to retain", async () => {
        const storageClass = (reclaimPolicy?: unknown) =>
            object({
                apiVersion: "storage.k8s.io/v1",
                kind: "StorageClass",
                metadata: { name: "block" },
                reclaimPolicy,
            });
        const verdict = async (reclaimPolicy?: unknown) =>
            (await judge([platform(), storageClass(reclaimPolicy)])).verdict("IAC-05").verdict;
        assert.equal(await verdict("Retain"), "met");
        assert.equal(await verdict("Delete"), "violated");
        assert.equal(await verdict(), "violated");
        assert.equal(await verdict(UNKNOWN), "not judged");
    });
});

function definition(kind: string, spec: Inputs = {}): Resource {
    return object({
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: `${kind.toLowerCase()}s.example.org`, labels: standardLabels },
        spec: {
            group: "example.org",
            scope: "Namespaced",
            names: { kind },
            versions: [
                { name: "v1", served: true },
                { name: "v1alpha1", served: false },
            ],
            ...spec,
        },
    });
}

describe("IAC-06", () => {
    const widget = (
        dependsOn: readonly Resource[],
        apiVersion = "example.org/v1",
        kind = "Widget",
    ) =>
        object(
            { apiVersion, kind, metadata: { name: "x", namespace: "apps" } },
            { dependsOn: dependsOn.map(({ urn }) => urn) },
        );

    it("is met by a custom resource that depends on its CRD", async () => {
        const crd = definition("Widget");
        assert.deepEqual((await judge([crd, widget([crd])])).of("IAC-06"), []);
    });

    it("is met by a dependency through others", async () => {
        const crd = definition("Widget");
        const between = object(
            { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "apps" } },
            { dependsOn: [crd.urn] },
        );
        assert.deepEqual((await judge([crd, between, widget([between])])).of("IAC-06"), []);
    });

    it("is violated without the dependency", async () => {
        assert.deepEqual((await judge([definition("Widget"), widget([])])).of("IAC-06"), [
            "Widget/apps/x: it does not depend on CustomResourceDefinition/widgets.example.org; add what registers the CRD to dependsOn.",
        ]);
    });

    it("is violated without the CRD, and suggests a near miss", async () => {
        const result = await judge([definition("Widget"), widget([], "example.org/v1", "Wigdet")]);
        assert.deepEqual(result.of("IAC-06"), [
            "Wigdet/apps/x: no CRD of the stack defines example.org/Wigdet; perhaps example.org/Widget is meant.",
        ]);
    });

    it("is violated by a version that is not served", async () => {
        const crd = definition("Widget");
        for (const version of ["v1alpha1", "v2"]) {
            const result = await judge([crd, widget([crd], `example.org/${version}`)]);
            assert.deepEqual(result.of("IAC-06"), [
                `Widget/apps/x: CustomResourceDefinition/widgets.example.org does not serve ${version}; it serves v1.`,
            ]);
        }
    });

    it("is not judged while the versions of the CRD are unknown", async () => {
        const crd = definition("Widget", { versions: UNKNOWN });
        assert.equal((await judge([crd, widget([crd])])).verdict("IAC-06").verdict, "not judged");
    });

    it("is not judged while a chart that may bring the CRD is not rendered", async () => {
        const result = await judge([chart({ rendered: false }), widget([])]);
        assert.deepEqual(result.of("IAC-06"), []);
        assert.match(result.notJudged("IAC-06").join(), /no CRD defines example\.org\/Widget, but/);
    });

    it("does not ask for CRDs that the cluster brings, nor for built-in kinds", async () => {
        const result = await judge([
            widget([], "cilium.io/v2", "CiliumNetworkPolicy"),
            deployment(),
        ]);
        assert.equal(result.verdict("IAC-06").verdict, "not applicable");
    });
});
