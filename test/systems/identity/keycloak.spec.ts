/** Who answers the clients of OpenID Connect, as a setting. */
import assert from "node:assert/strict";
import { type RecordedStack, stackWith } from "../../fixtures/stack";
import { acme } from "../variants";

const login = "https://auth.home.example.org";
const realm = "https://iam.home.example.org/realms/platform";

/** Prod with a certificate that the API server trusts by itself. */
function answeredBy(answersClients: boolean): Promise<RecordedStack> {
    return stackWith({
        profile: "prod",
        systems: { certManager: acme, keycloak: { answersClients } },
    });
}

/** What a stack writes for the login, and for whoever applies the realm. */
function clientsOf(recorded: RecordedStack) {
    const data = recorded.object("ConfigMap/authelia/authelia").data as Record<string, string>;
    const configured = [...(data["configuration.yml"] ?? "").matchAll(/client_id: (\S+)/g)];
    const documents = recorded
        .ofKind("ConfigMap")
        .filter(({ metadata }) => metadata.namespace === "keycloak")
        .map(({ data: files }) => JSON.stringify(files));
    const inRealm = [...documents.join("").matchAll(/\\"clientId\\":\s*\\"([a-z0-9-]+)\\"/g)];
    return {
        login: configured.map(([, id]) => id).sort(),
        realm: [...new Set(inRealm.map(([, id = ""]) => id))],
    };
}

describe("who answers clients", () => {
    let inLogin: RecordedStack;
    let inRealm: RecordedStack;
    before(async () => {
        inLogin = await answeredBy(false);
        inRealm = await answeredBy(true);
    });

    it("is the login by default, for all of them", () => {
        const { login: known, realm: others } = clientsOf(inLogin);
        assert.deepEqual(known, [
            ...["airflow", "audiobookshelf", "backstage", "grafana", "jupyterhub"],
            ...["keycloak", "kubernetes", "matrix", "openbao"],
        ]);
        assert.ok(!others.includes("grafana"));
    });

    it("is Keycloak where the settings say so; the login then knows Keycloak alone", () => {
        const { login: known, realm: others } = clientsOf(inRealm);
        assert.deepEqual(known, ["keycloak"]);
        for (const id of ["grafana", "kubernetes"]) {
            assert.ok(others.includes(id), id);
        }
    });

    it("is whom the API server believes, which has its client", () => {
        assert.deepEqual(
            [inLogin, inRealm].map(({ settings }) => settings.site.issuers.map(({ url }) => url)),
            [[login], [realm]],
        );
    });

    it("is whom Grafana asks", () => {
        const grafana = (recorded: RecordedStack) =>
            JSON.stringify(recorded.ofKind("Grafana").map(({ spec }) => spec));
        assert.ok(grafana(inLogin).includes(`${login}/api/oidc/token`));
        assert.ok(grafana(inRealm).includes(`${realm}/protocol/openid-connect/token`));
        assert.ok(!grafana(inRealm).includes(`${login}/api/oidc`));
    });

    it("changes nothing about who opens a page", () => {
        const guards = (recorded: RecordedStack) =>
            recorded.ofKind("SecurityPolicy").map(({ metadata, spec }) => ({ metadata, spec }));
        assert.deepEqual(guards(inRealm), guards(inLogin));
    });
});
