import * as assert from "node:assert/strict";
import { machineDocuments } from "../../../components/cluster/machine-configuration";
import {
    admissionConfiguration,
    apiServerFlags,
    controllerManagerFlags,
    etcdFlags,
    kwokFlags,
    type ControlPlaneLayout,
    schedulerConfiguration,
    schedulerFlags,
    toArguments,
} from "../../../rehearsal/control-plane/flags";
import { controlPlaneConfiguration } from "../../../rehearsal/control-plane/configuration";
import { UsageError } from "../../../preview/stack-file";
import { sampleSite } from "../../fixtures/settings";

const layout: ControlPlaneLayout = {
    folder: "/private",
    etcdSocket: "/private/etcd.sock",
    port: 4711,
    certificateFolder: "/private/tls",
    certificate: "/private/tls/apiserver.crt",
    serviceAccountKey: "/private/service-account.key",
    tokenFile: "/private/tokens.csv",
    admission: "/private/admission.json",
    scheduler: "/private/scheduler.json",
    podNetwork: "10.1.0.0/16",
    serviceNetwork: "10.2.0.0/16",
};

const patch = (cluster: unknown) => controlPlaneConfiguration([{ cluster }]);

describe("the stack's configuration of the control plane", () => {
    const site = sampleSite();
    const [node] = site.controlPlanes;
    assert.ok(node !== undefined);
    const configuration = controlPlaneConfiguration(machineDocuments(site, node));

    it("brings its Pod Security defaults into the rehearsal", () => {
        const [plugin, ...others] = configuration.admission;
        assert.deepEqual(others, []);
        assert.equal(plugin?.name, "PodSecurity");
        assert.equal((plugin.configuration.defaults as { enforce: string }).enforce, "baseline");
        assert.deepEqual(admissionConfiguration(configuration), {
            apiVersion: "apiserver.config.k8s.io/v1",
            kind: "AdmissionConfiguration",
            plugins: configuration.admission,
        });
    });

    it("brings its networks", () => {
        assert.equal(configuration.podNetwork, site.network.pods);
        assert.equal(configuration.serviceNetwork, site.network.services);
    });

    it("without documents is what Kubernetes does by itself", () => {
        assert.deepEqual(controlPlaneConfiguration([]), {
            apiServer: {},
            controllerManager: {},
            scheduler: {},
            admission: [],
            schedulerConfiguration: {},
            podNetwork: undefined,
            serviceNetwork: undefined,
        });
    });

    it("merges patches in their order, as Talos does", () => {
        const merged = controlPlaneConfiguration([
            { machine: {} },
            { apiVersion: "v1alpha1", kind: "HostnameConfig", hostname: "one" },
            {
                cluster: {
                    controllerManager: { extraArgs: { "node-monitor-grace-period": "20s", v: 1 } },
                    apiServer: {
                        admissionControl: [
                            { name: "PodSecurity", configuration: { exemptions: { n: ["a"] } } },
                            { name: "Gone", configuration: {} },
                        ],
                    },
                },
            },
            {
                cluster: {
                    controllerManager: { extraArgs: { "node-monitor-grace-period": "30s" } },
                    apiServer: {
                        admissionControl: [
                            { name: "PodSecurity", configuration: { exemptions: { n: ["b"] } } },
                            { name: "Gone", $patch: "delete" },
                        ],
                    },
                    scheduler: { config: { profiles: [{ schedulerName: "packed" }] } },
                },
            },
        ]);
        assert.deepEqual(merged.controllerManager, { "node-monitor-grace-period": "30s", v: "1" });
        assert.deepEqual(merged.admission, [
            { name: "PodSecurity", configuration: { exemptions: { n: ["a", "b"] } } },
        ]);
        assert.deepEqual(merged.schedulerConfiguration, {
            profiles: [{ schedulerName: "packed" }],
        });
    });

    it("joins flags that are given as a list", () => {
        const { apiServer } = patch({
            apiServer: { extraArgs: { "feature-gates": ["A=true", "B=false"] } },
        });
        assert.deepEqual(apiServer, { "feature-gates": "A=true,B=false" });
    });

    it("leaves out what only the machine has: files, etcd, encryption, logins, clouds", () => {
        const { apiServer } = patch({
            apiServer: {
                extraArgs: {
                    "default-not-ready-toleration-seconds": "30",
                    "etcd-servers": "https://127.0.0.1:2379",
                    "encryption-provider-config": "config.yaml",
                    "audit-log-maxage": "30",
                    "oidc-issuer-url": "https://login.example.org",
                    "authentication-config": "x",
                    "tls-min-version": "VersionTLS13",
                    "bind-address": "0.0.0.0",
                    "cloud-provider": "external",
                    "egress-selector-config-file": "/etc/kubernetes/egress.yaml",
                },
            },
        });
        assert.deepEqual(apiServer, { "default-not-ready-toleration-seconds": "30" });
    });

    it("refuses what Talos would refuse, with the place", () => {
        assert.throws(
            () => patch({ scheduler: { extraArgs: ["--v=2"] } }),
            (error: unknown) =>
                error instanceof UsageError &&
                error.message.includes("cluster.scheduler.extraArgs"),
        );
    });
});

describe("the command lines of the control plane", () => {
    const none = controlPlaneConfiguration([]);
    const extra = patch({
        apiServer: {
            extraArgs: {
                "enable-admission-plugins": "AlwaysPullImages",
                "secure-port": "6443",
                "feature-gates": "A=true",
            },
        },
        controllerManager: {
            extraArgs: { "node-monitor-grace-period": "20s", "leader-elect": true },
        },
        scheduler: {
            extraArgs: { v: "2" },
            config: { profiles: [{}], clientConnection: { kubeconfig: "/etc/kubernetes/x" } },
        },
    });

    it("are read from flags", () => {
        assert.deepEqual(toArguments({ v: "2", profiling: "false" }), [
            "--v=2",
            "--profiling=false",
        ]);
    });

    it("listen on the loopback address and in the private folder only", () => {
        const server = apiServerFlags(layout, extra);
        assert.equal(server["bind-address"], "127.0.0.1");
        assert.equal(server["secure-port"], "4711");
        assert.equal(server["etcd-servers"], "unix:///private/etcd.sock");
        assert.equal(etcdFlags(layout)["listen-client-urls"], "unix:///private/etcd.sock");
        assert.equal(etcdFlags(layout)["listen-peer-urls"], "http://127.0.0.1:0");
        assert.equal(controllerManagerFlags(layout, "k", none)["secure-port"], "0");
        assert.equal(schedulerFlags(layout, none)["secure-port"], "0");
    });

    it("add to the admission plugins of Talos, and take other flags of the stack as given", () => {
        const server = apiServerFlags(layout, extra);
        assert.equal(server["enable-admission-plugins"], "NodeRestriction,AlwaysPullImages");
        assert.equal(server["feature-gates"], "A=true");
        assert.equal(apiServerFlags(layout, none)["enable-admission-plugins"], "NodeRestriction");
        assert.equal(
            controllerManagerFlags(layout, "k", extra)["node-monitor-grace-period"],
            "20s",
        );
        assert.equal(controllerManagerFlags(layout, "k", extra)["leader-elect"], "false");
        assert.equal(schedulerFlags(layout, extra).v, "2");
    });

    it("give the API server and the controllers the stack's networks", () => {
        assert.equal(apiServerFlags(layout, none)["service-cluster-ip-range"], "10.2.0.0/16");
        const manager = controllerManagerFlags(layout, "k", none);
        assert.equal(manager["cluster-cidr"], "10.1.0.0/16");
        assert.equal(manager["service-cluster-ip-range"], "10.2.0.0/16");
    });

    it("keep the stack's scheduler profiles, but not its connection", () => {
        const configuration = schedulerConfiguration("/private/scheduler.kubeconfig", extra);
        assert.deepEqual(configuration.profiles, [{}]);
        assert.equal(
            (configuration.clientConnection as { kubeconfig: string }).kubeconfig,
            "/private/scheduler.kubeconfig",
        );
        assert.equal("profiles" in schedulerConfiguration("k", none), false);
    });

    it("let KWOK play the annotated nodes that are not silent", () => {
        const flags = kwokFlags({
            kubeconfig: "k",
            config: "c",
            leaseSeconds: 40,
        });
        assert.equal(flags["manage-nodes-with-annotation-selector"], "kwok.x-k8s.io/node=fake");
        assert.equal(flags["manage-nodes-with-label-selector"], "!rehearsal.platform/silent");
        assert.equal(flags["node-lease-duration-seconds"], "40");
    });
});
