/** SEC-05: preview and admission let the same objects be. */
import * as assert from "node:assert/strict";
import { policyException } from "../../../../components/security/kyverno-exceptions";
import { policies } from "../../../../components/security/kyverno-policies";
import { admission } from "../../../../policy/criteria/security/admission";
import { hardening } from "../../../../policy/criteria/security/hardening";
import { type Inputs, judge, object, platform, type Resource, UNKNOWN } from "../../harness";
import { soundController } from "../../sound-parts";

const exception = {
    criterion: "SEC-03",
    resource: "Deployment/shop/web",
    reason: "It writes to its own root.",
    guard: "Nobody reaches it.",
    expires: "2099-05-31",
};

/** A Deployment that every policy but the one about the root filesystem admits. */
function web(readOnlyRootFilesystem: unknown = false): Resource {
    const labels = Object.fromEntries(
        ["name", "instance", "component", "part-of", "managed-by"].map((key) => [
            `app.kubernetes.io/${key}`,
            "web",
        ]),
    );
    const container = {
        name: "web",
        image: "ghcr.io/example/web:1.2.3",
        resources: {
            requests: { cpu: "10m", memory: "32Mi" },
            limits: { memory: "64Mi" },
        },
        securityContext: {
            runAsNonRoot: true,
            readOnlyRootFilesystem,
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            seccompProfile: { type: "RuntimeDefault" },
        },
    };
    return object({
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "web", namespace: "shop", labels },
        spec: {
            selector: { matchLabels: { app: "web" } },
            template: { metadata: { labels }, spec: { containers: [container] } },
        },
    });
}

const enforced = policies.map((manifest) => object(manifest as Parameters<typeof object>[0]));

function generated(change: Partial<typeof exception> = {}, spec: Inputs = {}): Resource {
    const manifest = policyException({ ...exception, ...change }, "2026-11-27");
    assert.ok(manifest !== undefined);
    const changed = { ...manifest, spec: { ...(manifest.spec as Inputs), ...spec } };
    return object(changed);
}

function run(exceptions: readonly (typeof exception)[], ...more: Resource[]) {
    return judge([platform({ exceptions }), ...soundController(), ...enforced, ...more], {
        judgedBy: [admission, hardening],
    });
}

async function found(exceptions: readonly (typeof exception)[], ...more: Resource[]) {
    return (await run(exceptions, ...more)).of("SEC-05");
}

describe("exceptions from policies and from criteria", () => {
    it("are the same where one was made from the other", async () => {
        const result = await run([exception], web(), generated());
        assert.deepEqual(result.of("SEC-05"), []);
        assert.equal(result.verdict("SEC-05").verdict, "met");
    });

    it("are the same where nobody is excepted", async () => {
        assert.deepEqual(await found([], web(true)), []);
    });

    it("differ where the cluster would refuse what preview lets be", async () => {
        assert.deepEqual(await found([exception], web()), [
            "Deployment/shop/web: its exception lets it be, but policy require-read-only-root refuses its pods: no PolicyException is about it.",
        ]);
    });

    it("do not differ where no policy refuses the excepted object anyway", async () => {
        const other = { ...exception, criterion: "HA-04" };
        assert.deepEqual(await found([other], web(true)), []);
        assert.deepEqual(await found([exception], web(true)), []);
    });

    it("differ where the cluster lets in what nobody excepted", async () => {
        for (const [exceptions, expected] of [
            [[], /it exempts pods from policies; list it/],
            [
                [{ ...exception, resource: "Deployment/shop/other" }],
                /it exempts pods from policies/,
            ],
            [[{ ...exception, criterion: "HA-04" }], /say nothing of SEC-03; declare one/],
        ] as const) {
            assert.match((await found(exceptions, web(true), generated())).join("\n"), expected);
        }
    });

    for (const [title, expression] of [
        ["a whole namespace", 'object.metadata.namespace == "shop"'],
        ["whoever carries a label", 'object.metadata.?labels[?"app"].orValue("") == "web"'],
        ["everything", "true"],
        ["names that begin alike", 'object.metadata.name.startsWith("web")'],
        ["another kind", 'object.kind == "StatefulSet" && object.metadata.name == "web"'],
    ] as const) {
        it(`differ where the cluster lets in ${title}`, async () => {
            const wide = generated({}, { matchConditions: [{ name: "a", expression }] });
            assert.match((await found([exception], web(true), wide)).join("\n"), /it exempts pods/);
        });
    }

    it("differ where a PolicyException has no condition, or one policy too many", async () => {
        const all = generated({}, { matchConditions: [] });
        assert.match((await found([exception], web(true), all)).join("\n"), /it exempts pods/);
        const more = generated(
            {},
            { policyRefs: [{ kind: "ValidatingPolicy", name: "restrict-registries" }] },
        );
        assert.match(
            (await found([exception], web(true), more)).join("\n"),
            /say nothing of SEC-04/,
        );
    });

    it("differ where one lasts longer than the other", async () => {
        for (const expiresAt of [undefined, "2099-06-02T00:00:00Z"]) {
            assert.match(
                (await found([exception], web(), generated({}, { expiresAt }))).join("\n"),
                /its expiresAt is .*, while the exception from SEC-03 ends on 2099-05-31; set it to 2099-06-01T00:00:00Z/,
            );
        }
        const sooner = generated({}, { expiresAt: "2099-05-01T00:00:00Z" });
        assert.deepEqual(await found([exception], web(), sooner), []);
    });

    it("may be narrowed by further conditions", async () => {
        const { matchConditions } = generated().inputs.spec as { matchConditions: Inputs[] };
        const narrow = generated(
            {},
            { matchConditions: [...matchConditions, { name: "b", expression: "true" }] },
        );
        assert.deepEqual(await found([exception], web(), narrow), []);
    });

    it("are not judged while it is unknown whom a PolicyException is about", async () => {
        const unknown = generated({}, { matchConditions: UNKNOWN });
        assert.equal(
            (await run([exception], web(true), unknown)).verdict("SEC-05").verdict,
            "not judged",
        );
    });

    it("say nothing of what Kyverno is not asked about", async () => {
        const resource = "Deployment/kube-system/web";
        assert.deepEqual(await found([{ ...exception, resource }]), []);
    });

    it("that have ended let nobody in, and preview says on which day", async () => {
        const ended = { ...exception, expires: "2026-01-10" };
        assert.equal(policyException(ended, "2026-01-11"), undefined);
        const result = await run([ended], web());
        assert.match(result.of("SEC-03").join("\n"), /its exception expired on 2026-01-10/);
        assert.match(result.of("SEC-05").join("\n"), /refuses its pods/);
    });
});
