import assert from "node:assert/strict";
import type { Manifest } from "../../../components/base/object";
import { dataStream, evidenceKinds } from "../../../components/observability/evidence";
import { grafanaOperator } from "../../../components/observability/grafana-operator";
import { signOnSection } from "../../../components/observability/grafana-sign-on";
import { needsCharts, type RecordedStack, stack } from "../../fixtures/stack";
import { declaredFlows, flowTexts } from "../flows";
import { alone } from "../variants";

interface Container {
    readonly env: readonly {
        readonly name: string;
        readonly valueFrom: { readonly secretKeyRef: { readonly name: string } };
    }[];
}

interface GrafanaSpec {
    readonly version: string;
    readonly disableDefaultAdminSecret: boolean;
    readonly config: Readonly<Record<string, Readonly<Record<string, string>>>>;
    readonly deployment: {
        readonly spec: {
            readonly replicas: number;
            readonly template: { readonly spec: { readonly containers: readonly [Container] } };
        };
    };
}

const SERVERS = "Grafana/grafana/grafana";
const specOf = ({ spec }: Manifest) => spec as GrafanaSpec;

describe("GrafanaOperator", () => {
    let prod: RecordedStack;
    let dev: RecordedStack;
    before(async () => {
        prod = (await stack("prod")).component("grafana-operator");
        dev = (await stack("dev")).component("grafana-operator");
    });

    it("has two servers behind a budget in prod, and one in dev", () => {
        const replicas = (part: RecordedStack) =>
            specOf(part.object(SERVERS)).deployment.spec.replicas;
        assert.deepEqual([prod, dev].map(replicas), [2, 1]);
        assert.deepEqual(
            prod.ofKind("PodDisruptionBudget").map(({ metadata }) => metadata.name),
            ["grafana", "grafana-operator"],
        );
        assert.deepEqual(dev.ofKind("PodDisruptionBudget"), []);
    });

    it("keeps people in platform-db, and in identity-db where that is the only one", () => {
        const hosts = [prod, dev].map((part) => specOf(part.object(SERVERS)).config.database?.host);
        assert.deepEqual(hosts, [
            "platform-db-rw.platform-db.svc:5432",
            "identity-db-rw.identity-db.svc:5432",
        ]);
        assert.equal(specOf(prod.object(SERVERS)).config.database?.ssl_mode, "verify-full");
    });

    it("reads every secret from a Secret, and none from its configuration", () => {
        const { config, deployment } = specOf(prod.object(SERVERS));
        assert.doesNotMatch(JSON.stringify(config), /password|secret_key|client_secret/);
        const names = deployment.spec.template.spec.containers[0].env.map(
            ({ name, valueFrom }) => `${name} from ${valueFrom.secretKeyRef.name}`,
        );
        assert.deepEqual(names, [
            "GF_SECURITY_ADMIN_USER from grafana-administrator",
            "GF_SECURITY_ADMIN_PASSWORD from grafana-administrator",
            "GF_SECURITY_SECRET_KEY from grafana-administrator",
            "GF_DATABASE_USER from grafana-database",
            "GF_DATABASE_PASSWORD from grafana-database",
            "GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET from grafana-client",
        ]);
        assert.equal(specOf(prod.object(SERVERS)).disableDefaultAdminSecret, true);
    });

    it("lets nobody in without a name, asks the internet nothing and raises no alerts", () => {
        const { config } = specOf(prod.object(SERVERS));
        const values = [
            config["auth.anonymous"]?.enabled,
            config.analytics?.reporting_enabled,
            config.plugins?.preinstall_disabled,
            config.security?.cookie_secure,
            config.security?.content_security_policy,
            config.unified_alerting?.enabled,
            config.users?.allow_sign_up,
        ];
        assert.deepEqual(values, ["false", "false", "true", "true", "true", "false", "false"]);
    });

    it("makes people what their groups say, and refuses those of none", () => {
        const endpoints = {
            authorization: "https://auth.example.org/authorize",
            token: "https://auth.example.org/token",
            userInfo: "https://auth.example.org/userinfo",
        } as never;
        const section = signOnSection({ endpoints, groupsClaim: "groups" }, undefined);
        assert.equal(
            section.role_attribute_path,
            "contains(groups[*], 'platform-admin') && 'GrafanaAdmin' || " +
                "contains(groups[*], 'monitoring-reader') && 'Viewer' || " +
                "contains(groups[*], 'app-developer') && 'Viewer' || 'None'",
        );
        assert.equal(section.role_attribute_strict, "true");
        assert.equal("tls_client_ca" in section, false);
        const own = specOf(prod.object(SERVERS)).config["auth.generic_oauth"];
        assert.equal(own?.client_id, "grafana");
        assert.equal(own.tls_client_ca, "/etc/grafana-authority/ca.crt");
    });

    it("asks what is on, at the addresses that it has", () => {
        const urls = prod
            .ofKind("GrafanaDatasource")
            .map(({ spec }) => (spec as { datasource: { url: string } }).datasource.url);
        assert.deepEqual(urls.sort(), [
            "http://jaeger-collector-extension.jaeger.svc:16686",
            "http://kube-prometheus-stack-alertmanager.monitoring.svc:9093",
            "http://kube-prometheus-stack-prometheus.monitoring.svc:9090",
            "http://loki.loki.svc:3100",
            "http://tempo.tempo.svc:3200",
            "http://thanos-query-frontend.monitoring.svc:9090",
            "https://elasticsearch-es-http.elastic.svc:9200",
        ]);
    });

    it("looks through all evidence as a reader whose password no object shows", async () => {
        const { spec } = prod.object("GrafanaDatasource/grafana/elasticsearch");
        const { valuesFrom, datasource } = spec as {
            readonly valuesFrom: readonly {
                readonly targetPath: string;
                readonly valueFrom: { readonly secretKeyRef: Readonly<Record<string, string>> };
            }[];
            readonly datasource: Readonly<Record<string, unknown>> & {
                readonly secureJsonData: unknown;
                readonly jsonData: Readonly<Record<string, unknown>>;
            };
        };
        const reader = "elasticsearch-user-grafana-reader";
        assert.deepEqual(
            valuesFrom.map(({ targetPath, valueFrom }) => [targetPath, valueFrom.secretKeyRef]),
            [
                ["basicAuthUser", { name: reader, key: "username" }],
                ["secureJsonData.basicAuthPassword", { name: reader, key: "password" }],
                ["secureJsonData.tlsCACert", { name: `${reader}-authority`, key: "ca.crt" }],
            ],
        );
        assert.equal(datasource.basicAuthUser, "${username}");
        assert.deepEqual(datasource.secureJsonData, {
            basicAuthPassword: "${password}",
            tlsCACert: "${ca.crt}",
        });
        assert.equal(datasource.jsonData.tlsAuthWithCACert, true);
        // Both Secrets lie beside it, and Elasticsearch knows the user.
        const whole = await stack("prod");
        assert.ok(whole.object(`Secret/grafana/${reader}`));
        assert.ok(whole.object(`Certificate/grafana/${reader}-authority`));
        assert.match(
            JSON.stringify(whole.object("Elasticsearch/elastic/elasticsearch").spec),
            new RegExp(`"secretName":"${reader}"`),
        );
        const pattern = new RegExp(`^${String(datasource.jsonData.index).replace("*", ".+")}$`);
        for (const [kind] of evidenceKinds) {
            assert.match(dataStream(kind), pattern);
        }
    });

    it("opens a way to each source that it asks, from its servers alone", () => {
        const out = flowTexts(declaredFlows(prod)).filter((text) => text.includes("grafana-to-"));
        for (const source of ["elasticsearch", "jaeger", "loki", "tempo"]) {
            assert.ok(out.includes(`grafana grafana-to-${source} out`), source);
        }
    });

    it("asks nothing that is not on, and signs on to nothing then", () => {
        const sources = JSON.stringify(dev.ofKind("GrafanaDatasource"));
        assert.doesNotMatch(sources, /jaeger|elasticsearch|valuesFrom|basicAuth/);
        assert.doesNotMatch(JSON.stringify(dev.ofKind("Secret")), /grafana-reader/);
    });

    it("opens for people by its name, behind the second factor", () => {
        assert.equal(prod.ofKind("HTTPRoute").length, 1);
        assert.equal(prod.ofKind("SecurityPolicy").length, 1);
    });

    it("has a page for nobody where nobody signs people on", async () => {
        const recorded = (await alone(grafanaOperator)).component("grafana-operator");
        assert.deepEqual(recorded.ofKind("HTTPRoute"), []);
        assert.equal("auth.generic_oauth" in specOf(recorded.object(SERVERS)).config, false);
    });

    it("costs the state little: its dashboards are packed", () => {
        const dashboards = prod.ofKind("GrafanaDashboard");
        assert.ok(dashboards.length >= 20, `${dashboards.length} dashboards`);
        const bytes = dashboards.map((dashboard) => JSON.stringify(dashboard).length);
        assert.ok(Math.max(...bytes) < 4000, `${Math.max(...bytes)} bytes`);
    });

    it("gives its operator rights in its own namespace alone, each kind by its name", function () {
        needsCharts(this, prod);
        assert.deepEqual(prod.ofKind("ClusterRole"), []);
        const rules = JSON.stringify(prod.ofKind("Role").map((role) => role.rules));
        assert.doesNotMatch(rules, /"\*/);
        assert.match(rules, /"grafanadashboards\/status"/);
    });
});
