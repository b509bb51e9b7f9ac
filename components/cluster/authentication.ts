/**
 * How people sign on to the Kubernetes API: with tokens of OpenID Connect issuers. Pure.
 *
 * An issuer that does not answer stops nobody but those who sign on with it: the API server asks for
 * its keys in the background, starts and serves without them, and asks again until it has them
 * (kubernetes v1.35.4, apiserver/plugin/pkg/authenticator/token/oidc/oidc.go, `New`). Client
 * certificates and service accounts are judged as ever.
 */
import * as yaml from "js-yaml";
import { peopleAtApi } from "../../trust/people";
import type { Issuer } from "../site-schema";
import type { MainDocument } from "./machine-document";

/**
 * Where Talos writes the file at every start of the machine, before it starts the kubelet; it writes
 * nowhere but below /var (siderolabs/talos v1.13.9, v1alpha1_sequencer_tasks.go, `WriteUserFiles`).
 */
const hostFolder = "/var/lib/kube-apiserver-authentication";
/** The same folder as the API server sees it. */
const folder = "/etc/kubernetes/authentication";
const file = "configuration.yaml";
/** Everybody may read it: the API server is no root, and nothing in the file is secret. */
const READABLE = 0o444;

/**
 * How long a token may be valid, in seconds. Nobody can take one back: who left a group keeps its
 * rights for so long at most.
 */
export const longestToken = 3600;

/** One issuer in the form of the API server. */
function jwt({ url, certificateAuthority }: Issuer) {
    const { prefix, audience } = peopleAtApi;
    return {
        issuer: {
            url,
            audiences: [audience],
            // Without it the API server takes the authorities of its image.
            ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
        },
        claimMappings: {
            username: { claim: "preferred_username", prefix },
            groups: { claim: "groups", prefix },
        },
        claimValidationRules: [
            {
                expression: `claims.exp - claims.iat <= ${longestToken}`,
                message: `a token is valid for at most ${longestToken} s`,
            },
            {
                expression:
                    "!has(claims.email_verified) || string(claims.email_verified) == 'true'",
                message: "the address of electronic mail is not verified",
            },
        ],
        userValidationRules: [
            {
                expression: `user.username != '${prefix}'`,
                message: "the name of the user is empty",
            },
        ],
    };
}

/**
 * The AuthenticationConfiguration. It says nothing of anonymous requests, so that what Talos says of
 * them by a flag goes on to hold: nobody is let in without a name.
 */
export function authenticationConfiguration(issuers: readonly Issuer[]) {
    return {
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "AuthenticationConfiguration",
        jwt: issuers.map(jwt),
    };
}

/**
 * The part of a control plane's main document that makes the API server read the file; Talos 1.13
 * has no field for it (siderolabs/talos#10905). All of it comes to a running node at once, with the
 * restart that `machine.files` asks for; in none of the halves the API server would start.
 */
export function peopleDocuments(issuers: readonly Issuer[]): MainDocument[] {
    if (issuers.length === 0) {
        return [];
    }
    const content = yaml.dump(authenticationConfiguration(issuers), { lineWidth: -1 });
    return [
        {
            machine: {
                files: [
                    {
                        path: `${hostFolder}/${file}`,
                        op: "create",
                        permissions: READABLE,
                        content,
                    },
                ],
            },
            cluster: {
                apiServer: {
                    extraArgs: { "authentication-config": `${folder}/${file}` },
                    extraVolumes: [{ hostPath: hostFolder, mountPath: folder, readonly: true }],
                },
            },
        },
    ];
}
