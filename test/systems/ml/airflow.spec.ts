/** Airflow: who signs on, what tasks have, what is secret where, and what the settings refuse. */
import assert from "node:assert/strict";
import type { Manifest } from "../../../components/base/object";
import { written } from "../../../components/ml/airflow-configuration";
import { airflow as definition } from "../../../components/ml/airflow";
import { fernetKey, fernetKeys } from "../../../components/ml/airflow-secrets";
import { airflow as room } from "../../../operators/airflow";
import { type RecordedStack, stack } from "../../fixtures/stack";

const surroundings = { all: () => [], nodes: [] };

describe("Airflow", () => {
    let whole: RecordedStack;
    let prod: RecordedStack;
    before(async () => {
        whole = await stack("prod");
        prod = whole.component("airflow");
    });
    const text = (manifest: Manifest) => JSON.stringify(manifest);
    const files = () =>
        prod.object("ConfigMap/airflow/airflow-configuration").data as Readonly<
            Record<string, string>
        >;
    const made = (data: Readonly<Record<string, string>>) =>
        room[0]?.pods?.(
            {
                apiVersion: "v1",
                kind: "ConfigMap",
                metadata: { name: "airflow-configuration", namespace: "airflow" },
                ...{ data },
            },
            surroundings,
        );

    it("runs two of each part behind budgets, after the Job that makes the tables", () => {
        for (const part of ["api", "scheduler", "processor", "triggerer"]) {
            const name = `Deployment/airflow/airflow-${part}`;
            assert.match(text(prod.object(name)), /"replicas":2/);
        }
        assert.equal(prod.ofKind("PodDisruptionBudget").length, 4);
        assert.match(JSON.stringify(prod.ofKind("Job")), /"db","migrate"/);
    });

    it("signs people on at the login, and lets nobody do anything who is in no group", () => {
        const signOn = files()["airflow_sign_on.py"] ?? "";
        assert.match(signOn, /AUTH_TYPE = AUTH_OAUTH/);
        assert.match(signOn, /AUTH_USER_REGISTRATION_ROLE = "Public"/);
        assert.match(files()["airflow.cfg"] ?? "", /auth_manager = .*FabAuthManager/);
        assert.doesNotMatch(signOn, /AUTH_ROLE_PUBLIC/);
    });

    it("writes no secret into its configuration, and reaches the database over verified TLS", () => {
        assert.doesNotMatch(files()["airflow.cfg"] ?? "", /fernet|jwt|secret|password/);
        const api = text(prod.object("Deployment/airflow/airflow-api"));
        assert.match(api, /"PGSSLMODE","value":"verify-full"/);
        assert.match(api, /postgresql\+psycopg2:\/\/ml-db-rw\.ml-db\.svc[^@]*:5432\/airflow"/);
    });

    it("gives tasks neither the database, nor keys of Airflow, nor rights in the cluster", () => {
        const task = files()["task-pod.yaml"] ?? "";
        assert.match(task, /automountServiceAccountToken: false/);
        assert.match(task, /readOnlyRootFilesystem: true/);
        assert.doesNotMatch(task, /PGPASSWORD|FERNET|JWT|airflow-secrets|airflow-database/);
    });

    it("may enter no pod and read no Secret", () => {
        for (const role of prod.ofKind("Role")) {
            assert.doesNotMatch(text(role), /secrets|pods\/exec|"\*"/);
        }
        assert.deepEqual(prod.ofKind("ClusterRole"), []);
    });

    it("counts so many pods of tasks as the pool lets run, and says so where it says nothing", () => {
        const pods = made(files());
        assert.ok(pods !== undefined && typeof pods !== "string");
        assert.equal(pods[0]?.count, 4);
        assert.match(JSON.stringify(pods[0].pod), /"memory":"512Mi"/);
        for (const settings of ["", "[core]\n", "default_pool_task_slot_count = 0\n"]) {
            assert.equal(typeof made({ "airflow.cfg": settings }), "string", settings);
        }
    });

    it("writes a key as Fernet wants it, and the one before behind it", () => {
        const one = fernetKey("fb".repeat(32));
        assert.match(one, /^[\w-]{43}=$/);
        assert.equal(Buffer.from(one, "base64url").toString("hex"), "fb".repeat(32));
        assert.equal(fernetKeys({ encryption: "fb".repeat(32) }), one);
        const both = fernetKeys({
            encryption: "fb".repeat(32),
            "previous-encryption": "00".repeat(32),
        });
        assert.equal(both, `${one},${fernetKey("00".repeat(32))}`);
    });

    it("writes a percent sign twice, as Python reads it", () => {
        assert.equal(written({ a: { b: "5%" } }), "[a]\nb = 5%%\n");
    });

    it("is off without a repository, and asks for it and for the key of its server", () => {
        const site = whole.settings.site as unknown as Parameters<typeof definition.check>[1];
        const own = { folder: "dags", tasks: 4, memory: 1 };
        assert.match(
            definition.offWithout({ ...site, delivery: undefined }) ?? "",
            /repository of yours/,
        );
        const [absent] = definition.check(own, { ...site, delivery: undefined });
        assert.equal(absent?.key, "delivery");
        const over = (repository: string, hostKey?: string) => ({
            ...site,
            delivery: {
                ...{ repository, revision: "main", isPublic: false, applications: [] },
                ...(hostKey === undefined ? {} : { hostKey }),
            },
        });
        const ssh = "git@github.com:team/dags.git";
        assert.equal(definition.check(own, over(ssh))[0]?.key, "delivery.hostKey");
        assert.deepEqual(definition.check(own, over(ssh, "ssh-ed25519 AAAA")), []);
        assert.deepEqual(definition.check(own, over("https://example.org/team/dags.git")), []);
    });

    it("is not there in dev", async () => {
        const names = (await stack("dev")).ofKind("Namespace").map(({ metadata }) => metadata.name);
        assert.ok(!names.includes("airflow"));
    });
});
