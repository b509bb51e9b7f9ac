import assert from "node:assert/strict";
import { routingConfiguration } from "../../../components/observability/alert-routing-configuration";
import { keep } from "../../../components/observability/keep";
import { keepIntake } from "../../../components/observability/keep-manifests";
import type { RecordedStack } from "../../fixtures/stack";
import { alone } from "../variants";

interface Container {
    readonly env: readonly { readonly name: string; readonly value?: string }[];
    readonly securityContext: { readonly readOnlyRootFilesystem: boolean };
}

describe("Keep", () => {
    let stack: RecordedStack;
    before(async () => {
        stack = await alone(keep);
    });

    function container(part: string): Container {
        const { spec } = stack.object(`Deployment/keep/keep-${part}`) as unknown as {
            spec: { template: { spec: { containers: Container[] } } };
        };
        const [one] = spec.template.spec.containers;
        assert.ok(one);
        return one;
    }

    const valueOf = (part: string, name: string) =>
        container(part).env.find((variable) => variable.name === name)?.value;

    it("keeps everything in a database of the shared cluster, over TLS with a name that is checked", () => {
        const url = valueOf("backend", "DATABASE_CONNECTION_STRING") ?? "";
        assert.match(
            url,
            /^postgresql\+psycopg2:\/\/\$\(DATABASE_USERNAME\):\$\(DATABASE_PASSWORD\)@/,
        );
        assert.match(url, /sslmode=verify-full&sslrootcert=/);
    });

    it("sends nothing of the platform elsewhere, and has none of the known keys", () => {
        for (const part of ["backend", "frontend"]) {
            assert.equal(valueOf(part, "POSTHOG_DISABLED"), "true");
            assert.equal(valueOf(part, "SENTRY_DISABLED"), "true");
            assert.doesNotMatch(JSON.stringify(container(part)), /keepapp|"secret"/);
            assert.equal(container(part).securityContext.readOnlyRootFilesystem, true);
        }
    });

    it("only reads: it runs no workflow and fetches nothing", () => {
        assert.equal(valueOf("backend", "SCHEDULER"), "false");
        assert.equal(valueOf("backend", "CONSUMER"), "false");
    });

    it("is opened by administrators with a second factor, and its backend by nobody", () => {
        const routes = JSON.stringify(stack.object("HTTPRoute/keep/keep-page").spec);
        assert.match(routes, /keep-frontend/);
        assert.doesNotMatch(routes, /keep-backend/);
    });
});

describe("programs that are told of alerts", () => {
    const programs = [{ name: "keep", url: keepIntake }];
    const own = { silences: [], ntfy: { server: "ntfy.sh", authenticated: false } };
    const of = (some: typeof programs) =>
        JSON.parse(
            JSON.stringify(
                routingConfiguration({ own, mail: undefined, alerts: [], programs: some }),
            ),
        ) as {
            route: { routes: { receiver: string; continue?: boolean }[] };
            receivers: { name: string; webhook_configs?: { url?: string }[] }[];
        };

    it("stand beside people, who are told all the same", () => {
        const { route, receivers } = of(programs);
        const [first, ...others] = route.routes;
        assert.equal(first?.receiver, "keep");
        assert.equal(first.continue, true);
        assert.deepEqual(
            others.map(({ receiver }) => receiver),
            of([]).route.routes.map(({ receiver }) => receiver),
        );
        const found = receivers.find(({ name }) => name === "keep");
        assert.equal(found?.webhook_configs?.[0]?.url, keepIntake);
    });

    it("are none where none is on", () => {
        assert.doesNotMatch(JSON.stringify(of([])), /keep/);
    });
});
