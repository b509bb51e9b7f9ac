import type * as pulumi from "@pulumi/pulumi";
import type { Foundation } from "../base/foundation";
import type { Namespace } from "../base/namespace";
import type { KubernetesObject, Manifest } from "../base/object";
import { Part } from "../base/part";
import { proxyCertificate } from "../../operators/envoy-gateway";
import type { CertManager } from "../security/cert-manager";

/** Arguments of {@link ControlPlaneCertificates}. */
export interface ControlPlaneCertificatesArgs extends Pick<Foundation, "site"> {
    readonly namespace: Namespace;
    readonly manager: Pick<CertManager, "definitions" | "ready">;
}

/** Issuer that signs itself, and the authority of this namespace. */
const SELF_SIGNED = "envoy-gateway-root";
const AUTHORITY = "envoy-gateway-ca";
/** Secret that the controller's Deployment mounts. */
const CONTROLLER = "envoy-gateway";

const untilReady = { "pulumi.com/waitFor": "condition=Ready" };

/**
 * Certificates by which the controller and the proxies know each other. The proxies get everything
 * from the controller, private keys of the public certificates too, and it takes for a proxy who
 * shows a certificate of the authority: so that is one of its own, which signs for nobody else.
 *
 * They replace the chart's Job, with the names that it would use (envoy gateway v1.9.0:
 * internal/provider/kubernetes/secrets.go; "Control Plane Authentication Using Custom
 * Certificates"). The one for the rate limit service is left out with the service.
 */
export class ControlPlaneCertificates extends Part {
    /** The Secrets' certificates; pods that mount them start after them. */
    readonly ready: readonly KubernetesObject[];

    constructor(
        name: string,
        { site, namespace, manager }: ControlPlaneCertificatesArgs,
        opts: pulumi.ComponentResourceOptions,
    ) {
        super("gateway", "ControlPlaneCertificates", name, { site }, {}, opts);
        const create = (
            kind: "Issuer" | "Certificate",
            objectName: string,
            spec: Manifest["spec"],
            needs: readonly pulumi.Resource[],
        ) => {
            const definition = manager.definitions.get(`cert-manager.io/${kind}`);
            return this.object(
                {
                    apiVersion: "cert-manager.io/v1",
                    kind,
                    metadata: {
                        name: objectName,
                        namespace: namespace.name,
                        annotations: untilReady,
                    },
                    spec,
                },
                {
                    dependsOn: [
                        namespace.object,
                        ...(definition ? [definition] : []),
                        ...manager.ready,
                        ...needs,
                    ],
                },
            );
        };
        const signedBy = (issuer: string) => ({
            group: "cert-manager.io",
            kind: "Issuer",
            name: issuer,
        });
        const root = create("Issuer", SELF_SIGNED, { selfSigned: {} }, []);
        const authority = create(
            "Certificate",
            AUTHORITY,
            {
                isCA: true,
                commonName: AUTHORITY,
                secretName: AUTHORITY,
                // Its renewal keeps the key, so that what it signed before stays valid.
                duration: "87600h",
                renewBefore: "8760h",
                privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
                issuerRef: signedBy(SELF_SIGNED),
            },
            [root],
        );
        const issuer = create("Issuer", AUTHORITY, { ca: { secretName: AUTHORITY } }, [authority]);
        const host = `${CONTROLLER}.${namespace.name}`;
        const certificate = (secretName: string, usage: string, dnsNames: readonly string[]) =>
            create(
                "Certificate",
                secretName,
                {
                    secretName,
                    dnsNames,
                    // Both ends read the files anew when they change.
                    duration: "2160h",
                    renewBefore: "720h",
                    privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
                    usages: ["digital signature", "key encipherment", usage],
                    issuerRef: signedBy(AUTHORITY),
                },
                [issuer],
            );
        this.ready = [
            certificate(CONTROLLER, "server auth", [
                CONTROLLER,
                host,
                `${host}.svc`,
                `${host}.svc.cluster.local`,
            ]),
            certificate(proxyCertificate, "client auth", [`*.${namespace.name}`]),
        ];
    }
}
