/** Laws over everything that the stacks register. */
import * as assert from "node:assert/strict";
import type { AnyDefinition } from "../components/base/definition";
import { isObjectType } from "../components/base/object";
import { groupKind } from "../components/base/scope";
import { systems } from "../components/systems";
import { behaviours, inert, inertGroups } from "../operators";
import { isCustomGroup } from "../policy/kubernetes/api-groups";
import type { PreviewDocument } from "../preview/document";
import { previewedStack } from "./fixtures/previewed-stack";
import { stackNames } from "./fixtures/stack-files";
import { notBuilt } from "../trust/not-built";

for (const stack of stackNames) {
    describe(`stack ${stack}`, () => {
        let document: PreviewDocument;
        const objects = () => document.resources.filter(({ type }) => isObjectType(type));

        before(async () => {
            ({ document } = await previewedStack(stack));
            const missing = document.charts.filter(({ rendered }) => !rendered).length;
            if (missing > 0) {
                console.log(`    (${missing} of ${document.charts.length} charts not at hand)`);
            }
        });

        it("has no mandatory violation", () => {
            const mandatory = document.violations.filter(({ level }) => level === "mandatory");
            assert.deepEqual(
                mandatory.map(({ message }) => message),
                [],
            );
        });

        it("carries no exception for what is not built yet that nobody misses", function () {
            const { exceptions } = document;
            const awaiting = exceptions.filter(({ awaits }) => awaits !== undefined);
            if (document.charts.some(({ rendered }) => !rendered)) {
                // What misses it may be in a chart.
                this.skip();
            }
            assert.deepEqual(
                awaiting.map(({ criterion }) => criterion).sort(),
                notBuilt.flatMap(({ criteria }) => criteria).sort(),
            );
        });

        it("has no policy that could not run", () => {
            const stuck = document.violations.filter(({ message }) =>
                message.includes("can't run"),
            );
            assert.deepEqual(stuck, []);
        });

        it("shows for every criterion what it judged: resources of the stack", () => {
            const known = new Set(document.resources.map(({ urn }) => urn));
            const { criteria } = document.scorecard;
            assert.deepEqual(
                criteria.flatMap(({ id, judged }) =>
                    judged.filter((urn) => !known.has(urn)).map((urn) => `${id} ${urn}`),
                ),
                [],
            );
            const bare = criteria.filter(
                ({ subjects, judged }) => subjects > 0 && judged.length === 0,
            );
            assert.deepEqual(
                bare.map(({ id }) => id),
                [],
            );
        });

        it("stays within the budget of 4500 resources that an engine handles well", () => {
            assert.ok(document.resources.length <= 4500, `${document.resources.length} resources`);
        });

        it("names every object itself: a generated name would be a new object at each update", () => {
            const generated = objects().filter(({ inputs }) => {
                const metadata = (inputs.metadata ?? {}) as Record<string, unknown>;
                return "generateName" in metadata || typeof metadata.name !== "string";
            });
            assert.deepEqual(
                generated.map(({ urn }) => urn),
                [],
            );
        });

        it("sends every object to the cluster of the stack, none to a default provider", () => {
            const lost = objects().filter(
                ({ type, provider }) =>
                    !provider.includes(`pulumi:providers:${type.split(":")[0] ?? ""}::`),
            );
            assert.deepEqual(
                lost.map(({ urn }) => urn),
                [],
            );
        });

        it("knows of every custom kind what its operator makes of it, or that it makes nothing", () => {
            // kubernetes:<group>/<version>:<Kind>
            const kinds = objects().map(({ type }) => {
                const [, apiVersion = "", kind = ""] = type.split(":");
                return groupKind({ apiVersion, kind: kind.replace(/Patch$/, "") });
            });
            const unknown = kinds.filter(
                (kind) =>
                    isCustomGroup(kind.split("/")[0] ?? "") &&
                    !behaviours.has(kind) &&
                    !Object.hasOwn(inert, kind) &&
                    !Object.hasOwn(inertGroups, kind.split("/")[0] ?? ""),
            );
            assert.deepEqual([...new Set(unknown)], []);
        });

        it("shows no secret and no private key", () => {
            const text = JSON.stringify(document);
            assert.doesNotMatch(text, /BEGIN [A-Z ]*PRIVATE KEY/);
            assert.doesNotMatch(text, /secret-of-the-stack/);
            for (const { inputs, urn } of objects()) {
                if (inputs.kind === "Secret" && inputs.stringData !== undefined) {
                    for (const value of Object.values(inputs.stringData as object)) {
                        const shown = JSON.stringify(value);
                        assert.match(shown, /^\{"\$(secret|unknown)":true\}$/, urn);
                    }
                }
            }
        });

        it("protects machines and databases in prod only", () => {
            const guarded = document.resources.filter(
                ({ type }) => type.includes("vmLegacy") || type.endsWith("/v1:Cluster"),
            );
            assert.ok(guarded.length > 0);
            assert.ok(guarded.every(({ protect }) => protect === (stack === "prod")));
        });
    });
}

describe("both stacks", () => {
    it("register the same systems but for those that a profile leaves off, with its reason", async () => {
        const components = async (stack: (typeof stackNames)[number]) =>
            (await previewedStack(stack)).document.resources
                .map(({ type }) => type)
                .filter((type) => /^platform:(?!base:)/.test(type))
                .sort();
        const typesOf = (isOff: (definition: AnyDefinition) => boolean) =>
            systems
                .filter(isOff)
                .map(
                    ({ layer, name }) =>
                        `platform:${layer}:${name.charAt(0).toUpperCase()}${name.slice(1)}`,
                );
        const offInDev = typesOf(
            ({ offIn }) => offIn.dev !== undefined && offIn.prod === undefined,
        );
        // Some are off everywhere until a stack says what only it can know.
        const mayMiss = typesOf(
            ({ offIn, offUnlessNeeded }) => offIn.dev !== undefined || offUnlessNeeded,
        );
        const [prod, dev] = [await components("prod"), await components("dev")];
        const missing = prod.filter((type) => !dev.includes(type));
        assert.deepEqual(
            offInDev.filter((type) => !missing.includes(type)),
            [],
        );
        // Parts of a system are named after it, but for these.
        assert.deepEqual(
            missing.filter(
                (type) =>
                    !mayMiss.some((system) => type.startsWith(system)) &&
                    ![
                        "MetricsArchive",
                        "TraceCollectors",
                        "ScaledByQueue",
                        "RegisteredSchema",
                    ].includes(type.split(":").at(-1) ?? ""),
            ),
            [],
        );
        assert.deepEqual(
            dev.filter((type) => !prod.includes(type)),
            [],
        );
    });
});
