/** The programs of the demo, without a broker. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { Counters } from "../../../components/apps/kafka-demo/counters";
import { readEnvironment } from "../../../components/apps/kafka-demo/environment";
import { ATTEMPTS, type DeadLetter, handle } from "../../../components/apps/kafka-demo/handling";
import { type Mail, mailFor } from "../../../components/apps/kafka-demo/mail";
import {
    readApplicant,
    readRegistration,
    registrationSchema,
    subject,
} from "../../../components/apps/kafka-demo/registration";
import { checkOf, framed, Schemas, unframed } from "../../../components/apps/kafka-demo/schemas";
import { inSpan, startTracing } from "../../../components/apps/kafka-demo/tracing";
import { readTrace, writeTrace } from "../../../components/apps/kafka-demo/trace-context";
import { demoProgram, MOST_BYTES } from "../../../components/apps/kafka-demo-bundle";
import { contentDigest } from "../../../components/base/content-digest";
import { cachePath } from "../../../components/base/cache-folder";
import { withCacheFolder } from "../../fixtures/cache-folder";

const registration = {
    id: "7",
    email: "ann@example.org",
    name: "Ann",
    at: "2026-11-27T09:00:00.000Z",
};
const faultOf = (read: object) => ("fault" in read ? String(read.fault) : undefined);

describe("registrations", () => {
    it("have an address and a name", () => {
        const said = (email: unknown, name: unknown = "Ann") =>
            faultOf(readApplicant(JSON.stringify({ email, name })));
        for (const email of ["ann@example.org", " ann@example.org ", "a.b+c@mail.example.co.uk"]) {
            assert.equal(said(email), undefined, email);
        }
        for (const email of [
            "ann",
            "ann@",
            "@example.org",
            "ann@example",
            "ann@exa mple.org",
            "a@b@example.org",
            "ann@example.org, eve@example.org",
            "Ann <ann@example.org>",
            "ann@-example.org",
            "",
            7,
            null,
        ]) {
            assert.match(said(email) ?? "", /no address/, String(email));
        }
        for (const name of ["", " ", "a\r\nBcc: eve@example.org", "x".repeat(201), 3]) {
            assert.match(said("ann@example.org", name) ?? "", /name is no line/);
        }
        for (const text of ["", "{", "[]", "null", "3", '"a"']) {
            assert.match(faultOf(readApplicant(text)) ?? "", /no JSON object/);
        }
    });

    it("are events with an id and a date, and may have more", () => {
        const read = (more: object) =>
            readRegistration(JSON.stringify({ ...registration, ...more }));
        assert.deepEqual(read({ colour: "red" }), { value: registration });
        assert.match(faultOf(read({ id: "" })) ?? "", /no id/);
        assert.match(faultOf(read({ at: "yesterday" })) ?? "", /date/);
        assert.match(faultOf(read({ at: undefined })) ?? "", /date/);
        assert.deepEqual([...registrationSchema.required].sort(), Object.keys(registration).sort());
    });

    it("become the same mail each time they come", () => {
        const mail = mailFor(registration, "home.example.org");
        assert.deepEqual(mail, mailFor(registration, "home.example.org"));
        assert.equal(mail.to, "ann@example.org");
        assert.match(mail.messageId, /^<[\w-]+@home\.example\.org>$/);
        assert.match(mailFor({ ...registration, id: "a>\r\nb" }, "x.org").messageId, /^<[\w-]+@/);
    });
});

describe("the handling of a registration", () => {
    const world = (send: (mail: Mail) => Promise<void>) => {
        const buried: DeadLetter[] = [];
        const pauses: number[] = [];
        const surroundings = {
            domain: "home.example.org",
            send,
            schema: (id: number) =>
                Promise.resolve(id === 7 ? checkOf(JSON.stringify(registrationSchema)) : undefined),
            bury: (letter: DeadLetter) => Promise.resolve(void buried.push(letter)),
            wait: (milliseconds: number) => Promise.resolve(void pauses.push(milliseconds)),
        };
        return { buried, pauses, surroundings };
    };
    const record = { key: "7", value: framed(7, JSON.stringify(registration)) };
    const says = (responseCode?: number) => Object.assign(new Error("no"), { responseCode });

    it("sends one mail", async () => {
        const sent: Mail[] = [];
        const { surroundings, buried } = world((mail) => Promise.resolve(void sent.push(mail)));
        assert.equal(await handle(record, surroundings), "sent");
        assert.deepEqual([sent.length, sent[0]?.to, buried], [1, "ann@example.org", []]);
    });

    it("buries what cannot be read, with the reason, and sends nothing", async () => {
        const { surroundings, buried } = world(() => Promise.reject(new Error("never")));
        const wrong: readonly (readonly [Buffer, RegExp])[] = [
            [Buffer.from("no"), /^It names no schema\.$/],
            [Buffer.from(JSON.stringify(registration)), /^It names no schema\.$/],
            [framed(8, JSON.stringify(registration)), /^Its schema 8 is not in the registry\.$/],
            [framed(7, "no"), /^It is no JSON\.$/],
            [framed(7, "[]"), /^It must be object\.$/],
            [framed(7, JSON.stringify({ ...registration, at: 3 })), /^Its at must be string\.$/],
            [
                framed(7, JSON.stringify({ ...registration, name: undefined })),
                /^It must have required property 'name'\.$/,
            ],
            // As the schema says, and nobody's address all the same.
            [framed(7, JSON.stringify({ ...registration, email: "ann" })), /no address/],
        ];
        for (const [value, reason] of wrong) {
            assert.equal(await handle({ key: "k", value }, surroundings), "dead");
            const letter = buried.at(-1);
            assert.match(letter?.reason ?? "", reason);
            assert.equal(letter?.value, value, "as it came");
        }
        assert.equal(buried.length, wrong.length);
    });

    it("lets a record come again while the registry does not answer", async () => {
        const { surroundings, buried } = world(() => Promise.reject(new Error("never")));
        const schema = () => Promise.reject(new Error("The registry answered 503: "));
        await assert.rejects(handle(record, { ...surroundings, schema }), /answered 503/);
        assert.deepEqual(buried, []);
    });

    it("buries what the mail server refuses for good", async () => {
        const { surroundings, buried, pauses } = world(() => Promise.reject(says(550)));
        assert.equal(await handle(record, surroundings), "dead");
        assert.match(buried[0]?.reason ?? "", /refuses it: no/);
        assert.deepEqual(pauses, []);
    });

    it("tries again what is only away, and waits longer each time", async () => {
        let left = 2;
        const { surroundings, pauses } = world(() => {
            left -= 1;
            return left < 0 ? Promise.resolve() : Promise.reject(says(451));
        });
        assert.equal(await handle(record, surroundings), "sent");
        assert.deepEqual(pauses, [500, 1000]);
    });

    it("gives up without burying when the server stays away: the record comes again", async () => {
        let tried = 0;
        const { surroundings, buried } = world(() => {
            tried += 1;
            return Promise.reject(says());
        });
        await assert.rejects(handle(record, surroundings), /no/);
        assert.deepEqual([tried, buried], [ATTEMPTS, []]);
    });
});

describe("the schemas of records", () => {
    const schema = JSON.stringify(registrationSchema);
    const registry = (status: number, said: object) => {
        const asked: string[] = [];
        const schemas = new Schemas("http://r/v7", (address, init) => {
            asked.push(`${init?.method ?? "GET"} ${address}`);
            return Promise.resolve({ status, text: () => Promise.resolve(JSON.stringify(said)) });
        });
        return { asked, schemas };
    };

    it("are named in front of a record, as every client of Confluent's registry does it", () => {
        const value = framed(258, "é");
        assert.deepEqual([...value], [0, 0, 0, 1, 2, 0xc3, 0xa9]);
        assert.deepEqual(unframed(value), { value: { id: 258, text: "é" } });
        for (const other of [[], [0], [0, 0, 0, 0, 1], [1, 0, 0, 0, 1, 65]]) {
            assert.match(faultOf(unframed(Buffer.from(other))) ?? "", /names no schema/);
        }
    });

    it("are asked for once, and by what they say when one writes by them", async () => {
        const { asked, schemas } = registry(200, { id: 4, schema });
        assert.equal(await schemas.idOf(subject("a/b"), schema), 4);
        const check = await schemas.byId(4);
        assert.equal(check?.(JSON.stringify(registration)), undefined);
        assert.equal(await schemas.byId(4), check);
        assert.deepEqual(asked, [
            "POST http://r/v7/subjects/a%2Fb-value",
            "GET http://r/v7/schemas/ids/4",
        ]);
    });

    it("are missed where the registry has none, and not where it does not answer", async () => {
        const none = registry(404, {}).schemas;
        assert.equal(await none.byId(4), undefined);
        await assert.rejects(none.idOf("a-value", schema), /no such schema of a-value/);
        const away = registry(500, { message: "no database" }).schemas;
        await assert.rejects(away.byId(4), /answered 500: .*no database/);
        await assert.rejects(away.idOf("a-value", schema), /answered 500/);
    });
});

describe("traces of the demo", () => {
    const place = { traceId: "a".repeat(32), spanId: "b".repeat(16), traceFlags: 1 };

    it("go with a record, and come back as they were", () => {
        assert.deepEqual(readTrace(writeTrace(place)), place);
        for (const value of [undefined, "", "00-x", `00-${"0".repeat(32)}-${"b".repeat(16)}-01`]) {
            assert.equal(readTrace(value), undefined);
        }
    });

    it("join the trace of what caused them", async () => {
        const tracing = startTracing("test", undefined);
        const within = (parent?: string) =>
            inSpan(tracing, { name: "x", kind: "consumer", parent }, (span) =>
                Promise.resolve(span.spanContext().traceId),
            );
        assert.equal(await within(writeTrace(place)), place.traceId);
        assert.notEqual(await within(), place.traceId);
        await assert.rejects(
            inSpan(tracing, { name: "x", kind: "producer" }, () => Promise.reject(new Error("no"))),
            /no/,
        );
        await tracing.stop();
    });
});

describe("the service of the demo", () => {
    it("counts as Prometheus reads it", () => {
        const counters = new Counters();
        counters.declare("a_total", { outcome: "sent" });
        counters.count("a_total", { outcome: 'say "x"' });
        counters.observe("b_seconds", 0.2);
        const text = counters.text();
        assert.match(text, /^# TYPE a_total counter\na_total\{outcome="sent"\} 0\n/);
        assert.ok(text.includes(String.raw`a_total{outcome="say \"x\""} 1`));
        assert.match(text, /b_seconds_bucket\{le="0\.1"\} 0\nb_seconds_bucket\{le="0\.25"\} 1/);
        assert.match(
            text,
            /b_seconds_bucket\{le="\+Inf"\} 1\nb_seconds_sum 0\.2\nb_seconds_count 1/,
        );
    });

    it("says which variable it lacks", () => {
        const variables = {
            KAFKA_BOOTSTRAP: "a:9093,b:9093",
            KAFKA_CERTIFICATE: "/c",
            TOPIC: "t",
            SCHEMA_REGISTRY: "http://r/v7",
            DEAD_LETTERS: "d",
            GROUP: "g",
            DOMAIN: "home.example.org",
            PORT: "8080",
        };
        const read = readEnvironment(variables);
        assert.deepEqual(
            [read.brokers, read.everySeconds, read.mail],
            [["a:9093", "b:9093"], 0, undefined],
        );
        assert.throws(() => readEnvironment({ ...variables, TOPIC: "" }), /TOPIC is not set/);
        assert.throws(() => readEnvironment({ ...variables, SMTP_HOST: "h" }), /SMTP_PORT/);
    });

    it("fits into a ConfigMap, the same each time", () => {
        const bundle = demoProgram();
        assert.ok(Buffer.byteLength(bundle) < MOST_BYTES);
        assert.equal(demoProgram(), bundle);
        assert.ok(!bundle.includes(process.cwd()), "it holds no path of this machine");
    });

    it("is made anew when a program, a package or the way to bundle changes", () => {
        const sources = [["package-lock.json", "{}"] as const, ["main.ts", "1"] as const];
        const digest = contentDigest(sources, 24);
        assert.equal(contentDigest([...sources], 24), digest);
        for (const changed of [
            [["package-lock.json", "{ }"] as const, ["main.ts", "1"] as const],
            [["package-lock.json", "{}"] as const, ["main.ts", "2"] as const],
            [...sources, ["new.ts", ""] as const],
        ]) {
            assert.notEqual(contentDigest(changed, 24), digest);
        }
    });
});

describe("the service of the demo beside its cache", () => {
    withCacheFolder();
    const bundle = demoProgram();

    it("is kept there, and made again when it is lost", () => {
        assert.equal(demoProgram(), bundle);
        const [kept = ""] = fs.readdirSync(cachePath("programs"));
        assert.equal(fs.readFileSync(cachePath("programs", kept), "utf8"), bundle);
        assert.equal(demoProgram(), bundle);
    });

    it("is made without a cache that can be written", () => {
        fs.writeFileSync(cachePath("programs"), "a file where the folder would be");
        assert.equal(demoProgram(), bundle);
    });
});
