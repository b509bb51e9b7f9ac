import assert from "node:assert/strict";
import { checkPodSecurity } from "../../../../policy/engines/pod-security";
import { CHECKS, checksOf } from "../../../../policy/engines/pod-security/standards";
import { BASELINE_CASES } from "./baseline";
import { GOOD_SPEC, secured, spec } from "./pods";
import { RESTRICTED_CASES } from "./restricted";

const CASES = [...BASELINE_CASES, ...RESTRICTED_CASES];

describe("Pod Security: each check", () => {
    for (const { check, level, versions = ["latest"], pass, fail, annotations } of CASES) {
        for (const version of versions) {
            const ids = (pod: Readonly<Record<string, unknown>>): string[] =>
                checkPodSecurity(pod, { annotations }, level, version).map((one) => one.check);
            for (const [name, pod] of Object.entries(pass ?? {})) {
                it(`${check} (${level} ${version}) allows ${name}`, () => {
                    assert.ok(!ids(pod).includes(check), ids(pod).join());
                });
            }
            for (const [name, pod] of Object.entries(fail ?? {})) {
                it(`${check} (${level} ${version}) refuses ${name}`, () => {
                    assert.deepEqual(
                        checkPodSecurity(pod, { annotations }, level, version)
                            .filter((one) => one.check === check)
                            .map(({ unknown }) => unknown),
                        [undefined],
                    );
                });
            }
        }
    }

    it("has a case that each check refuses", () => {
        const refused = new Set(CASES.filter(({ fail }) => fail).map(({ check }) => check));
        assert.deepEqual(
            CHECKS.map(({ id }) => id).filter((id) => !refused.has(id)),
            [],
        );
    });
});

describe("Pod Security: levels and versions", () => {
    const everything = spec({
        hostNetwork: true,
        securityContext: { sysctls: [{ name: "net.ipv4.tcp_rmem" }] },
        containers: [{ name: "web", securityContext: { privileged: true } }],
    });
    const ids = (level: "privileged" | "baseline" | "restricted", version: string): string[] =>
        checkPodSecurity(everything, {}, level, version).map(({ check }) => check);

    it("refuses nothing when privileged", () => {
        assert.deepEqual(ids("privileged", "latest"), []);
    });

    it("allows a good pod in every version", () => {
        for (const version of ["v1.0", "v1.22", "v1.29", "v1.34", "v1.35", "v1.36", "latest"]) {
            assert.deepEqual(checkPodSecurity(GOOD_SPEC, {}, "restricted", version), []);
        }
    });

    it("reports baseline first, then by id, as upstream does", () => {
        assert.deepEqual(ids("baseline", "v1.31"), ["hostNamespaces", "privileged", "sysctls"]);
        assert.deepEqual(ids("restricted", "v1.36"), [
            "hostNamespaces",
            "privileged",
            "allowPrivilegeEscalation",
            "capabilities_restricted",
            "runAsNonRoot",
            "seccompProfile_restricted",
        ]);
    });

    it("replaces a baseline check by the restricted one that asks for more", () => {
        const listed = (minor: number): string[] =>
            checksOf("restricted", minor).map(({ id }) => id);
        const replaced = ["capabilities_baseline", "hostPathVolumes", "seccompProfile_baseline"];
        for (const minor of [29, 34, 35, 36]) {
            assert.deepEqual(
                replaced.filter((id) => listed(minor).includes(id)),
                [],
            );
            assert.equal(listed(minor).includes("procMount"), minor < 35);
            assert.equal(listed(minor).includes("procMount_restricted"), minor >= 35);
        }
        assert.ok(listed(21).includes("capabilities_baseline"), "nothing replaces it before 1.22");
    });

    it("judges an unheard-of version with the newest rules", () => {
        for (const version of ["v1.99", "v1.99999999999999999999", "1.29", "v1.029", "", "v2.0"]) {
            assert.deepEqual(ids("restricted", version), ids("restricted", "latest"));
        }
    });

    it("says what was found where, and what is allowed", () => {
        assert.deepEqual(checkPodSecurity(secured({ runAsUser: 0 }), {}, "restricted", "v1.34"), [
            {
                check: "runAsUser",
                message:
                    "securityContext.runAsUser of the pod is 0, must be unset or a user other than 0",
            },
        ]);
    });

    it("names every container that breaks the same rule in one part", () => {
        const pod = spec({ containers: [{ name: "a" }, { name: "b" }] });
        assert.equal(
            checkPodSecurity(pod, {}, "restricted", "latest").find(
                ({ check }) => check === "allowPrivilegeEscalation",
            )?.message,
            'securityContext.allowPrivilegeEscalation of container "a", container "b" is not set, must be false',
        );
    });
});
