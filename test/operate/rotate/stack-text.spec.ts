import assert from "node:assert/strict";
import * as yaml from "js-yaml";
import { withGeneration } from "../../../operate/rotate/stack-text";

const one = { secret: "n8n-db-owner", generation: 2, since: "2026-11-27" };
const written = (text: string) => withGeneration(text, "Pulumi.prod.yaml", one);
const generationsIn = (text: string) =>
    Object.entries(
        (yaml.load(text, { schema: yaml.CORE_SCHEMA }) as { config: Record<string, unknown> })
            .config,
    ).find(([key]) => key.endsWith("secretGenerations"))?.[1];

describe("the file of a stack with a renewed secret", () => {
    const spellings: Readonly<Record<string, string>> = {
        "no renewed secret yet": "# Data.\nconfig:\n  # why\n  platform:profile: prod\n",
        "deeper indentation":
            "config:\n    platform:profile: prod\n    platform:domain: a.example\n",
        "no line break at the end": "config:\n  platform:profile: prod",
        "other keys after the settings":
            "config:\n  platform:profile: prod\n\nencryptionsalt: v1:abc\n",
        "an empty list": "config:\n  platform:secretGenerations: []\n  platform:profile: prod\n",
        "another secret":
            "config:\n  platform:secretGenerations:\n    - { secret: lldap-seed, generation: 3, since: 2026-01-01 }\n  platform:profile: prod\n",
        "the same secret":
            "config:\n  platform:secretGenerations:\n    - { secret: n8n-db-owner, generation: 1, since: 2026-01-01 } # as told\n",
        "as the Pulumi CLI writes it":
            'config:\n  platform:secretGenerations:\n  - generation: 1\n    secret: n8n-db-owner\n    since: "2026-01-01"\n  - generation: 4\n    secret: other\n    since: "2026-01-01"\n  platform:profile: prod\n',
        "a key without its project":
            "config:\n  profile: prod\n  secretGenerations:\n    # kept\n    - {secret: other, generation: 2, since: 2026-01-01}\n",
        "a quoted key":
            'config:\n  "platform:secretGenerations":\n    - {secret: other, generation: 2, since: 2026-01-01}\n',
    };
    for (const [what, text] of Object.entries(spellings)) {
        it(`names it once, and keeps everything else: ${what}`, () => {
            const result = written(text);
            const list = generationsIn(result) as { secret: string }[];
            assert.deepEqual(
                list.filter(({ secret }) => secret === one.secret),
                [one],
            );
            for (const line of text
                .split("\n")
                .filter(
                    (each) =>
                        !/n8n-db-owner|generation: 1|secretGenerations|2026-01-01"/.test(each),
                )) {
                assert.ok(result.split("\n").includes(line), line);
            }
            assert.equal(written(result), result, "a second time changes nothing");
        });
    }

    it("is left alone where it is written in another way, with what to write by hand", () => {
        for (const text of [
            "config: { platform:profile: prod }\n",
            "config:\n  platform:secretGenerations: [{ secret: a, generation: 2, since: 2026-01-01 }]\n",
            "",
        ]) {
            assert.throws(() => written(text), {
                message:
                    "Pulumi.prod.yaml is written in a way that cannot be changed here; add below platform:secretGenerations: - { secret: n8n-db-owner, generation: 2, since: 2026-11-27 }",
            });
        }
    });
});
