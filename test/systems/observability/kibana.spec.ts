/** The search through evidence: who gets in, as whom, and what is found there. */
import assert from "node:assert/strict";
import {
    commonFields,
    dataStream,
    type EvidenceKind,
    evidenceKinds,
    type Mapping,
} from "../../../components/observability/evidence";
import { kibanaRequests, savedObjects } from "../../../components/observability/kibana-objects";
import { type RecordedStack, stack } from "../../fixtures/stack";

/** The field of a mapping at a path with dots. */
function fieldAt({ fields }: EvidenceKind, path: string): Mapping | undefined {
    const [first = "", ...rest] = path.split(".");
    const all: Readonly<Record<string, Mapping>> = { ...commonFields, ...fields };
    return rest.reduce<Mapping | undefined>(
        (mapping, name) => mapping?.properties?.[name],
        all[first],
    );
}

describe("Kibana", () => {
    let prod: RecordedStack;
    before(async () => {
        prod = (await stack("prod")).component("kibana");
    });

    it("is behind the second factor, for those who run the platform", () => {
        const policy = JSON.stringify(prod.object("SecurityPolicy/elastic/kibana-page"));
        assert.match(policy, /extAuth|oidc/);
    });

    it("lets in whoever comes as a reader whose password no object shows", () => {
        const { spec } = prod.object("Kibana/elastic/kibana");
        const { config, secureSettings } = spec as {
            readonly config: Readonly<Record<string, unknown>>;
            readonly secureSettings: readonly { readonly secretName: string }[];
        };
        assert.equal(
            config["xpack.security.authc.providers.anonymous.anonymous1.credentials.username"],
            "kibana-reader",
        );
        assert.doesNotMatch(JSON.stringify(config), /password/);
        assert.deepEqual(
            secureSettings.map(({ secretName }) => secretName),
            ["kibana-keys", "elasticsearch-user-kibana-reader"],
        );
    });

    it("is not there where Elasticsearch is not", async () => {
        assert.deepEqual((await stack("dev")).ofKind("Kibana"), []);
    });
});

describe("searches in Kibana", () => {
    it("are one for each kind of evidence, each through the stream of its own", () => {
        const [request] = kibanaRequests();
        const objects = (request?.upload ?? []) as ReturnType<typeof savedObjects>;
        const searches = objects.filter(({ type }) => type === "search");
        assert.equal(searches.length, evidenceKinds.length);
        assert.deepEqual(
            searches.map(({ references }) => references[0]?.id),
            evidenceKinds.map(([kind]) => dataStream(kind)),
        );
        assert.equal(new Set(objects.map(({ id }) => id)).size, objects.length);
    });

    for (const [kind, of] of evidenceKinds) {
        it(`show columns that the mapping has, and ask for fields that it has: ${kind}`, () => {
            const asked = [...(of.query ?? "").matchAll(/([\w.@]+):/g)].map(
                ([, name = ""]) => name,
            );
            for (const column of [...of.columns, ...asked]) {
                assert.ok(fieldAt(of, column)?.type, `${column} of ${kind}`);
            }
        });
    }
});
