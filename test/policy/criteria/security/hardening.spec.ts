import * as assert from "node:assert/strict";
import { container, deployment, type Inputs, judge, object, UNKNOWN } from "../../harness";

const WEB = "Deployment/apps/web";

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
