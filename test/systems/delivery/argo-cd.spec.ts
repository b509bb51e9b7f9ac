import assert from "node:assert/strict";
import { isRecord } from "../../../components/base/object";
import { argoCd as definition } from "../../../components/delivery/argo-cd";
import { argoCdValues } from "../../../components/delivery/argo-cd-values";
import { needsCharts, type RecordedStack } from "../../fixtures/stack";
import { declaredFlows } from "../flows";
import { alone, existing, everything } from "../variants";
import { workloads } from "../workloads";

interface Role {
    readonly rules: readonly {
        readonly apiGroups: readonly string[];
        readonly resources: readonly string[];
        readonly verbs: readonly string[];
    }[];
}

interface Project {
    readonly sourceRepos: readonly string[];
    readonly destinations: readonly { readonly namespace: string }[];
    readonly clusterResourceWhitelist: readonly object[];
    readonly namespaceResourceWhitelist: readonly {
        readonly group: string;
        readonly kind: string;
    }[];
}

interface Set {
    readonly template: {
        readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
        readonly spec: { readonly syncPolicy: { readonly automated?: object } };
    };
}

const REPOSITORY = "ssh://git@git.example.org:2222/team/applications.git";

describe("Argo CD", () => {
    let all: RecordedStack;
    before(async () => {
        all = await everything();
    });

    it("rules over its own namespace and those of applications, and nothing of the cluster", async () => {
        const own = await alone(definition);
        const { stringData } = own.resource("Secret/argocd/argocd-cluster").inputs;
        assert.ok(isRecord(stringData));
        assert.equal(stringData.namespaces, "argocd,apps-shop,apps-base,apps-routes");
        assert.equal(stringData.clusterResources, "false");
    });

    it("looks at every namespace where people order, because the names of theirs are not known", () => {
        const { stringData } = all.resource("Secret/argocd/argocd-cluster").inputs;
        assert.ok(isRecord(stringData) && !("namespaces" in stringData));
    });

    it("has no role outside of them", function () {
        needsCharts(this, all);
        const inArgoCd = all.component("argo-cd");
        assert.deepEqual(inArgoCd.ofKind("ClusterRole"), []);
        assert.deepEqual(inArgoCd.ofKind("ClusterRoleBinding"), []);
        const namespaces = new Set(
            inArgoCd.ofKind("Role").map(({ metadata }) => metadata.namespace),
        );
        assert.deepEqual(
            [...namespaces].sort(),
            ["apps-base", "apps-routes", "apps-shop", "argocd"].sort(),
        );
    });

    it("may own in them only kinds that the project allows too, never fences and never Secrets", () => {
        for (const name of ["shop", "base", "routes"]) {
            const { rules } = all.object(
                `Role/apps-${name}/argocd-application-controller`,
            ) as unknown as Role;
            const owned = rules
                .filter(({ verbs }) => verbs.includes("create"))
                .flatMap(({ apiGroups, resources }) =>
                    resources.map((one) => `${apiGroups[0] ?? ""}/${one}`),
                );
            const spec = all.object(`AppProject/argocd/${name}`).spec as Project;
            assert.equal(owned.length, spec.namespaceResourceWhitelist.length);
            for (const fence of ["/secrets", "/resourcequotas", "/limitranges"]) {
                assert.ok(!owned.includes(fence), fence);
            }
            assert.ok(
                !owned.some(
                    (one) =>
                        /networkpolicies$|roles|bindings/.test(one) && !one.startsWith("cilium.io"),
                ),
            );
            assert.ok(
                rules.every(({ verbs, resources }) => ![...verbs, ...resources].includes("*")),
            );
        }
    });

    it("gives each application a project with its one namespace and the one repository", () => {
        const { sourceRepos, destinations, clusterResourceWhitelist } = all.object(
            "AppProject/argocd/shop",
        ).spec as Project;
        assert.deepEqual(sourceRepos, [REPOSITORY]);
        assert.deepEqual(
            destinations.map(({ namespace }) => namespace),
            ["apps-shop"],
        );
        assert.deepEqual(clusterResourceWhitelist, []);
        const closed = all.object("AppProject/argocd/default");
        assert.deepEqual((closed.spec as Project).destinations, []);
        // Argo CD makes an open one when it starts, which this one must replace.
        assert.equal(closed.metadata.annotations?.["pulumi.com/patchForce"], "true");
    });

    it("lets what has a gate wait, with its kinds and room for them, and heals the rest", () => {
        const kinds = (name: string) =>
            (
                all.object(`AppProject/argocd/${name}`).spec as Project
            ).namespaceResourceWhitelist.map(({ kind }) => kind);
        assert.ok(kinds("routes").includes("HTTPRoute") && !kinds("shop").includes("HTTPRoute"));
        const gated = all.object("ApplicationSet/argocd/wave-1-by-hand").spec as Set;
        assert.equal(gated.template.spec.syncPolicy.automated, undefined);
        assert.deepEqual(gated.template.metadata.labels, { "platform/sync-gate": "{{ .gate }}" });
        const free = all.object("ApplicationSet/argocd/wave-1").spec as Set;
        assert.deepEqual(free.template.spec.syncPolicy.automated, { prune: true, selfHeal: true });
        const quota = (name: string) =>
            (all.object(`ResourceQuota/apps-${name}/tier`).spec as { hard: Record<string, string> })
                .hard;
        assert.equal(quota("shop")["services.loadbalancers"], "0");
        assert.equal(quota("routes")["services.loadbalancers"], undefined);
        assert.equal(quota("shop").persistentvolumeclaims, "0");
    });

    it("makes the sets of a wave after those of the wave before", () => {
        const depends = (name: string) =>
            all.resource(`ApplicationSet/argocd/${name}`).dependencies.join();
        assert.match(depends("wave-1"), /ApplicationSet\/argocd\/wave-0/);
        assert.match(depends("wave-1-by-hand"), /ApplicationSet\/argocd\/wave-1/);
        assert.doesNotMatch(depends("wave-0"), /ApplicationSet\//);
    });

    it("reads the repository with the key of the configuration, at the port of its address", () => {
        const { stringData } = all.resource("Secret/argocd/argocd-repository").inputs;
        assert.ok(isRecord(stringData));
        assert.equal(stringData.url, REPOSITORY);
        assert.match(JSON.stringify(stringData.sshPrivateKey), /secret-deliveryKey/);
        const [flow] = declaredFlows(all).filter(({ name }) => name === "repository");
        assert.match(JSON.stringify(flow), /2222/);
    });

    it("takes a token over https, and no credential at all for what anybody may read", async () => {
        const https = { repository: "https://git.example.org/team/apps.git" };
        const withToken = await alone(definition, {}, { ...existing, delivery: https });
        const { stringData } = withToken.resource("Secret/argocd/argocd-repository").inputs;
        assert.match(JSON.stringify(stringData), /secret-deliveryToken/);
        const open = await alone(
            definition,
            {},
            { ...existing, delivery: { ...https, isPublic: true } },
        );
        assert.throws(() => open.resource("Secret/argocd/argocd-repository"));
    });

    it("has no administrator, asks the login, and writes no secret of it", function () {
        needsCharts(this, all);
        const { data } = all.object("ConfigMap/argocd/argocd-cm") as unknown as {
            data: Record<string, string>;
        };
        assert.equal(data["admin.enabled"], "false");
        const oidc = JSON.parse(data["oidc.config"] ?? "") as Record<string, string>;
        assert.equal(oidc.clientSecret, "$argocd-client:client-secret");
        assert.match(`${oidc.issuer ?? ""}${oidc.userInfoPath ?? ""}`, /^https:\/\/.*userinfo$/);
        for (const name of [
            "argocd-client",
            "argocd-secret",
            "argocd-repository",
            "argocd-cluster",
        ]) {
            const { metadata } = all.object(`Secret/argocd/${name}`);
            // It looks at nothing else.
            assert.equal(metadata.labels?.["app.kubernetes.io/part-of"], "argocd");
        }
    });

    it("runs the controller as a Deployment, which leaves a dead node", function () {
        needsCharts(this, all);
        const [controller] = workloads(all.component("argo-cd")).filter(({ key }) =>
            key.endsWith("/argocd-application-controller"),
        );
        assert.equal(controller?.manifest.kind, "Deployment");
        assert.equal(controller.replicas, 1);
    });

    it("takes the password of its Redis from the Secret of that", function () {
        needsCharts(this, all);
        const asked = workloads(all.component("argo-cd")).filter(({ manifest }) =>
            JSON.stringify(manifest).includes('"REDIS_PASSWORD"'),
        );
        assert.equal(asked.length, 3);
        for (const { manifest } of asked) {
            assert.match(
                JSON.stringify(manifest),
                /"REDIS_PASSWORD","valueFrom":\{"secretKeyRef":\{[^}]*"key":"password"/,
            );
        }
    });

    it("trusts the authority of the platform where that signs the login's certificate", () => {
        const values = (hasAuthority: boolean) =>
            JSON.stringify(
                argoCdValues({
                    host: "argocd.example.org",
                    replicas: 2,
                    provider: {
                        issuer: "https://auth.example.org",
                        userInfo: "https://auth.example.org/userinfo",
                        groupsClaim: "groups",
                        hasAuthority,
                    },
                    redis: { host: "redis", port: 6379, credentials: "redis" },
                    clientSecret: "client",
                    knownHosts: "",
                }),
            );
        assert.match(values(true), /SSL_CERT_DIR/);
        assert.doesNotMatch(values(false), /SSL_CERT_DIR/);
    });
});
