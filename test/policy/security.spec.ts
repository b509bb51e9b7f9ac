import * as assert from "node:assert/strict";
import {
    container,
    deployment,
    type Inputs,
    judge,
    object,
    type Resource,
    UNKNOWN,
} from "./harness";

const WEB = "Deployment/apps/web";

function namespace(name: string, labels: unknown = {}, options = {}): Resource {
    return object({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } }, options);
}

function policy(spec: unknown, name = "default-deny"): Resource {
    return object({
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name, namespace: "apps" },
        spec,
    });
}

const deny = policy({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });

describe("SEC-01", () => {
    const messages = async (...policies: Resource[]) =>
        (await judge([namespace("apps"), ...policies])).of("SEC-01");
    const missing = (direction: string) =>
        `Namespace/apps: no NetworkPolicy denies ${direction} by default; create it with components/base/namespace.ts.`;

    it("is met by one policy that denies both directions, or by one for each", async () => {
        assert.deepEqual(await messages(deny), []);
        const ingress = policy({ podSelector: {}, policyTypes: ["Ingress"] }, "in");
        const egress = policy({ podSelector: {}, policyTypes: ["Egress"], egress: [] }, "out");
        assert.deepEqual(await messages(ingress, egress), []);
    });

    it("is violated by a namespace without a policy", async () => {
        assert.deepEqual(await messages(), [missing("ingress"), missing("egress")]);
    });

    it("is violated by a policy that denies one direction only", async () => {
        const ingress = policy({ podSelector: {}, policyTypes: ["Ingress"] });
        assert.deepEqual(await messages(ingress), [missing("egress")]);
    });

    it("takes absent policyTypes as Ingress, as the API does", async () => {
        assert.deepEqual(await messages(policy({ podSelector: {} })), [missing("egress")]);
    });

    it("is violated by a policy for some pods only", async () => {
        const some = policy({
            podSelector: { matchLabels: { app: "web" } },
            policyTypes: ["Ingress", "Egress"],
        });
        assert.equal((await messages(some)).length, 2);
    });

    it("judges namespaces that objects only name", async () => {
        assert.equal((await judge([deployment()])).of("SEC-01").length, 2);
        assert.match((await judge([deployment()])).of("SEC-01")[0] ?? "", /^Namespace\/apps: /);
    });

    const openRules: Record<string, [Inputs, RegExp]> = {
        "an ingress rule without peers": [
            { ingress: [{ ports: [{ port: 80 }] }] },
            /an ingress rule has no from and so allows everybody/,
        ],
        "an empty egress rule": [{ egress: [{}] }, /an egress rule has no to/],
        "an empty list of peers": [{ egress: [{ to: [] }] }, /an egress rule has no to/],
        "an empty peer": [{ ingress: [{ from: [{}] }] }, /a peer of an ingress rule is empty/],
        "the whole internet": [
            { egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] },
            /an egress rule allows 0\.0\.0\.0\/0 without except/,
        ],
        "the whole internet of IPv6": [
            { egress: [{ to: [{ ipBlock: { cidr: "::/0", except: [] } }] }] },
            /an egress rule allows ::\/0 without except/,
        ],
    };
    for (const [title, [rules, message]] of Object.entries(openRules)) {
        it(`is violated by ${title}`, async () => {
            const found = await messages(deny, policy({ podSelector: {}, ...rules }, "allow"));
            assert.equal(found.length, 1);
            assert.match(found[0] ?? "", message);
            assert.match(found[0] ?? "", /^NetworkPolicy\/apps\/allow: /);
        });
    }

    it("is met by named peers and by the internet without the cluster", async () => {
        const allow = policy(
            {
                podSelector: {},
                egress: [
                    { to: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["10.0.0.0/8"] } }] },
                    { to: [{ namespaceSelector: {} }] },
                ],
                ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }] }],
            },
            "allow",
        );
        assert.deepEqual(await messages(deny, allow), []);
    });

    it("is violated by a Cilium policy for everybody", async () => {
        const cilium = (spec: unknown) =>
            object({
                apiVersion: "cilium.io/v2",
                kind: "CiliumNetworkPolicy",
                metadata: { name: "c", namespace: "apps" },
                spec,
            });
        const open = await messages(deny, cilium({ ingress: [{ fromEntities: ["all"] }] }));
        assert.deepEqual(open, [
            "CiliumNetworkPolicy/apps/c: an ingress rule allows everybody; name the peers.",
        ]);
        const world = await messages(deny, cilium({ egress: [{ toCIDR: ["0.0.0.0/0"] }] }));
        assert.equal(world.length, 1);
        const named = await messages(deny, cilium({ ingress: [{ fromEntities: ["host"] }] }));
        assert.deepEqual(named, []);
    });

    it("is not judged where specs, rules, peers or addresses are unknown", async () => {
        for (const spec of [
            UNKNOWN,
            { podSelector: UNKNOWN, policyTypes: ["Ingress", "Egress"] },
            { podSelector: {}, policyTypes: UNKNOWN },
        ]) {
            const result = await judge([namespace("apps"), policy(spec)]);
            assert.equal(result.verdict("SEC-01").verdict, "not judged", JSON.stringify(spec));
        }
        for (const egress of [
            UNKNOWN,
            [{ to: UNKNOWN }],
            [{ to: [UNKNOWN] }],
            [{ to: [{ ipBlock: { cidr: UNKNOWN } }] }],
            [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: UNKNOWN } }] }],
        ]) {
            const allow = policy({ podSelector: {}, egress }, "allow");
            const result = await judge([namespace("apps"), deny, allow]);
            assert.equal(result.verdict("SEC-01").verdict, "not judged", JSON.stringify(egress));
        }
    });
});

describe("SEC-02", () => {
    const enforce = (level: unknown, version?: unknown) => ({
        "pod-security.kubernetes.io/enforce": level,
        "pod-security.kubernetes.io/enforce-version": version,
    });
    const messages = async (...resources: Resource[]) => (await judge(resources)).of("SEC-02");

    it("is met by a restricted namespace with a restricted pod", async () => {
        assert.deepEqual(
            await messages(namespace("apps", enforce("restricted", "v1.35")), deployment()),
            [],
        );
    });

    it("is violated by a namespace without a level, or with an invalid one", async () => {
        assert.deepEqual(await messages(namespace("apps")), [
            "Namespace/apps: pod-security.kubernetes.io/enforce is absent; set it to restricted.",
        ]);
        assert.deepEqual(await messages(namespace("apps", enforce("strict"))), [
            'Namespace/apps: pod-security.kubernetes.io/enforce is "strict"; set it to restricted.',
        ]);
    });

    it("is violated by a weaker level that is not listed", async () => {
        assert.match(
            (await messages(namespace("apps", enforce("baseline")))).join(),
            /enforce is baseline; set it to restricted, or list the namespace/,
        );
    });

    it("is met by the level that the list allows, also of a patched namespace", async () => {
        const level = enforce("privileged", "latest");
        assert.deepEqual(await messages(namespace("rook-ceph", level)), []);
        assert.deepEqual(await messages(namespace("kube-system", level, { patch: true })), []);
    });

    it("is violated by an invalid version", async () => {
        assert.match(
            (await messages(namespace("apps", enforce("restricted", "1.35")))).join(),
            /enforce-version is "1\.35"; use v1\.35 or latest/,
        );
    });

    it("is violated by a pod that its namespace refuses, and names the check", async () => {
        const found = await messages(
            namespace("apps", enforce("restricted")),
            deployment({ container: { securityContext: { privileged: true } } }),
        );
        assert.ok(found.length > 0);
        assert.ok(
            found.some((message) =>
                message.startsWith(`${WEB}: the restricted level refuses its pods (privileged`),
            ),
            found.join("\n"),
        );
    });

    it("judges a pod at the level of its namespace", async () => {
        const root = deployment({ container: { securityContext: {} } });
        const privileged = { ...enforce("privileged") };
        const inRook = {
            ...root,
            inputs: { ...root.inputs, metadata: { name: "web", namespace: "rook-ceph" } },
        };
        assert.deepEqual(await messages(namespace("rook-ceph", privileged), inRook), []);
    });

    it("judges a pod in a namespace that nobody declared at restricted", async () => {
        assert.deepEqual(await messages(deployment()), []);
        const root = deployment({ container: { securityContext: {} } });
        assert.ok((await messages(root)).length > 0);
    });

    it("judges jobs too", async () => {
        const job = object({
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { name: "job", namespace: "apps" },
            spec: {
                template: { spec: { hostNetwork: true, containers: [container()] } },
            },
        });
        assert.match((await messages(job)).join(), /hostNamespaces/);
    });

    it("is not judged where levels, versions, templates or fields are unknown", async () => {
        const restricted = namespace("apps", enforce("restricted"));
        for (const resources of [
            [namespace("apps", enforce(UNKNOWN))],
            [namespace("apps", enforce("restricted", UNKNOWN))],
            [namespace("apps", UNKNOWN), deployment()],
            [restricted, deployment({ spec: { template: { spec: UNKNOWN } } })],
            [restricted, deployment({ pod: { hostNetwork: UNKNOWN } })],
        ]) {
            const result = await judge(resources);
            assert.equal(result.verdict("SEC-02").verdict, "not judged");
        }
    });
});

describe("SEC-03", () => {
    const good = container().securityContext as Inputs;
    const withContext = async (changes: Inputs, pod: Inputs = {}) =>
        (
            await judge([
                deployment({ container: { securityContext: { ...good, ...changes } }, pod }),
            ])
        ).of("SEC-03");

    it("is met by a hardened container", async () => {
        assert.deepEqual(await withContext({}), []);
    });

    const bad: Record<string, [Inputs, string]> = {
        runAsNonRoot: [{ runAsNonRoot: false }, "is false; set it to true"],
        "an absent runAsNonRoot": [{ runAsNonRoot: undefined }, "is absent; set it to true"],
        runAsUser: [{ runAsUser: 0 }, "is 0; use another user than root"],
        readOnlyRootFilesystem: [
            { readOnlyRootFilesystem: undefined },
            "is absent; set it to true",
        ],
        allowPrivilegeEscalation: [
            { allowPrivilegeEscalation: undefined },
            "is absent; set it to false",
        ],
        privileged: [{ privileged: true }, "is true; set it to false"],
        "capabilities.drop": [{ capabilities: {} }, "is absent; drop ALL"],
        "another capabilities.drop": [
            { capabilities: { drop: ["NET_RAW"] } },
            'is ["NET_RAW"]; drop ALL',
        ],
        "capabilities.add": [
            { capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } },
            'is ["SYS_ADMIN"]; add none',
        ],
        "seccompProfile.type": [
            { seccompProfile: { type: "Unconfined" } },
            'is "Unconfined"; set it to RuntimeDefault',
        ],
        "an absent seccompProfile.type": [
            { seccompProfile: undefined },
            "is absent; set it to RuntimeDefault",
        ],
    };
    for (const [title, [changes, message]] of Object.entries(bad)) {
        it(`is violated by ${title} that ${message.split(";")[0] ?? ""}`, async () => {
            const field = title.split(" ").at(-1) ?? "";
            assert.deepEqual(await withContext(changes), [
                `${WEB}: securityContext.${field} of container web ${message}.`,
            ]);
        });
    }

    it("inherits runAsNonRoot and seccomp from the pod, but not the rest", async () => {
        const securityContext = {
            runAsNonRoot: true,
            seccompProfile: { type: "RuntimeDefault" },
            readOnlyRootFilesystem: true,
        };
        const changes = {
            runAsNonRoot: undefined,
            seccompProfile: undefined,
            readOnlyRootFilesystem: undefined,
        };
        assert.deepEqual(await withContext(changes, { securityContext }), [
            `${WEB}: securityContext.readOnlyRootFilesystem of container web is absent; set it to true.`,
        ]);
    });

    it("lets the container override the pod for the worse", async () => {
        const securityContext = { runAsNonRoot: true };
        assert.equal((await withContext({ runAsNonRoot: false }, { securityContext })).length, 1);
    });

    for (const field of ["hostNetwork", "hostPID", "hostIPC"]) {
        it(`is violated by ${field}`, async () => {
            assert.deepEqual(await withContext({}, { [field]: true }), [
                `${WEB}: ${field} is true; only listed node agents may share it.`,
            ]);
            assert.deepEqual(await withContext({}, { [field]: false }), []);
        });
    }

    it("is violated by a path of the node", async () => {
        const volumes = [
            { name: "run", hostPath: { path: "/run" } },
            { name: "tmp", emptyDir: {} },
        ];
        assert.deepEqual(await withContext({}, { volumes }), [
            `${WEB}: volume run is the path /run of the node; use another kind of volume.`,
        ]);
    });

    it("judges init containers, sidecars and jobs", async () => {
        const job = object({
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { name: "job", namespace: "apps" },
            spec: {
                template: {
                    spec: {
                        containers: [container()],
                        initContainers: [container({ name: "init", securityContext: undefined })],
                    },
                },
            },
        });
        const found = (await judge([job])).of("SEC-03");
        assert.equal(found.length, 5);
        assert.ok(found.every((message) => message.includes("container init")));
    });

    it("is not judged where fields, volumes or containers are unknown", async () => {
        for (const changes of [
            { container: { securityContext: { ...good, runAsNonRoot: UNKNOWN } } },
            { container: { securityContext: { ...good, capabilities: { drop: [UNKNOWN] } } } },
            { container: { securityContext: UNKNOWN } },
            { pod: { hostNetwork: UNKNOWN } },
            { pod: { volumes: UNKNOWN } },
            { pod: { volumes: [UNKNOWN] } },
            { pod: { containers: UNKNOWN } },
        ]) {
            const result = await judge([deployment(changes)]);
            assert.equal(result.verdict("SEC-03").verdict, "not judged", JSON.stringify(changes));
        }
    });
});

describe("SEC-04", () => {
    const judgeImage = (image: unknown) => judge([deployment({ container: { image } })]);

    for (const image of [
        "ghcr.io/a/b:1.0",
        "docker.io/rook/ceph:v1.20.6",
        "registry.k8s.io/a:1.0",
    ]) {
        it(`is met by ${image}`, async () => {
            assert.deepEqual((await judgeImage(image)).of("SEC-04"), []);
        });
    }

    const bad = {
        "evil.example.org/a:1.0": "evil.example.org/a",
        "ghcr.io.example.org/a:1.0": "ghcr.io.example.org/a",
        "docker.io/stranger/a:1.0": "docker.io/stranger/a",
        "busybox:1.36": "docker.io/library/busybox",
        "rook/ceph:v1.20.6": "docker.io/rook/ceph",
    };
    for (const [image, full] of Object.entries(bad)) {
        it(`is violated by ${image}, which is ${full}`, async () => {
            const [message = ""] = (await judgeImage(image)).of("SEC-04");
            assert.ok(
                message.startsWith(
                    `${WEB}: container web runs ${image} (${full}); write the full name of an image of docker.n8n.io/, `,
                ),
                message,
            );
        });
    }

    it("judges the images of operators", async () => {
        const cluster = object({
            apiVersion: "postgresql.cnpg.io/v1",
            kind: "Cluster",
            metadata: { name: "db", namespace: "apps" },
            spec: { imageName: "evil.example.org/postgres:18.1" },
        });
        assert.equal((await judge([cluster])).of("SEC-04").length, 1);
    });

    it("leaves an absent image to IAC-02", async () => {
        assert.deepEqual((await judgeImage(undefined)).of("SEC-04"), []);
    });

    it("is not judged where the image or the containers are unknown", async () => {
        assert.equal((await judgeImage(UNKNOWN)).verdict("SEC-04").verdict, "not judged");
        const hidden = await judge([deployment({ pod: { containers: UNKNOWN } })]);
        assert.equal(hidden.verdict("SEC-04").verdict, "not judged");
    });
});
