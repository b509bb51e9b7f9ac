import {
    unknownArrayValue,
    unknownBooleanValue,
    unknownObjectValue,
    unknownStringValue,
} from "@pulumi/policy/proxy";
import assert from "node:assert/strict";
import { isTree, type Tree } from "../../../../policy/kernel/tree";
import { checkPodSecurity } from "../../../../policy/engines/pod-security";
import { checksOf } from "../../../../policy/engines/pod-security/standards";
import { BASELINE_CASES } from "./baseline";
import { contained, container, containing, GOOD_SPEC, secured, spec } from "./pods";
import { RESTRICTED_CASES } from "./restricted";

const CASES = [...BASELINE_CASES, ...RESTRICTED_CASES];

/** The checks that do not pass, those that wait for an unknown value with a question mark. */
function verdicts(pod: Tree, metadata: Tree = {}, version = "latest"): string[] {
    return checkPodSecurity(pod, metadata, "restricted", version).map(
        ({ check, unknown }) => check + (unknown === true ? "?" : ""),
    );
}

/** Every variant of a value in which one part of it is unknown. */
function* withOneUnknown(value: unknown): Generator {
    if (Array.isArray(value)) {
        for (const [index, element] of value.entries()) {
            for (const variant of [unknownStringValue, ...withOneUnknown(element)]) {
                yield (value as unknown[]).with(index, variant);
            }
        }
    } else if (isTree(value)) {
        for (const [key, field] of Object.entries(value)) {
            for (const variant of [unknownStringValue, ...withOneUnknown(field)]) {
                yield { ...value, [key]: variant };
            }
        }
    }
}

describe("Pod Security: unknown values", () => {
    const decided: readonly (readonly [string, Tree, readonly string[]])[] = [
        ["a field of a container", contained({ privileged: unknownBooleanValue }), ["privileged?"]],
        ["a field of the pod", spec({ hostPID: unknownBooleanValue }), ["hostNamespaces?"]],
        [
            "a value next to a forbidden one",
            spec({ hostPID: unknownBooleanValue, hostIPC: true }),
            ["hostNamespaces"],
        ],
        [
            "the pod's default, which every container may need",
            secured({ runAsNonRoot: unknownBooleanValue }),
            ["runAsNonRoot?"],
        ],
        [
            "the type of a profile",
            secured({ seccompProfile: { type: unknownStringValue } }),
            ["seccompProfile_restricted?"],
        ],
        [
            "a capability that is added",
            contained({ capabilities: { drop: ["ALL"], add: [unknownStringValue] } }),
            ["capabilities_restricted?"],
        ],
        [
            "what is dropped",
            contained({ capabilities: { drop: unknownArrayValue } }),
            ["capabilities_restricted?"],
        ],
        [
            "what is dropped besides all",
            contained({ capabilities: { drop: [unknownStringValue, "ALL"] } }),
            [],
        ],
        ["a volume", spec({ volumes: [unknownObjectValue] }), ["restrictedVolumes?"]],
        [
            "an allowed type of volume",
            spec({ volumes: [{ name: "data", configMap: unknownObjectValue }] }),
            ["restrictedVolumes?"],
        ],
        [
            "a field below an allowed type of volume",
            spec({ volumes: [{ name: "data", configMap: { name: unknownStringValue } }] }),
            [],
        ],
        [
            "a type of volume that is not allowed, and may turn out unset",
            spec({ volumes: [{ name: "data", hostPath: unknownObjectValue }] }),
            ["restrictedVolumes?"],
        ],
        [
            "a type of volume next to one that is not allowed",
            spec({ volumes: [{ name: "data", nfs: {}, hostPath: unknownObjectValue }] }),
            ["restrictedVolumes"],
        ],
        [
            "what nothing judges",
            containing({ image: unknownStringValue, env: unknownArrayValue }),
            [],
        ],
        ["a container's name", spec({ containers: [container({}, unknownStringValue)] }), []],
        [
            "whether root is the host's root, and it matters",
            { ...contained({ runAsUser: 0 }), hostUsers: unknownBooleanValue },
            ["runAsUser?"],
        ],
        [
            "whether root is the host's root, and it does not matter",
            spec({ hostUsers: unknownBooleanValue }),
            [],
        ],
        [
            "the operating system, and it matters",
            {
                ...contained({ allowPrivilegeEscalation: true }),
                os: { name: unknownStringValue },
            },
            ["allowPrivilegeEscalation?"],
        ],
    ];
    for (const [name, pod, expected] of decided) {
        it(`decides ${name}`, () => {
            assert.deepEqual(verdicts(pod), expected);
        });
    }

    const everyContainerCheck = [
        "appArmorProfile?",
        "hostPorts?",
        "hostProbesAndHostLifecycle?",
        "privileged?",
        "seLinuxOptions?",
        "windowsHostProcess?",
        "allowPrivilegeEscalation?",
        "capabilities_restricted?",
        "procMount_restricted?",
        "runAsNonRoot?",
        "runAsUser?",
        "seccompProfile_restricted?",
    ];

    it("lets no check of containers pass when the list or one of them is unknown", () => {
        assert.deepEqual(
            verdicts(spec({ ephemeralContainers: unknownArrayValue })),
            everyContainerCheck,
        );
        assert.deepEqual(
            verdicts(spec({ initContainers: [unknownObjectValue] })),
            everyContainerCheck,
        );
    });

    it("lets no check pass when the whole pod is unknown", () => {
        const unknownPod = unknownObjectValue as unknown as Tree;
        for (const level of ["baseline", "restricted"] as const) {
            for (const minor of [0, 18, 29, 36]) {
                const found = checkPodSecurity(unknownPod, unknownPod, level, `v1.${minor}`);
                assert.deepEqual(
                    found.map(({ check }) => check),
                    checksOf(level, minor).map(({ id }) => id),
                );
                assert.ok(found.every(({ unknown }) => unknown === true));
            }
        }
    });

    it("judges annotations that are unknown, and ignores those that nothing judges", () => {
        const key = "container.apparmor.security.beta.kubernetes.io/web";
        assert.deepEqual(verdicts(GOOD_SPEC, { annotations: unknownObjectValue }), [
            "appArmorProfile?",
        ]);
        assert.deepEqual(verdicts(GOOD_SPEC, { annotations: { [key]: unknownStringValue } }), [
            "appArmorProfile?",
        ]);
        assert.deepEqual(
            verdicts(GOOD_SPEC, { annotations: { checksum: unknownStringValue } }),
            [],
        );
    });

    it("names the unknown value, the shortest one when much is unknown", () => {
        const pod = containing({ livenessProbe: unknownObjectValue });
        assert.deepEqual(checkPodSecurity(pod, {}, "restricted", "latest"), [
            {
                check: "hostProbesAndHostLifecycle",
                message:
                    'livenessProbe of container "web" is unknown until the update, must be unset or ""',
                unknown: true,
            },
        ]);
    });

    it("never passes or refuses for certain what the value could turn around", () => {
        let variants = 0;
        for (const { level, versions = ["latest"], pass, fail, annotations } of CASES) {
            const pods: Tree[] = Object.values({ ...pass, ...fail });
            for (const [pod, version] of pods.flatMap((one) =>
                versions.map((v) => [one, v] as const),
            )) {
                const judge = (abstract: unknown): ReturnType<typeof checkPodSecurity> =>
                    checkPodSecurity(abstract as Tree, { annotations }, level, version);
                const real = judge(pod).map(({ check }) => check);
                for (const variant of withOneUnknown(pod)) {
                    variants += 1;
                    const found = judge(variant);
                    const mentioned = found.map(({ check }) => check);
                    const certain = found.filter(({ unknown }) => unknown !== true);
                    const where = JSON.stringify(variant);
                    assert.deepEqual(
                        real.filter((check) => !mentioned.includes(check)),
                        [],
                        where,
                    );
                    assert.deepEqual(
                        certain.filter(({ check }) => !real.includes(check)),
                        [],
                        where,
                    );
                }
            }
        }
        assert.ok(variants > 1000, `only ${variants} variants`);
    });
});
