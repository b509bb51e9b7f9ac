import assert from "node:assert/strict";
import { externalDns as definition } from "../../../components/network/external-dns";
import { allSecrets, changed, faultsOf } from "../../settings/fixture";
import { needsCharts, type RecordedStack } from "../../fixtures/stack";
import { declaredFlows } from "../flows";
import { alone } from "../variants";
import { workloads } from "../workloads";

/** Arguments and variables of its container. */
function containerOf(recorded: RecordedStack): string {
    const [workload] = workloads(recorded.component("external-dns"));
    return JSON.stringify(workload?.template.spec.containers[0]);
}

describe("ExternalDns", () => {
    let recorded: RecordedStack;
    before(async () => {
        recorded = await alone(definition);
    });

    it("looks at routes and Services of the site's domain alone, and owns what it makes", function () {
        needsCharts(this, recorded);
        const container = containerOf(recorded);
        for (const argument of [
            "--provider=cloudflare",
            "--source=gateway-httproute",
            "--source=service",
            "--domain-filter=home.example.org",
            "--policy=sync",
            "--registry=txt",
            "--txt-owner-id=home",
        ]) {
            assert.ok(container.includes(`"${argument}"`), argument);
        }
        assert.equal(container.match(/--domain-filter/g)?.length, 1);
        assert.doesNotMatch(container, /zone-id-filter/);
    });

    it("names the zone of a domain that is a part of it", async function () {
        const zoneId = "0123456789abcdef0123456789abcdef";
        const part = await alone(definition, { zoneId });
        needsCharts(this, part);
        assert.match(containerOf(part), new RegExp(`--zone-id-filter=${zoneId}`));
    });

    it("has its token from the settings, by name, and never in its arguments", function () {
        needsCharts(this, recorded);
        assert.match(
            containerOf(recorded),
            /"CF_API_TOKEN","valueFrom":\{"secretKeyRef":\{"key":"api-token","name":"cloudflare-api-token"/,
        );
        const secret = recorded.resource("Secret/external-dns/cloudflare-api-token");
        assert.match(secret.parent, /platform:base:ConfiguredSecret::external-dns-token$/);
    });

    it("reaches the API servers and the internet over TLS, and nothing else but DNS", () => {
        const flows = declaredFlows(recorded)
            .filter(
                ({ namespace, direction }) => namespace === "external-dns" && direction === "out",
            )
            .map(({ name, ports }) => [name, JSON.stringify(ports)]);
        assert.deepEqual(flows.sort(), [
            ["cloudflare", '[{"port":443,"protocol":"TCP"}]'],
            ["dns", '[{"port":53,"protocol":"UDP"},{"port":53,"protocol":"TCP"}]'],
            ["to-api-server", '[{"port":6443,"protocol":"TCP"}]'],
        ]);
    });

    it("shares the token with cert-manager: one sentence says who needs it and how to make it", () => {
        const without = new Set([...allSecrets].filter((key) => key !== "cloudflareApiToken"));
        const both = changed({ "systems.externalDns": { enabled: true } });
        const [fault, ...others] = faultsOf(both, without);
        assert.deepEqual(others, []);
        assert.equal(fault?.key, "cloudflareApiToken");
        assert.match(
            fault.allowed,
            /because systems\.externalDns is on and systems\.certManager\.acme is set.*api-tokens/,
        );
        assert.deepEqual(faultsOf(changed({ "systems.certManager": {} }), without), []);
    });
});
