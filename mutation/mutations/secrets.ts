/** Mutations by a secret in plain text: in each place where one can hide, and in each spelling. */
import { at, change, changeContainer, drop, isKind, list } from "../define";
import type { Mutation } from "../define";
import type { Inputs, StackResource } from "../../preview/recorded-stack";

const SECRET = "hunter2Hunter2";

const isMap = (resource: StackResource) => isKind(resource, "/ConfigMap");

function variable(id: string, text: string, name: string, value: string): Mutation {
    return changeContainer([id, "IAC-04", `writes ${text} into the environment`], (container) => {
        container.env = [...list(container, "env"), { name, value }];
    });
}

function words(id: string, text: string, ...added: readonly string[]): Mutation {
    return changeContainer([id, "IAC-04", `writes ${text} into the arguments`], (container) => {
        const args = Array.isArray(container.args) ? (container.args as unknown[]) : [];
        container.args = [...args, ...added];
    });
}

function file(id: string, text: string, name: string, content: string): Mutation {
    return change([id, "IAC-04", `writes ${text} into a ConfigMap`], isMap, (inputs) => {
        inputs.data = { ...at(inputs, "data"), [name]: content };
    });
}

function probe(container: Inputs): void {
    const readiness = { ...at(container, "readinessProbe") };
    for (const kind of ["httpGet", "tcpSocket", "grpc"]) {
        drop(readiness, kind);
    }
    container.readinessProbe = {
        ...readiness,
        exec: { command: ["sh", "-c", `redis-cli -a ${SECRET} ping`] },
    };
}

/** IAC-04. */
export const secretMutations: readonly Mutation[] = [
    variable("password-in-environment", "a password", "DB_PASSWORD", SECRET),
    variable("password-without-separator", "a password of digits", "PGPASSWORD", "123456"),
    variable("shared-key", "a pre-shared key", "PRESHAREDKEY", SECRET),
    variable(
        "password-in-connection",
        "a connection string",
        "DATASOURCE",
        `jdbc:postgresql://db/app?user=app&password=${SECRET}`,
    ),
    variable(
        "webhook-url",
        "the URL of a webhook",
        "NOTIFY",
        ["https://hooks.slack.com/services/T0AB1CD2E/B0FG3HI4J", "aBcDeFgHiJkLmNoPqRsT"].join("/"),
    ),
    words("password-in-argument", "a password", `--password=${SECRET}`),
    words("password-after-flag", "a password after its flag", "--requirepass", SECRET),
    words("password-in-script", "a script with one", "sh", "-c", `mysql -p${SECRET} -e x`),
    changeContainer(["password-in-probe", "IAC-04", "writes a password into a probe"], probe),
    file("password-in-config-map", "a password", "password", SECRET),
    file("password-in-line", "a line without separator", "redis.conf", `requirepass ${SECRET}\n`),
    file("password-in-one-line", "a map in one line", "app.yaml", `db: {password: ${SECRET}}`),
    file("password-in-sql", "SQL", "init.sql", `CREATE USER app WITH PASSWORD '${SECRET}';`),
    change(
        ["password-in-annotation", "IAC-04", "writes a token into an annotation"],
        (resource) => isKind(resource, "/Service"),
        (inputs) => {
            const metadata = at(inputs, "metadata");
            const annotations = at(metadata, "annotations");
            metadata.annotations = { ...annotations, "example.org/api-token": SECRET };
        },
    ),
    change(
        ["password-in-custom-resource", "IAC-04", "writes a password into a custom resource"],
        (resource) => isKind(resource, "postgresql.cnpg.io/Cluster", "ceph.rook.io/CephCluster"),
        (inputs) => {
            at(inputs, "spec").auth = { password: SECRET };
        },
    ),
];
