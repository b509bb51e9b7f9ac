/** MLflow's server: what it keeps where, who reaches it, and by which names. */
import assert from "node:assert/strict";
import type { Manifest } from "../../../components/base/object";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";

interface Variable {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef?: { readonly name: string } };
}

interface Container {
    readonly image: string;
    readonly command: readonly string[];
    readonly args?: readonly string[];
    readonly env: readonly Variable[];
    readonly envFrom?: readonly {
        readonly secretRef?: { readonly name: string };
        readonly configMapRef?: { readonly name: string };
    }[];
}

interface DeploymentSpec {
    readonly replicas: number;
    readonly template: {
        readonly spec: {
            readonly containers: readonly [Container];
            readonly initContainers: readonly [Container];
        };
    };
}

const specOf = ({ spec }: Manifest) => spec as DeploymentSpec;

describe("MLflow", () => {
    let prod: RecordedStack;
    before(async function () {
        prod = (await stack("prod")).component("mlflow");
        needsCharts(this, prod);
    });
    const server = () => specOf(prod.object("Deployment/mlflow/mlflow"));
    const variable = ({ env }: Container, name: string) =>
        env.find((entry) => entry.name === name)?.value;

    it("has two servers behind a budget, from the image with drivers", () => {
        assert.equal(server().replicas, 2);
        assert.equal(prod.ofKind("PodDisruptionBudget").length, 1);
        const { containers, initContainers } = server().template.spec;
        for (const { image } of [...containers, ...initContainers]) {
            assert.match(image, /^ghcr\.io\/mlflow\/mlflow:v3\.15\.1-full$/);
        }
    });

    it("keeps nothing itself: runs in ml-db over TLS, files in the bucket through the server", () => {
        const { containers, initContainers } = server().template.spec;
        const [{ args = [] }] = containers;
        assert.ok(args.includes("--backend-store-uri=postgresql+psycopg2://"));
        assert.ok(args.includes("--artifacts-destination=s3://mlflow-artifacts/"));
        assert.ok(args.includes("--serve-artifacts"));
        for (const container of [...containers, ...initContainers]) {
            assert.equal(variable(container, "PGSSLMODE"), "verify-full");
        }
        assert.equal(variable(initContainers[0], "PGHOST"), "ml-db-rw.ml-db.svc");
        assert.deepEqual(initContainers[0].command.slice(0, 3), ["mlflow", "db", "upgrade"]);
    });

    it("answers to its own names and its own address alone", () => {
        const names = variable(server().template.spec.containers[0], "MLFLOW_SERVER_ALLOWED_HOSTS");
        const hosts = (names ?? "").split(",");
        assert.ok(hosts.includes("mlflow.mlflow.svc"));
        assert.ok(hosts.includes("$(POD_IP):5000"));
        assert.ok(hosts.some((host) => /^mlflow\.[a-z.]+$/.test(host) && !host.includes("svc")));
        assert.ok(!hosts.some((host) => host.includes("*")));
    });

    it("reads the key of sessions from the Secret that is made once, not from the chart's", () => {
        const secrets = prod.ofKind("Secret").map(({ metadata }) => metadata.name);
        assert.ok(secrets.includes("mlflow-flask-server-secret-key"));
        assert.ok(!secrets.includes("mlflow-env-secret"));
        const { envFrom = [] } = server().template.spec.containers[0];
        assert.deepEqual(
            envFrom.flatMap(({ secretRef }) => secretRef?.name ?? []),
            ["mlflow-flask-server-secret-key"],
        );
    });

    it("does not run jobs of its own beside requests", () => {
        const [container] = server().template.spec.containers;
        assert.equal(variable(container, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION"), "false");
    });

    it("is opened by people who signed on", () => {
        const policy = JSON.stringify(prod.object("SecurityPolicy/mlflow/mlflow-page"));
        assert.match(policy, /extAuth|oidc/);
    });

    it("is not there in dev, and neither is its database", async () => {
        const dev = await stack("dev");
        assert.equal(
            dev.ofKind("Namespace").some(({ metadata }) => metadata.name === "mlflow"),
            false,
        );
        assert.equal(
            dev.ofKind("Cluster").some(({ metadata }) => metadata.name === "ml-db"),
            false,
        );
    });
});
