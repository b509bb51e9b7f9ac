/**
 * What Envoy Gateway's own translator makes of our objects: the configuration that proxies would
 * get. Needs `egctl` of the pinned release on the PATH
 * (`go install github.com/envoyproxy/gateway/cmd/egctl@v1.9.0`).
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as yaml from "js-yaml";
import { isRecord, type Manifest } from "../../../components/base/object";
import { gateway } from "../../../components/gateway/gateway-manifests";
import { clusterHost, publicGateway } from "../../../components/gateway/public-names";
import { tlsRoute } from "../../../components/gateway/route-manifests";
import { type RecordedStack, stack } from "../../fixtures/stack";

const GROUPS = /^gateway\.(networking\.k8s\.io|envoyproxy\.io)\//;
const { namespace } = publicGateway;

/** The translator drops the labels of namespaces, so their selector would let nobody in. */
function withoutSelector(manifest: Manifest): Manifest {
    return manifest.kind === "Gateway"
        ? (JSON.parse(
              JSON.stringify(manifest).replace(
                  /"namespaces":\{"from":"Selector".*?\}\}\}/g,
                  '"namespaces":{"from":"All"}',
              ),
          ) as Manifest)
        : manifest;
}

/** Where routes lead, which charts bring. */
function backend(name: string, home: string, port: number): object[] {
    const metadata = { name, namespace: home };
    const label = { "kubernetes.io/service-name": name };
    return [
        {
            apiVersion: "v1",
            kind: "Service",
            metadata,
            spec: { clusterIP: "10.96.1.1", ports: [{ name: "http", port }] },
        },
        {
            apiVersion: "discovery.k8s.io/v1",
            kind: "EndpointSlice",
            metadata: { ...metadata, labels: label },
            addressType: "IPv4",
            ports: [{ name: "http", port, protocol: "TCP" }],
            endpoints: [{ addresses: ["10.244.1.5"], conditions: { ready: true } }],
        },
    ];
}

interface RouteSpec {
    readonly hostnames?: readonly string[];
    readonly rules: readonly {
        readonly backendRefs?: readonly { readonly name: string; readonly port: number }[];
    }[];
}

/** What a route leads to, once for each of its Services. */
function backendsOf({ metadata, spec }: Manifest): object[] {
    return (spec as RouteSpec).rules.flatMap(({ backendRefs = [] }) =>
        backendRefs.flatMap(({ name, port }) => backend(name, metadata.namespace ?? "", port)),
    );
}

interface BackendTlsSpec {
    readonly validation: { readonly caCertificateRefs: readonly { readonly name: string }[] };
}

/** The authorities by which the proxies know services, which operators write when they run. */
function authoritiesOf({ metadata, spec }: Manifest, certificate: string): object[] {
    return (spec as BackendTlsSpec).validation.caCertificateRefs.map(({ name }) => ({
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name, namespace: metadata.namespace },
        data: { "ca.crt": certificate },
    }));
}

/** A route that hands TLS through to what ends it itself. */
const throughPlace = {
    ...{ name: "cluster-blue", namespace: "tenant-blue", service: "blue", port: 443 },
    host: clusterHost("home.example.org", "blue"),
};

/** A route that somebody attached by hand and forgot to guard. */
const forgotten = {
    apiVersion: "gateway.networking.k8s.io/v1",
    kind: "HTTPRoute",
    metadata: { name: "forgotten", namespace: "n8n" },
    spec: {
        parentRefs: [{ name: publicGateway.name, namespace, sectionName: "https" }],
        hostnames: ["forgotten.home.example.org"],
        rules: [{ backendRefs: [{ name: "n8n-webhook", port: 5678 }] }],
    },
};

function certificate(folder: string) {
    const [key, crt] = ["tls.key", "tls.crt"].map((file) => path.join(folder, file));
    execFileSync(
        "openssl",
        [
            ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
            ...[
                "-nodes",
                "-days",
                "1",
                "-subj",
                "/CN=test",
                "-keyout",
                key ?? "",
                "-out",
                crt ?? "",
            ],
        ],
        { stdio: "ignore" },
    );
    const read = (file = "") => fs.readFileSync(file).toString("base64");
    return {
        apiVersion: "v1",
        kind: "Secret",
        type: "kubernetes.io/tls",
        metadata: { name: "public-tls", namespace },
        data: { "tls.key": read(key), "tls.crt": read(crt) },
    };
}

/** What the proxies get for a host. */
function virtualHost(xds: string, host: string): string {
    const start = xds.indexOf(`"domains":["${host}"]`);
    assert.ok(start >= 0, host);
    const end = xds.indexOf('"domains":', start + 1);
    return xds.slice(start, end < 0 ? undefined : end);
}

interface FilterChain {
    readonly filterChainMatch: { readonly serverNames?: readonly string[] };
    readonly filters: readonly { readonly name: string }[];
    readonly transportSocket?: object;
}

/** What a proxy does with connections, by the names that they ask for. */
function chainsOf(tree: unknown): FilterChain[] {
    if (Array.isArray(tree)) {
        return tree.flatMap(chainsOf);
    }
    if (!isRecord(tree)) {
        return [];
    }
    return "filterChainMatch" in tree && "filters" in tree
        ? [tree as unknown as FilterChain]
        : Object.values(tree).flatMap(chainsOf);
}

describe("the translator of Envoy Gateway", () => {
    let recorded: RecordedStack;
    let folder: string | undefined;
    let file: string;
    const translate = (to: string) =>
        execFileSync(
            "egctl",
            ["x", "translate", "--from", "gateway-api", "--to", to, "-o", "json", "-f", file],
            { encoding: "utf8", maxBuffer: 64 * 1024 * 1024, stdio: ["ignore", "pipe", "ignore"] },
        );

    before(async function () {
        const version = spawnSync("egctl", ["version", "--remote=false"], { stdio: "ignore" });
        if (version.error !== undefined) {
            console.log("    (egctl is not on the PATH: 5 checks of the translation skipped)");
            this.skip();
        }
        recorded = await stack("prod");
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "gateway-"));
        file = path.join(folder, "objects.yaml");
        const own = certificate(folder);
        const objects = [
            ...recorded.objects
                .filter(({ apiVersion, kind }) => GROUPS.test(apiVersion) && kind !== "Gateway")
                .map(withoutSelector),
            // As on a stack with virtual clusters.
            withoutSelector(gateway("home.example.org", true)),
            ...recorded.ofKind("HTTPRoute").flatMap(backendsOf),
            own,
            ...recorded
                .ofKind("BackendTLSPolicy")
                .flatMap((policy) => authoritiesOf(policy, own.data["tls.crt"])),
            forgotten,
            tlsRoute(throughPlace),
            ...backend(throughPlace.service, throughPlace.namespace, throughPlace.port),
        ];
        fs.writeFileSync(file, objects.map((object) => yaml.dump(object)).join("---\n"));
    });

    after(() => {
        if (folder !== undefined) {
            fs.rmSync(folder, { recursive: true, force: true });
        }
    });

    it("accepts every object", () => {
        const conditions = [...translate("gateway-api").matchAll(/"reason":\s*"(\w+)"/g)].map(
            ([, reason]) => reason,
        );
        const fine = ["Accepted", "Overridden", "Programmed", "ResolvedRefs"];
        assert.ok(conditions.length > 15);
        assert.deepEqual(
            conditions.filter((reason = "") => !fine.includes(reason)),
            [],
        );
    });

    it("ends TLS from 1.2 on, and sends plain requests there", () => {
        const xds = translate("xds");
        assert.match(xds, /"tlsMinimumProtocolVersion":\s*"TLSv1_2"/);
        assert.match(xds, /"schemeRedirect":\s*"https"|"httpsRedirect":\s*true/);
    });

    it("hands connections for a virtual cluster through by their name, without ending TLS", () => {
        const chains = chainsOf(JSON.parse(translate("xds")));
        const nameOf = ({ filterChainMatch }: FilterChain) => filterChainMatch.serverNames?.join();
        const own = chains.find((chain) => nameOf(chain) === throughPlace.host);
        assert.ok(own);
        assert.equal(own.transportSocket, undefined);
        assert.deepEqual(
            own.filters.map(({ name }) => name),
            ["envoy.filters.network.tcp_proxy"],
        );
        // The others are told from it by their name, and end TLS.
        const pages = chains.find((chain) => nameOf(chain) === "*.home.example.org");
        assert.ok(pages?.transportSocket !== undefined);
    });

    it("limits the route in rate, size and time", () => {
        const xds = translate("xds");
        assert.match(xds, /"maxTokens":\s*50/);
        assert.match(xds, /"maxRequestBytes":\s*16777216/);
        assert.match(xds, /"timeout":\s*"300s"/);
        assert.match(xds, /Strict-Transport-Security/);
    });

    it("opens the public route and refuses the one without a guard", () => {
        const xds = translate("xds");
        /** What becomes of requests to a host, by the rules of its routes. */
        const actions = (host: string) => {
            return new Set(
                [
                    ...virtualHost(xds, host).matchAll(
                        /config\.rbac\.v3\.Action"(?:,"action":"(\w+)")?/g,
                    ),
                ].map(([, action = "ALLOW"]) => action),
            );
        };
        assert.deepEqual([...actions("auth.home.example.org")], ["ALLOW"]);
        assert.deepEqual([...actions("forgotten.home.example.org")], ["DENY"]);
    });

    it("asks the login before a guarded route, and lets nobody in without an answer", () => {
        const xds = translate("xds");
        const filters = [...xds.matchAll(/"name":"envoy.filters.http.ext_authz\/[^"]+"/g)];
        const { pages } = recorded.settings.signOn;
        assert.ok(pages.some(({ host }) => host === "ceph"));
        // A host may have several routes, each with a filter of its own.
        const routes = recorded
            .ofKind("SecurityPolicy")
            .filter(({ spec }) => "extAuth" in (spec as object));
        assert.ok(routes.length >= pages.length);
        assert.equal(new Set(filters.map(([filter]) => filter)).size, routes.length);
        for (const { host } of pages) {
            assert.match(
                virtualHost(xds, `${host}.home.example.org`),
                /"envoy\.filters\.http\.ext_authz\/[^"]+":/,
                host,
            );
        }
        assert.match(xds, /"pathPrefix":\s*"\/api\/authz\/ext-authz\/"/);
        assert.doesNotMatch(xds, /"failureModeAllow":\s*true/);
        for (const header of ["cookie", "x-forwarded-proto"]) {
            assert.match(xds, new RegExp(`"exact":\\s*"${header}"`));
        }
    });
});
