/** What the chart openbao 0.29.2 is given, and what it has no value for. Pure. */
import { spread } from "../base/availability";
import { patchContainer, resources, restrictedContainer, restrictedPod } from "../base/containers";
import type { Manifest } from "../base/object";
import { priorities } from "../base/priority";
import { openBaoCertificate } from "./openbao-alerts";
import {
    openBaoFiles,
    openBaoName,
    openBaoPods,
    openBaoPorts,
    serverConfiguration,
} from "./openbao-configuration";

/**
 * A new certificate lies in the file, and a server reads it when it is told to (openbao v2.6.2:
 * SIGHUP, command/server.go). Nobody else would tell it before the old one expires.
 */
const RELOAD = `f=${openBaoFiles.certificates}/tls.crt
before=$(md5sum "$f")
(while sleep 300; do
    now=$(md5sum "$f")
    [ "$now" = "$before" ] || { before=$now; kill -HUP "$(pidof bao)"; }
done) >/dev/null 2>&1 &`;

/** Whether the program answers, in whatever state; only readiness wants it open. */
const HEALTH = "/v1/sys/health?standbyok=true&sealedcode=204&uninitcode=204";

/**
 * The chart brings a Pod that tests it. Nobody waits for the members: they are ready only after the
 * set-up, which itself waits until they answer.
 */
export function patchedOpenBao(manifest: Manifest): Manifest | undefined {
    if (manifest.kind !== "StatefulSet") {
        return manifest.kind === "Pod" ? undefined : manifest;
    }
    const annotations = { ...manifest.metadata.annotations, "pulumi.com/skipAwait": "true" };
    return patchContainer(
        { ...manifest, metadata: { ...manifest.metadata, annotations } },
        "openbao",
        {
            // A member that was away reads what it has missed before it listens.
            startupProbe: {
                httpGet: { path: HEALTH, port: openBaoPorts.api, scheme: "HTTPS" },
                periodSeconds: 5,
                timeoutSeconds: 3,
                failureThreshold: 60,
            },
        },
    );
}

/** What the chart is given. */
export function openBaoValues(
    replicas: number,
    { storageClass, size }: { readonly storageClass: string; readonly size: number },
) {
    return {
        global: { tlsDisable: false },
        injector: { enabled: false },
        server: {
            image: { registry: "quay.io", repository: "openbao/openbao", tag: "2.6.2" },
            // The chart would wait for a person who deletes pods one by one.
            updateStrategyType: "RollingUpdate",
            // A new cluster begins when all members are there.
            podManagementPolicy: "Parallel",
            priorityClassName: priorities.platform.name,
            topologySpreadConstraints: spread(openBaoPods),
            affinity: "",
            resources: resources("100m", "256Mi", "512Mi"),
            livenessProbe: { enabled: true, path: HEALTH, failureThreshold: 6 },
            terminationGracePeriodSeconds: 30,
            serviceAccount: { serviceDiscovery: { enabled: false } },
            service: {
                // Requests go to members that are open, and these know the active one.
                publishNotReadyAddresses: false,
                active: { enabled: false },
                standby: { enabled: false },
            },
            postStart: ["/bin/sh", "-c", RELOAD],
            statefulSet: {
                securityContext: {
                    pod: restrictedPod(100, 1000),
                    container: restrictedContainer,
                },
            },
            extraVolumes: [
                { type: "secret", name: openBaoCertificate, defaultMode: 0o440 },
                { type: "secret", name: "openbao-seal", defaultMode: 0o440 },
            ],
            // The chart copies its configuration there.
            volumes: [{ name: "tmp", emptyDir: { sizeLimit: "16Mi" } }],
            volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
            dataStorage: { size: `${size}Gi`, storageClass },
            ha: {
                enabled: true,
                replicas,
                apiAddr: `https://$(BAO_K8S_POD_NAME).${openBaoName}-internal.${openBaoName}.svc:${openBaoPorts.api}`,
                // Ours says how many must stay.
                disruptionBudget: { enabled: false },
                raft: {
                    enabled: true,
                    setNodeId: true,
                    config: JSON.stringify(serverConfiguration(replicas), undefined, 2),
                },
            },
        },
    };
}
