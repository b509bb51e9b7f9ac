import assert from "node:assert/strict";
import * as yaml from "js-yaml";
import {
    authenticationConfiguration,
    peopleDocuments,
} from "../../components/cluster/authentication";
import { machineDocuments } from "../../components/cluster/machine-configuration";
import type { MainDocument } from "../../components/cluster/machine-document";
import { parseConfiguration, toSettings } from "../../components/settings";
import { peopleKubeconfig } from "../../components/base/people-kubeconfig";
import { siteSecrets } from "../../components/site-schema";
import { sampleConfiguration, sampleSite } from "../fixtures/settings";

const issuers = [{ url: "https://auth.example.org" }];
const withIssuers = (value: unknown) =>
    sampleSite({ cluster: { ...sampleConfiguration.cluster, issuers: value } });

function files(site: ReturnType<typeof sampleSite>, role: "controlPlanes" | "workers") {
    return site[role].flatMap((node) =>
        machineDocuments(site, node)
            .filter((document): document is MainDocument => !("kind" in document))
            .flatMap(({ machine, cluster }) => [
                ...(machine?.files ?? []),
                ...(cluster?.apiServer?.extraVolumes ?? []),
                ...(cluster?.apiServer?.extraArgs === undefined ? [] : ["flags"]),
            ]),
    );
}

describe("the sign-on of people at the Kubernetes API", () => {
    it("is not configured without an issuer, and never on a worker", () => {
        assert.deepEqual(files(sampleSite(), "controlPlanes"), []);
        assert.deepEqual(files(withIssuers([]), "controlPlanes"), []);
        assert.deepEqual(files(withIssuers(issuers), "workers"), []);
        assert.equal(files(withIssuers(issuers), "controlPlanes").length, 9);
    });

    it("mounts the very file that Talos writes, below /var, for everybody to read", () => {
        const [document] = peopleDocuments(issuers);
        const [file] = document?.machine?.files ?? [];
        const { extraArgs, extraVolumes: [volume] = [] } = document?.cluster?.apiServer ?? {};
        assert.equal(
            file?.path.replace(String(volume?.hostPath), String(volume?.mountPath)),
            extraArgs?.["authentication-config"],
        );
        assert.match(file?.path ?? "", /^\/var\//);
        assert.equal(file?.permissions.toString(8), "444");
        assert.equal(volume?.readonly, true);
        assert.deepEqual(yaml.load(file.content), authenticationConfiguration(issuers));
    });

    it("says nothing of anonymous requests, and puts a prefix before every name", () => {
        const configuration = authenticationConfiguration([
            ...issuers,
            { url: "https://iam.example.org/realms/home", certificateAuthority: "PEM" },
        ]);
        assert.ok(!("anonymous" in configuration));
        assert.equal(configuration.jwt.length, 2);
        for (const { issuer, claimMappings } of configuration.jwt) {
            assert.deepEqual(issuer.audiences, ["kubernetes"]);
            assert.equal(claimMappings.username.prefix, "oidc:");
            assert.equal(claimMappings.groups.prefix, "oidc:");
        }
        assert.equal(configuration.jwt[1]?.issuer.certificateAuthority, "PEM");
    });

    it("leaves the issuer to the settings in patches of a node", () => {
        const [first, ...others] = sampleConfiguration.nodes;
        const faultsOf = (apiServer: object, more: object = {}) => {
            const talosPatches = [{ cluster: { apiServer } }];
            const result = parseConfiguration(
                { ...sampleConfiguration, ...more, nodes: [{ ...first, talosPatches }, ...others] },
                new Set(Object.keys(siteSecrets)),
            );
            return "faults" in result ? result.faults.map(({ allowed }) => allowed) : [];
        };
        const own = { extraArgs: { "authentication-config": "/var/own.yaml" } };
        assert.match(faultsOf(own).join(), /cluster\.issuers decides/);
        const older = { extraArgs: { "oidc-issuer-url": "https://auth.example.org" } };
        assert.match(faultsOf(older).join(), /the issuer in cluster\.issuers, or \[\] there/);
        const none = { cluster: { ...sampleConfiguration.cluster, issuers: [] } };
        assert.deepEqual(faultsOf(older, none), []);
        // A volume of one's own is nobody else's affair.
        assert.deepEqual(
            faultsOf({ extraVolumes: [{ hostPath: "/var/a", mountPath: "/etc/a" }] }),
            [],
        );
    });
});

describe("the kubeconfig of people", () => {
    const text = peopleKubeconfig({
        name: "home",
        server: "https://192.168.68.100:6443",
        authority: "QUJD",
        issuer: { url: "https://auth.example.org", certificateAuthority: "PEM" },
    });

    it("names the cluster, and signs on with PKCE and without a secret", () => {
        const config = yaml.load(text) as {
            clusters: [{ cluster: object }];
            users: [{ user: { exec: { args: string[]; interactiveMode: string } } }];
        };
        assert.deepEqual(config.clusters[0].cluster, {
            server: "https://192.168.68.100:6443",
            "certificate-authority-data": "QUJD",
        });
        const { args } = config.users[0].user.exec;
        assert.ok(args.includes("--oidc-issuer-url=https://auth.example.org"));
        assert.ok(args.includes("--oidc-client-id=kubernetes"));
        assert.ok(args.includes("--oidc-pkce-method=S256"));
        assert.ok(args.includes("--oidc-extra-scope=groups"));
        assert.ok(args.includes("--certificate-authority-data=UEVN"));
        assert.doesNotMatch(text, /secret|token:|client-key|password/i);
    });
});

describe("the issuer of a stack", () => {
    it("is that of the settings, before that of its systems", () => {
        const result = parseConfiguration(
            {
                ...sampleConfiguration,
                cluster: { ...sampleConfiguration.cluster, issuers },
            },
            new Set(Object.keys(siteSecrets)),
        );
        assert.ok("configuration" in result);
        const settings = toSettings(result.configuration, "prod", () => {
            throw new Error("no secret is asked for");
        });
        assert.deepEqual(settings.site.issuers, issuers);
    });
});
